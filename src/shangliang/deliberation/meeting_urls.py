"""Meetings before they open; included by `deliberation.urls`."""

from django.urls import path

from shangliang.deliberation.views import attending, invitations, meetings, signing_in

urlpatterns = [
    path("desk/topics/<uuid:topic_id>/meeting/", meetings.plan_meeting, name="plan_meeting"),
    path("desk/meetings/", meetings.all_meetings, name="meetings"),
    path("desk/meetings/<uuid:meeting_id>/", meetings.meeting, name="meeting"),
    path("desk/meetings/<uuid:meeting_id>/change/", meetings.change_meeting, name="change_meeting"),
    path("desk/meetings/<uuid:meeting_id>/call/", meetings.call_meeting, name="call_meeting"),
    path("desk/meetings/<uuid:meeting_id>/move/", meetings.move_meeting, name="move_meeting"),
    path("desk/meetings/<uuid:meeting_id>/cancel/", meetings.cancel_meeting, name="cancel_meeting"),
    path("desk/meetings/<uuid:meeting_id>/people/", invitations.invite, name="invite"),
    path("desk/meetings/<uuid:meeting_id>/lot/", invitations.draw_lots, name="draw_lots"),
    path("desk/meetings/<uuid:meeting_id>/letters/", invitations.letters, name="letters"),
    path("desk/meetings/<uuid:meeting_id>/sign-in/", signing_in.sign_in, name="sign_in"),
    path("desk/meetings/<uuid:meeting_id>/door/", signing_in.door_sheet, name="door_sheet"),
    path("desk/meetings/people/<uuid:attendee_id>/off/", invitations.take_off, name="take_off"),
    path("desk/meetings/people/<uuid:attendee_id>/name/", invitations.describe, name="describe_attendee"),
    path("desk/meetings/people/<uuid:attendee_id>/phone/", invitations.phone, name="attendee_phone"),
    path("desk/meetings/people/<uuid:attendee_id>/seat/", invitations.seat, name="seat_attendee"),
    path("desk/meetings/people/<uuid:attendee_id>/recuse/", invitations.recuse, name="recuse_attendee"),
    path(
        "desk/meetings/people/<uuid:attendee_id>/recuse/back/",
        invitations.take_back_recusal,
        name="take_back_recusal",
    ),
    path("desk/meetings/people/<uuid:attendee_id>/answer/", invitations.note_answer, name="note_answer"),
    path("meet/in/<str:token>/", signing_in.door, name="door"),
    path("meet/join/<uuid:meeting_id>/", attending.join, name="join_meeting"),
    path("meet/join/<uuid:meeting_id>/meeting.ics", attending.public_ics, name="meeting_ics"),
    path("meet/join/<uuid:meeting_id>/poster.pdf", attending.poster, name="meeting_poster"),
    path("meet/<str:token>/", attending.seat, name="seat"),
    path("meet/<str:token>/recuse/", attending.recuse, name="stay_out"),
    path("meet/<str:token>/meeting.ics", attending.seat_ics, name="seat_ics"),
]
