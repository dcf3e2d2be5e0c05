from django.urls import path

from shangliang.publicity.views import matters, organisation, pages, public_rules, studios, topics, way

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
    path("<slug:slug>/topics/", topics.topics, name="topics"),
    path("<slug:slug>/topics/<uuid:topic_id>/", topics.topic, name="topic"),
    path("<slug:slug>/topics/<uuid:topic_id>/vote/", topics.vote_for_topic, name="vote_for_topic"),
    path("<slug:slug>/rules/", public_rules.public_rules, name="rules"),
    path("<slug:slug>/rules/<uuid:rule_id>/", public_rules.public_rule, name="rule"),
    path("<slug:slug>/minutes/<uuid:meeting_id>/", topics.minutes, name="minutes"),
    path("<slug:slug>/figures/", pages.figures, name="figures"),
    path("<slug:slug>/how/", way.way, name="way"),
    path("<slug:slug>/how/<str:digest>/", way.version, name="way_version"),
    path("<slug:slug>/how/<str:digest>/text/", way.text, name="way_text"),
    path("<slug:slug>/about/organisation/", organisation.organisation, name="organisation"),
    path("<slug:slug>/about/<str:topic>/", pages.about, name="about"),
]
