"""共协商: who may do what with topics, meetings, and what people say online."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat, Verdict, no, yes
from shangliang.deliberation.models import Attendee, Conversation, Item, Meeting, RuleVersion, Topic
from shangliang.gathering.models import Recusal
from shangliang.matters.models import Matter
from shangliang.matters.rules import acts_on_open, works_on
from shangliang.people.models import Body, Membership
from shangliang.people.rules import CASE_DUTIES, RUNS_STUDIO, case_seat

Duty = Membership.Duty
# Those who may chair, and so let a gate be passed.
CHAIRS = (Duty.CONVENOR, Duty.LEAD, Duty.INITIATOR, Duty.CHAIR, Duty.DISTRICT_OFFICE)


# --- topics ------------------------------------------------------------------------------------------


def may_put_forward(actor: Actor, matter: Matter) -> Verdict:
    """Whoever works on an accepted matter makes a topic of it, unless it is one. One query when they may."""
    if matter.status == Matter.Status.RAISED:
        return no(_("先受理，再提成议题。"))
    verdict = acts_on_open(actor, matter)
    waits_or_sits = (Topic.Status.PUT_FORWARD, Topic.Status.CHOSEN)
    if verdict and Topic.objects.filter(matter=matter, status__in=waits_or_sits).exists():
        return no(_("它已经是议题了。"))
    return verdict


def works_on_topic(actor: Actor, topic: Topic) -> Verdict:
    """Whoever works on its matter works on a topic."""
    return works_on(actor, topic.matter)


def may_choose(actor: Actor, topic: Topic) -> Verdict:
    """Take a topic up that waits, or prepare that, while its matter is open."""
    return _still_waits(topic) and acts_on_open(actor, topic.matter)


def may_turn_down(actor: Actor, topic: Topic) -> Verdict:
    """Turn a topic down that waits, with a public reason; also when its matter was settled otherwise meanwhile."""
    return _still_waits(topic) and works_on_topic(actor, topic)


def may_work(actor: Actor, topic: Topic) -> Verdict:
    """Work on a topic that was chosen and is not over: investigate, plan meetings, record steps."""
    if topic.status != Topic.Status.CHOSEN:
        return no(_("这个议题现在不在商量。"))
    if topic.matter.lead_id is not None:
        return no(_("这件事归到另一件下面了，在那一件上商量。"))
    return works_on_topic(actor, topic)


def may_pass_gate(actor: Actor, topic: Topic) -> Verdict:
    """Only the topic's chair lets a gate be passed, as long as they sit here; when none was named, whoever may chair
    here."""
    if topic.status in (Topic.Status.TURNED_DOWN, Topic.Status.ENDED):
        return no(_("这个议题现在不在商量。"))
    seat, works = _chairing_seat(actor, topic), works_on_topic(actor, topic)
    if topic.chair_id is None:
        may = seat is not None and works.ok
    else:
        may = _is_chair(actor, topic) and (seat is not None or works.ok)
    return yes(seat or works.seat) if may else no(_("只有主持人能签名放行。"))


# --- how topics are chosen -----------------------------------------------------------------------------

# Those who sit as members over a place: they recommend topics there, and weigh them.
SITS_AS_MEMBER = (Duty.MEMBER, Duty.DELEGATE, Duty.LEAD, Duty.INITIATOR, Duty.AREA_LEAD, Duty.CHAIR)
CLAIMS = (Body.Kind.GROUP, Body.Kind.STUDIO, Body.Kind.SQUAD, Body.Kind.SPECIAL_COMMITTEE, Body.Kind.LIAISON_COMMITTEE)


def may_recommend(actor: Actor, place_path: str) -> Verdict:
    """Put forward a topic that nobody raised: staff over its place (党政点题), and members over it (委员荐题)."""
    seat = case_seat(actor, place_path) or _member_seat(actor, place_path)
    return yes(seat) if seat else no(_("这个地方不在您负责的范围里。"))


def may_weigh(actor: Actor, topic: Topic) -> Verdict:
    """Give points to a topic that waits, or vote for it: members over its place, and those who work on it."""
    seat = _member_seat(actor, topic.matter.place.path)
    return _still_waits(topic) and (yes(seat) if seat else works_on_topic(actor, topic))


def may_claim(actor: Actor, topic: Topic) -> Verdict:
    """认领: whoever runs a group or studio of members takes a topic for it, before it is chosen or after."""
    if topic.status not in (Topic.Status.PUT_FORWARD, Topic.Status.CHOSEN):
        return no(_("这个议题已经定过了。"))
    if topic.claimed_by is not None:
        return no(_("%(body)s已经认领了。") % {"body": topic.claimed_by.name})
    seats = claiming_seats(actor)
    return yes(seats[0]) if seats else no(_("由委员小组、工作室的负责人来认领。"))


def claiming_seats(actor: Actor) -> tuple[Seat, ...]:
    """The seats for whose bodies `actor` may claim a topic."""
    return tuple(seat for seat in actor.seats_with(*RUNS_STUDIO, Duty.CHAIR) if seat.body_kind in CLAIMS)


def may_plan(actor: Actor, body: Body) -> Verdict:
    """Draw up a body's yearly plan of topics: those who work for it, and staff over its place."""
    seat = _seat_in(actor, body) or case_seat(actor, body.place.path)
    return yes(seat) if seat else no(_("这份计划由%(body)s来定。") % {"body": body.name})


