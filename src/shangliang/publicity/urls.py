from django.urls import path

from shangliang.publicity.views import matters, organisation, pages, studios

app_name = "publicity"
urlpatterns = [
    path("", pages.front, name="front"),
    path("<slug:slug>/", pages.home, name="home"),
    path("<slug:slug>/matters/", matters.matters, name="matters"),
    path("<slug:slug>/matters/<str:number>/", matters.matter, name="matter"),
    path("<slug:slug>/photos/<uuid:attachment_id>/", matters.photo, name="photo"),
    path("<slug:slug>/photos/<uuid:attachment_id>/small/", matters.photo, {"size": "small"}, name="photo_small"),
    path("<slug:slug>/studios/", studios.listing, name="studios"),
    path("<slug:slug>/studios/feed/<str:token>.ics", studios.member_feed, name="member_feed"),
    path("<slug:slug>/studios/<uuid:studio_id>/", studios.studio, name="studio"),
    path("<slug:slug>/studios/<uuid:studio_id>/say/", studios.say, name="say_to_studio"),
    path("<slug:slug>/studios/<uuid:studio_id>/calls/<uuid:call_id>/", studios.call, name="call"),
    path("<slug:slug>/studios/<uuid:studio_id>/poster.pdf", studios.poster_pdf, name="poster"),
    path("<slug:slug>/studios/<uuid:studio_id>/duty.ics", studios.duty_ics, name="duty_ics"),
    path("<slug:slug>/figures/", pages.figures, name="figures"),
    path("<slug:slug>/about/organisation/", organisation.organisation, name="organisation"),
    path("<slug:slug>/about/<str:topic>/", pages.about, name="about"),
]
