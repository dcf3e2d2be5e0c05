from django.urls import path

from shangliang.gathering.views import answering, triage, whistles

app_name = "gathering"
urlpatterns = [
    path("desk/matters/<str:number>/accept/", triage.accept, name="accept"),
    path("desk/matters/<str:number>/describe/", triage.describe, name="describe"),
    path("desk/matters/<str:number>/decline/", triage.decline, name="decline"),
    path("desk/matters/<str:number>/join/", triage.join, name="join"),
    path("desk/matters/<str:number>/take-out/", triage.take_out, name="take_out"),
    path("desk/matters/<str:number>/refer/", triage.refer, name="refer"),
    path("desk/matters/<str:number>/take-referral/", triage.take_referral, name="take_referral"),
    path("desk/matters/<str:number>/return-referral/", triage.return_referral, name="return_referral"),
    path("desk/matters/<str:number>/answer-referral/", triage.answer_referral, name="answer_referral"),
    path("desk/matters/<str:number>/whistle/", whistles.blow_about, name="blow_about"),
    path("desk/matters/<str:number>/recuse/", whistles.recuse, name="recuse"),
    path("desk/whistles/", whistles.whistles, name="whistles"),
    path("desk/whistles/blow/", whistles.blow, name="blow"),
    path("desk/whistles/photos/<uuid:photo_id>/", answering.visit_photo, name="visit_photo"),
    path("desk/whistles/asked/<uuid:asked_id>/phone/", whistles.phone, name="member_phone"),
    path("desk/whistles/<uuid:whistle_id>/", whistles.whistle, name="whistle"),
    path("desk/whistles/<uuid:whistle_id>/answer/", whistles.answer, name="answer"),
    path("desk/whistles/<uuid:whistle_id>/visit/", answering.visit, name="visit"),
    path("desk/whistles/<uuid:whistle_id>/ask/", whistles.ask_more, name="ask_more"),
    path("desk/whistles/<uuid:whistle_id>/end/", whistles.end, name="end_whistle"),
    path("desk/whistles/<uuid:whistle_id>/lead/<uuid:person_id>/", whistles.name_lead, name="name_lead"),
    path("whistle/<str:token>/", answering.by_link, name="by_link"),
    path("whistle/<str:token>/visit/", answering.visit_by_link, name="visit_by_link"),
]