def may_go_again(actor: Actor, topic: Topic) -> Verdict:
    """再谈一轮: of what was agreed or stopped, while its matter is open."""
    if topic.status not in (Topic.Status.AGREED, Topic.Status.ENDED):
        return no(_("谈完一轮，才能再谈一轮。"))
    return acts_on_open(actor, topic.matter)


def _still_waits(topic: Topic) -> Verdict:
    if topic.status != Topic.Status.PUT_FORWARD:
        return no(_("这个议题已经定过了。"))
    if topic.matter.lead_id is not None:
        return no(_("这件事归到另一件下面了，在那一件上商量。"))
    return yes()


def _member_seat(actor: Actor, place_path: str) -> Seat | None:
    seats = [seat for seat in actor.seats_with(*SITS_AS_MEMBER) if seat.covers(place_path)]
    return max(seats, key=lambda seat: len(seat.place_path), default=None)


# --- meetings ----------------------------------------------------------------------------------------


def runs(actor: Actor, meeting: Meeting) -> Verdict:
    """Whoever works for the body that holds a meeting runs it: its chair and recorder, staff and convenors of
    the body, and staff over its place."""
    if actor.person_id is not None and actor.person_id in (meeting.chair_id, meeting.recorder_id):
        return yes(_seat_in(actor, meeting.body))
    seat = _seat_in(actor, meeting.body) or case_seat(actor, meeting.body.place.path)
    return yes(seat) if seat else no(_("这次会由%(body)s来开。") % {"body": meeting.body.name})


def chairs(actor: Actor, meeting: Meeting) -> Verdict:
    """Only the chair declares the minutes read."""
    if actor.person_id == meeting.chair_id:
        return yes(_seat_in(actor, meeting.body))
    return no(_("这由主持人来做。"))


def _seat_in(actor: Actor, body: Body) -> Seat | None:
    seats = actor.seats_with(*CASE_DUTIES, *RUNS_STUDIO, Duty.CHAIR)
    return next((seat for seat in seats if seat.body_id == body.pk), None)


def _chairing_seat(actor: Actor, topic: Topic) -> Seat | None:
    seats = [seat for seat in actor.seats_with(*CHAIRS) if seat.covers(topic.matter.place.path)]
    return max(seats, key=lambda seat: len(seat.place_path), default=None)


# --- before a meeting opens --------------------------------------------------------------------------

MeetingStatus, Answer = Meeting.Status, Attendee.Answer
BEFORE = (MeetingStatus.PLANNED, MeetingStatus.CALLED)
EARLY = dt.timedelta(hours=2)  # before a meeting one may sign in by oneself
SEATED = (Answer.INVITED, Answer.COMING, Answer.NOT_COMING)  # these have a place at the table


def may_prepare(actor: Actor, meeting: Meeting) -> Verdict:
    """Whoever runs a meeting prepares it until it opens: agenda, papers, invitations, date."""
    if meeting.status not in BEFORE:
        return no(_("这次会%(now)s，不能再改安排了。") % {"now": meeting.get_status_display()})
    return runs(actor, meeting)


def may_call(actor: Actor, meeting: Meeting) -> Verdict:
    """Send the invitations, once."""
    if meeting.status != MeetingStatus.PLANNED:
        return no(_("通知已经发过了。要改日子、地方，请用“改时间、地点”。"))
    return runs(actor, meeting)


def may_seat(actor: Actor, meeting: Meeting) -> Verdict:
    """Whoever runs a meeting says who sits at the table, also of those who walk in while it is on."""
    if meeting.status not in (*BEFORE, MeetingStatus.OPEN):
        return no(_("这次会%(now)s，不能再加人了。") % {"now": meeting.get_status_display()})
    return runs(actor, meeting)


def may_sign_in_others(actor: Actor, meeting: Meeting) -> Verdict:
    """The clerk ticks who is there, on the day and until the minutes were read."""
    if meeting.status not in (MeetingStatus.CALLED, MeetingStatus.OPEN):
        return no(_("通知发出以后、散会以前，才能签到。"))
    if clock.today() < clock.day_of(meeting.starts_at) and clock.now() < meeting.starts_at - EARLY:
        return no(_("开会当天才能签到。"))
    return runs(actor, meeting)


