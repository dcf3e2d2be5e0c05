from django.urls import include, path

from shangliang.deliberation.views import conversations, exports, outside, plans, sitting, talk, topics

app_name = "deliberation"
urlpatterns = [
    path("", include("shangliang.deliberation.minutes_urls")),
    # the meeting while it sits
    path("desk/meetings/<uuid:meeting_id>/open/", sitting.open_meeting, name="open_meeting"),
    path("desk/meetings/<uuid:meeting_id>/sit/", include("shangliang.deliberation.sitting_urls")),
    path("meet/<uuid:meeting_id>/ask/", outside.ask_from_outside, name="ask"),
    path("meet/<str:token>/vote/<uuid:count_id>/", outside.cast, name="cast"),
    path("meet/<str:token>/speak/", outside.speak_up, name="speak_up"),
    # topics and how they are chosen
    path("desk/matters/<str:number>/topic/", topics.put_forward, name="put_forward"),
    path("desk/topics/", topics.topics, name="topics"),
    path("desk/topics/new/", topics.new, name="new_topic"),
    path("desk/topics/plans/", plans.plans, name="topic_plans"),
    path("desk/topics/plans/new/", plans.new_plan, name="new_topic_plan"),
    path("desk/topics/plans/<uuid:plan_id>/", plans.plan, name="topic_plan"),
    path("desk/topics/plans/<uuid:plan_id>/agree/", plans.agree, name="agree_topic_plan"),
    path("desk/topics/<uuid:topic_id>/choose/", topics.choose, name="choose"),
    path("desk/topics/<uuid:topic_id>/turn-down/", topics.turn_down, name="turn_down"),
    path("desk/topics/<uuid:topic_id>/end/", topics.end, name="end_topic"),
    path("desk/topics/<uuid:topic_id>/again/", topics.again, name="another_round"),
    path("desk/topics/<uuid:topic_id>/score/", topics.score, name="score_topic"),
    path("desk/topics/<uuid:topic_id>/vote/", topics.vote, name="vote_for_topic"),
    path("desk/topics/<uuid:topic_id>/claim/", topics.claim, name="claim_topic"),
    path("desk/topics/<uuid:topic_id>/draw/", topics.draw, name="draw_topics"),
    path("desk/topics/<uuid:topic_id>/plan/", topics.put_in_plan, name="put_in_plan"),
    # one topic: its page, its investigation, its gates
    path("desk/topics/<uuid:topic_id>/", include("shangliang.deliberation.topic_urls")),
    # meetings before they open
    path("", include("shangliang.deliberation.meeting_urls")),
    # what people say online
    path("desk/talks/", conversations.conversations, name="conversations"),
    path("desk/topics/<uuid:topic_id>/talks/open/", conversations.open_on_topic, name="open_conversation"),
    path("desk/rules/<uuid:version_id>/talks/open/", conversations.open_on_rule, name="open_about"),
    path("desk/talks/<uuid:conversation_id>/", conversations.conversation, name="conversation"),
    path("desk/talks/<uuid:conversation_id>/seeds/", conversations.add_seeds, name="add_seeds"),
    path("desk/talks/<uuid:conversation_id>/names/", conversations.name_groups, name="name_groups"),
    path("desk/talks/<uuid:conversation_id>/close/", conversations.close, name="close_conversation"),
    path("desk/talks/<uuid:conversation_id>/reopen/", conversations.reopen, name="reopen_conversation"),
    path("desk/talks/<uuid:conversation_id>/poster/", conversations.poster, name="talk_poster"),
    path("desk/talks/<uuid:conversation_id>/files/<str:file>", exports.of_staff, name="talk_file_of_staff"),
    path("desk/statements/<uuid:statement_id>/show/", conversations.show, name="show_statement"),
    path("desk/statements/<uuid:statement_id>/decline/", conversations.decline, name="decline_statement"),
    path("desk/statements/<uuid:statement_id>/erase/", conversations.erase, name="erase_statement"),
    path("talk/", talk.talks, name="talks"),
    path("talk/how/", talk.how, name="talk_how"),
    path("talk/<uuid:conversation_id>/", talk.talk, name="talk"),
    path("talk/<uuid:conversation_id>/vote/<int:number>/", talk.vote, name="opine"),
    path("talk/<uuid:conversation_id>/write/", talk.write, name="write_statement"),
    path("talk/<uuid:conversation_id>/side/", talk.side, name="say_side"),
    path("talk/<uuid:conversation_id>/slip/", talk.by_slip_code, name="talk_by_slip"),
    path("talk/<uuid:conversation_id>/all/", talk.everything, name="talk_all"),
    path("talk/<uuid:conversation_id>/map/", talk.opinion_map, name="talk_map"),
    path("talk/<uuid:conversation_id>/files/<str:file>", exports.public, name="talk_file"),
]
