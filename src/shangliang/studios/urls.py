from django.urls import include, path

from shangliang.studios.views import calls, duty, feeds, life, mine, pairings, standard

app_name = "studios"
urlpatterns = [
    # life, standard, pairings
    path("", life.all_studios, name="list"),
    path("new/", life.propose, name="propose"),
    path("together/", life.move_together, name="move_together"),
    path("phases/", standard.phases, name="phases"),
    path("phases/new/", standard.set_phase, name="set_phase"),
    path("pairings/", pairings.all_pairings, name="pairings"),
    path("pairings/new/", pairings.draft, name="draft_pairing"),
    path("pairings/<uuid:pairing_id>/", pairings.pairing, name="pairing"),
    path("pairings/<uuid:pairing_id>/sign/<uuid:body_id>/", pairings.sign, name="sign_pairing"),
    path("pairings/<uuid:pairing_id>/paper/<uuid:body_id>/", pairings.record_signature, name="record_signature"),
    path("pairings/<uuid:pairing_id>/review/", pairings.review, name="review_pairing"),
    path("pairings/<uuid:pairing_id>/renew/", pairings.renew, name="renew_pairing"),
    path("pairings/<uuid:pairing_id>/end/", pairings.end, name="end_pairing"),
    path("pairings/<uuid:pairing_id>/files/<uuid:file_id>/", pairings.file, name="pairing_file"),
    path("pairings/tasks/<uuid:task_id>/done/", pairings.task_done, name="pairing_task_done"),
    path("<uuid:studio_id>/", life.studio, name="studio"),
    path("<uuid:studio_id>/done/", life.done, name="done"),
    path("<uuid:studio_id>/describe/", life.describe, name="describe"),
    path("<uuid:studio_id>/move/<slug:to>/", life.move, name="move"),
    path("<uuid:studio_id>/files/<uuid:file_id>/", life.file, name="file"),
    path("<uuid:studio_id>/standard/", standard.standard, name="standard"),
    path("<uuid:studio_id>/standard/<slug:item>/", standard.record, name="record"),
    path("<uuid:studio_id>/rules/new/", standard.post_rule, name="post_rule"),
    path("<uuid:studio_id>/plan/new/", standard.plan, name="plan"),
    path("plan/<uuid:item_id>/done/", standard.plan_done, name="plan_done"),
    path("<uuid:studio_id>/inspect/", standard.inspect, name="inspect"),
    path("<uuid:studio_id>/honour/", standard.honour, name="honour"),
    # duty
    path("mine/", mine.mine, name="mine"),
    path("mine/leave/", mine.say_leave, name="say_leave"),
    path("mine/leave/<uuid:leave_id>/back/", mine.withdraw_leave, name="withdraw_leave"),
    path("<uuid:studio_id>/duty/", duty.duty, name="duty"),
    path("<uuid:studio_id>/duty/rule/", duty.set_plan, name="set_plan"),
    path("<uuid:studio_id>/duty/roster/", duty.roster, name="roster"),
    path("<uuid:studio_id>/duty/add/", duty.add_shift, name="add_shift"),
    path("<uuid:studio_id>/duty/terms/", mine.set_terms, name="set_terms"),
    path("duty/rules/<uuid:plan_id>/end/", duty.end_plan, name="end_plan"),
    path("duty/shifts/<uuid:shift_id>/cancel/", duty.cancel, name="cancel_shift"),
    path("duty/shifts/<uuid:shift_id>/restore/", duty.restore, name="restore_shift"),
    path("duty/shifts/<uuid:shift_id>/stand-in/", duty.stand_in, name="stand_in"),
    path("duty/turns/<uuid:turn_id>/give-up/", mine.give_up, name="give_up"),
    path("duty/turns/<uuid:turn_id>/swap/", mine.ask_swap, name="ask_swap"),
    path("duty/turns/<uuid:turn_id>/attend/", duty.attend, name="attend"),
    path("duty/swaps/<uuid:swap_id>/", mine.answer_swap, name="answer_swap"),
    path("duty/swaps/<uuid:swap_id>/back/", mine.withdraw_swap, name="withdraw_swap"),
    # calls
    path("<uuid:studio_id>/calls/", calls.calls, name="calls"),
    path("<uuid:studio_id>/calls/new/", calls.new_call, name="new_call"),
    path("calls/<uuid:call_id>/", calls.call, name="call"),
    path("calls/<uuid:call_id>/conclude/", calls.conclude, name="conclude_call"),
    path("calls/<uuid:call_id>/withdraw/", calls.withdraw, name="withdraw_call"),
    path("calls/answers/<uuid:answer_id>/", calls.decide, name="decide_answer"),
    # calendar feeds
    path("mine/feed/", feeds.new_feed, name="new_feed"),
    # reception
    path("<uuid:studio_id>/reception/", include("shangliang.studios.reception_urls")),
]