def may_recuse(actor: Actor, attendee: Attendee) -> Verdict:
    """Who sits at the table says it of themselves, by link or signed in; of others, whoever runs the meeting."""
    if attendee.meeting.status not in (*BEFORE, MeetingStatus.OPEN):
        return no(_("会已经开完了。"))
    own = actor.kind == "link" or (actor.person_id is not None and actor.person_id == attendee.person_id)
    return yes() if own else runs(actor, attendee.meeting)


def takes_part(attendee: Attendee) -> Verdict:
    """Whether somebody votes, reserves and signs: seated, signed in, and not kept out by a recusal, of this meeting
    or of a matter on its table. Who must stay out may still speak. One query, none for residents."""
    if attendee.answer not in SEATED:
        return no(_("%(role)s是旁听，不参加表决和签字。") % {"role": attendee.role})
    if attendee.recused_at is not None or _must_stay_out(attendee):
        return no(_("%(role)s回避，可以说话，不参加表决和签字。") % {"role": attendee.role})
    if attendee.signed_in_at is None:
        return no(_("%(role)s还没有签到。") % {"role": attendee.role})
    return yes()


def _must_stay_out(attendee: Attendee) -> bool:
    if attendee.person_id is None:
        return False
    table = Topic.objects.filter(on_tables__meeting=attendee.meeting_id)
    return Recusal.objects.filter(matter__in=table.values("matter"), person=attendee.person_id).exists()


# --- the meeting while it sits -------------------------------------------------------------------------


def may_open(actor: Actor, meeting: Meeting) -> Verdict:
    """Its chair, its recorder and those who work for its body open a meeting that was planned."""
    if meeting.status not in (Meeting.Status.PLANNED, Meeting.Status.CALLED):
        return no(_("这次会现在不能开：%(status)s。") % {"status": meeting.get_status_display()})
    if clock.today() < clock.day_of(meeting.starts_at) and clock.now() < meeting.starts_at - EARLY:
        return no(_("还没到开会那天。要提前开，先改时间，让请了的人都知道。"))
    return runs(actor, meeting)


def may_record(actor: Actor, meeting: Meeting) -> Verdict:
    """Write down what is said, put items to the table, count: as long as the meeting sits."""
    if meeting.status != Meeting.Status.OPEN:
        return no(_("会没有在开，记不进去：%(status)s。") % {"status": meeting.get_status_display()})
    return runs(actor, meeting)


def may_collect(actor: Actor, meeting: Meeting) -> Verdict:
    """Signatures are collected from the meeting on, and for days after it."""
    if meeting.status not in (Meeting.Status.OPEN, Meeting.Status.READ, Meeting.Status.SIGNED):
        return no(_("会还没开，不能开始签名。"))
    return runs(actor, meeting)


# --- online statements (conversations) ---------------------------------------------------------------


def may_open_conversation(actor: Actor, topic: Topic) -> Verdict:
    """Ask residents online about a topic: whoever works on it, as long as it is not over."""
    if topic.status not in (Topic.Status.PUT_FORWARD, Topic.Status.CHOSEN):
        return no(_("这个议题已经谈完了，不再征求意见。"))
    return works_on_topic(actor, topic)


def may_open_about(actor: Actor, version: RuleVersion) -> Verdict:
    """Ask residents online about the draft of a rule: whoever works for the body that drafts it."""
    body = version.rule.body
    seat = _seat_in(actor, body) or case_seat(actor, version.rule.place.path)
    return yes(seat) if seat else no(_("这由%(body)s来做。") % {"body": body.name})


def keeps(actor: Actor, conversation: Conversation) -> Verdict:
    """Screen statements, name groups, close: whoever works for the body that opened it, or over its place."""
    seat = _seat_in(actor, conversation.body) or case_seat(actor, conversation.body.place.path)
    return yes(seat) if seat else no(_("这由%(body)s来做。") % {"body": conversation.body.name})


def may_change(actor: Actor, conversation: Conversation) -> Verdict:
    """The same, for what ends with it: imported ones are never written on."""
    if conversation.source:
        return no(_("这是别处搬来的记录，不能改。"))
    return keeps(actor, conversation)


def may_speak(conversation: Conversation) -> Verdict:
    """Whether anybody may vote and say something now."""
    if conversation.status != Conversation.Status.OPEN:
        return no(_("这次已经说完了，不再收意见。大家怎么说的，可以看观点图。"))
    if conversation.closes_on and conversation.closes_on < clock.today():
        return no(_("说好的日子到了，不再收意见。大家怎么说的，可以看观点图。"))
    return yes()


# --- minutes, and what came of a meeting ---------------------------------------------------------------


