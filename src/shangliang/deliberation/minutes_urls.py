"""Minutes, what came of a meeting, and rules."""

from django.urls import path

from shangliang.deliberation.views import agreements, minutes, public_rules

MEETING = "desk/meetings/<uuid:meeting_id>/minutes/"
RULE, VERSION = "desk/rules/<uuid:rule_id>/", "desk/rules/versions/<uuid:version_id>/"

urlpatterns = [
    path(MEETING, minutes.minutes, name="minutes"),
    path(f"{MEETING}close/", minutes.close, name="close"),
    path(f"{MEETING}again/", minutes.open_again, name="open_again"),
    path(f"{MEETING}sign/<uuid:attendee_id>/", minutes.sign, name="sign"),
    path(f"{MEETING}decline/<uuid:attendee_id>/", minutes.decline, name="decline"),
    path(f"{MEETING}paper/", minutes.paper, name="paper"),
    path(f"{MEETING}paper/<uuid:sheet_id>/", minutes.signed_sheet, name="signed_sheet"),
    path(f"{MEETING}finish/", minutes.finish, name="finish"),
    path(f"{MEETING}amend/", minutes.amend, name="amend"),
    path(f"{MEETING}erase/<uuid:words_id>/", minutes.erase_said, name="erase_said"),
    path(f"{MEETING}minutes.pdf", minutes.minutes_pdf, name="minutes_pdf"),
    path(f"{MEETING}minutes.docx", minutes.minutes_docx, name="minutes_docx"),
    path("meet/<str:token>/sign/", minutes.sign_by_link, name="sign_by_link"),
    path("desk/topics/<uuid:topic_id>/agreements/", agreements.agreements, name="agreements"),
    path("desk/items/<uuid:item_id>/kept/", agreements.settle_undertaking, name="settle_undertaking"),
    path("desk/rules/", public_rules.public_rules, name="public_rules"),
    path("desk/rules/new/", public_rules.draft, name="draft_rule"),
    path(RULE, public_rules.public_rule, name="public_rule"),
    path(f"{RULE}next/", public_rules.draft_next, name="draft_next_rule"),
    path(f"{VERSION}text/", public_rules.redraft, name="redraft_rule"),
    path(f"{VERSION}open/", public_rules.open_comment, name="open_rule"),
    path(f"{VERSION}adopt/", public_rules.adopt, name="adopt_rule"),
    path(f"{VERSION}give-up/", public_rules.give_up, name="give_up_rule"),
    path(f"{VERSION}end/", public_rules.end, name="end_rule"),
]
