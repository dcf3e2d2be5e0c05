"""共协商: who may do what with topics, meetings, and what people say online."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat, Verdict, no, yes
from shangliang.deliberation.models import Attendee, Meeting, Topic
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
    """Whoever works on an accepted matter makes a topic of it."""
    if matter.status == Matter.Status.RAISED:
        return no(_("先受理，再提成议题。"))
    return acts_on_open(actor, matter)


def works_on_topic(actor: Actor, topic: Topic) -> Verdict:
    """Whoever works on its matter works on a topic."""
    return works_on(actor, topic.matter)


def may_choose(actor: Actor, topic: Topic) -> Verdict:
    """Take a topic up, or turn it down with a public reason."""
    if topic.status != Topic.Status.PUT_FORWARD:
        return no(_("这个议题已经定过了。"))
    return works_on_topic(actor, topic)


def may_work(actor: Actor, topic: Topic) -> Verdict:
    """Work on a topic that was chosen and is not over: investigate, plan meetings, record steps."""
    if topic.status != Topic.Status.CHOSEN:
        return no(_("这个议题现在不在商量。"))
    return works_on_topic(actor, topic)


def may_pass_gate(actor: Actor, topic: Topic) -> Verdict:
    """Only the topic's chair lets a gate be passed; when none was named, whoever may chair here."""
    verdict = may_work(actor, topic)
    if not verdict:
        return verdict
    if topic.chair_id is not None and actor.person_id != topic.chair_id:
        return no(_("只有主持人能签名放行。"))
    seat = _chairing_seat(actor, topic)
    return yes(seat) if seat or topic.chair_id else no(_("只有主持人能签名放行。"))


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
    if clock.today() < clock.day_of(meeting.starts_at):
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