def may_close(actor: Actor, meeting: Meeting) -> Verdict:
    """Declare the minutes read, so that their text stands."""
    if meeting.status != Meeting.Status.OPEN:
        return no(_("会正开着，才能宣读纪要。"))
    return chairs(actor, meeting)


def may_open_again(actor: Actor, meeting: Meeting) -> Verdict:
    """Go back into the meeting; whether somebody has signed already is the action's to look up."""
    if meeting.status != Meeting.Status.READ:
        return no(_("纪要读过、还没签完的，才能接着开。"))
    return chairs(actor, meeting)


def may_take_signature(actor: Actor, meeting: Meeting) -> Verdict:
    """Have people sign on one's own device, or enter the printed sheet. Who holds an attendee's link signs for them."""
    if meeting.status != Meeting.Status.READ:
        return no(_("纪要读完了才签字。") if meeting.status != Meeting.Status.SIGNED else _("已经签完了。"))
    return yes() if actor.kind == "link" else runs(actor, meeting)


def may_finish(actor: Actor, meeting: Meeting) -> Verdict:
    """Declare the signing over: what was agreed goes on from then."""
    if meeting.status != Meeting.Status.READ:
        return no(_("纪要读完了才签字。") if meeting.status != Meeting.Status.SIGNED else _("已经签完了。"))
    return chairs(actor, meeting)


def may_amend(actor: Actor, meeting: Meeting) -> Verdict:
    """Put minutes right that were signed, for all to see."""
    if meeting.status != Meeting.Status.SIGNED:
        return no(_("签完字的纪要才要更正；没签的，接着开会改。"))
    return runs(actor, meeting)


def may_settle_undertaking(actor: Actor, item: Item) -> Verdict:
    """Say whether people did what they undertook; once said, only that they did after all."""
    if item.meeting.status != Meeting.Status.SIGNED:
        return no(_("纪要签完字，说好的事才算数。"))
    if item.kept == Item.Kept.KEPT:
        return no(_("已经记了：做到了。"))
    return works_on_topic(actor, item.topic)


def may_keep_rules(actor: Actor, body: Body) -> Verdict:
    """Draft, open and adopt rules of a body: its own people, and staff over its place."""
    seat = _seat_in(actor, body) or case_seat(actor, body.place.path)
    return yes(seat) if seat else no(_("这里的公约由%(body)s来管。") % {"body": body.name})


# --- investigation and gates --------------------------------------------------------------------------


def sees_topic(actor: Actor, topic: Topic) -> Verdict:
    """Read a topic at the desk: who works on it, its chair, the bodies that put it forward or claimed it, members
    of its place. All of it is for the public but who wrote it down and where photos were taken."""
    if (verdict := works_on_topic(actor, topic)) or _is_chair(actor, topic):
        return verdict or yes()
    own = {topic.put_by_id, topic.claimed_by_id} & actor.bodies
    if own or _member_seat(actor, topic.matter.place.path) or _squad_seat(actor, topic):
        return yes()
    return no(_("这个议题不在您负责的范围里。"))


def may_look_into(actor: Actor, topic: Topic) -> Verdict:
    """Name sides, write down what was found, tick steps and who agreed: as long as a topic waits or is talked about.
    In some places that comes before it is chosen."""
    if topic.status not in (Topic.Status.PUT_FORWARD, Topic.Status.CHOSEN):
        return no(_("这个议题现在不在商量。"))
    if topic.matter.lead_id is not None:
        return no(_("这件事归到另一件下面了，在那一件上商量。"))
    return works_on_topic(actor, topic)


def may_step(actor: Actor, topic: Topic) -> Verdict:
    """Write down of a step that it was done, who agreed to it, what its form asks: the path goes on once people have
    agreed."""
    return works_on_topic(actor, topic) if topic.status == Topic.Status.AGREED else may_look_into(actor, topic)


def may_find(actor: Actor, topic: Topic, coming: Collection[UUID] = ()) -> Verdict:
    """Write down what was found: who looks into a topic, its chair, a squad of its place, and members who come
    because of a whistle about its matter (`coming`)."""
    if topic.status not in (Topic.Status.PUT_FORWARD, Topic.Status.CHOSEN):
        return no(_("这个议题现在不在商量。"))
    if seat := _squad_seat(actor, topic):
        return yes(seat)
    if actor.person_id is not None and (_is_chair(actor, topic) or actor.person_id in coming):
        return yes()
    return may_look_into(actor, topic)


def _is_chair(actor: Actor, topic: Topic) -> bool:
    return actor.person_id is not None and actor.person_id == topic.chair_id


def _squad_seat(actor: Actor, topic: Topic) -> Seat | None:
    seats = (seat for seat in actor.seats if seat.body_kind == Body.Kind.SQUAD)
    return next((seat for seat in seats if seat.covers(topic.matter.place.path)), None)
