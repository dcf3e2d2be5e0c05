from django.urls import path

from shangliang.publicity.views import matters, pages

app_name = "publicity"
urlpatterns = [
    path("", pages.front, name="front"),
    path("<slug:slug>/", pages.home, name="home"),
    path("<slug:slug>/matters/", matters.matters, name="matters"),
    path("<slug:slug>/matters/<str:number>/", matters.matter, name="matter"),
    path("<slug:slug>/photos/<uuid:attachment_id>/", matters.photo, name="photo"),
    path("<slug:slug>/photos/<uuid:attachment_id>/small/", matters.photo, {"size": "small"}, name="photo_small"),
    path("<slug:slug>/figures/", pages.figures, name="figures"),
    path("<slug:slug>/about/<str:topic>/", pages.about, name="about"),
]
