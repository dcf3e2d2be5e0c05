from django.urls import path

from shangliang.people.views import bodies, enrolment, guidance, logins, member_list, members

app_name = "people"
urlpatterns = [
    path("home/", bodies.home, name="home"),
    path("me/", bodies.me, name="me"),
    path("accounts/2fa/totp/activate/", bodies.ActivateTotp.as_view(), name="activate_totp"),  # before allauth's own
    path("<slug:slug>/desk/people/", bodies.bodies, name="bodies"),
    path("<slug:slug>/desk/people/bodies/new/", bodies.new_body, name="new_body"),
    path("<slug:slug>/desk/people/bodies/<uuid:body_id>/", bodies.body, name="body"),
    path("<slug:slug>/desk/people/bodies/<uuid:body_id>/seat/", bodies.give_seat, name="give_seat"),
    path("<slug:slug>/desk/people/seats/<uuid:seat_id>/end/", bodies.end_seat, name="end_seat"),
    path("<slug:slug>/desk/people/accounts/<uuid:account_id>/", bodies.account, name="account"),
    path("<slug:slug>/desk/people/accounts/<uuid:account_id>/reset/", bodies.reset, name="reset"),
    path("<slug:slug>/desk/people/accounts/<uuid:account_id>/active/", bodies.set_active, name="set_active"),
    path("<slug:slug>/desk/people/bodies/<uuid:body_id>/guide/", guidance.guide, name="guide"),
    path("<slug:slug>/desk/people/guidance/<uuid:guidance_id>/end/", guidance.end_guidance, name="end_guidance"),
    path("<slug:slug>/desk/people/members/", members.members, name="members"),
    path("<slug:slug>/desk/people/members/new/", members.new_member, name="new_member"),
    path("<slug:slug>/desk/people/members/logins/", logins.logins, name="logins"),
    path("<slug:slug>/desk/people/members/list/", member_list.upload, name="member_list"),
    path("<slug:slug>/desk/people/members/list/template/", member_list.template, name="member_list_template"),
    path("<slug:slug>/desk/people/members/list/<str:note>/", member_list.check_list, name="member_list_check"),
    path(
        "<slug:slug>/desk/people/members/list/<str:note>/problems/", member_list.problems, name="member_list_problems"
    ),
    path("<slug:slug>/desk/people/members/enrolment/", enrolment.enrolment, name="enrolment"),
    path("<slug:slug>/desk/people/members/enrolment/settle/", enrolment.settle, name="settle"),
    path("<slug:slug>/desk/people/members/enrolment/places/", enrolment.suggested, name="suggested"),
    path("<slug:slug>/desk/people/members/coverage/", enrolment.coverage, name="coverage"),
    path("<slug:slug>/desk/people/members/coverage/sheet/", enrolment.coverage_sheet, name="coverage_sheet"),
    path("<slug:slug>/desk/people/members/<uuid:person_id>/", members.member, name="member"),
    path("<slug:slug>/desk/people/members/<uuid:person_id>/contact/", members.member_contact, name="member_contact"),
    path("<slug:slug>/desk/people/members/<uuid:person_id>/change/", members.change_member, name="change_member"),
    path("<slug:slug>/desk/people/members/<uuid:person_id>/leave/", members.leave, name="leave"),
    path("<slug:slug>/desk/people/members/<uuid:person_id>/community/", members.settle_one, name="settle_one"),
]
