"""我收集: accepting, declining, describing, joining and taking out, and who may not."""

import pytest

from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.delivery.actions import return_
from shangliang.gathering import actions
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Matter, Point
from shangliang.voices.models import Voice
from tests.cast import DONGMEN, FAR, Cast

Status = Matter.Status


def with_a_point_at_home(cast: Cast) -> Matter:
    """A matter with an open point that no body has in hand."""
    row = cast.handed(points=("装灯",))
    return_(cast.citymanager, row, None, why="归房管局。")
    return cast.again(row.matter)  # type: ignore[no-any-return]


def kinds(matter: Matter) -> list[str]:
    return [line.entry.kind for line in timeline(matter.pk)]


def test_accepting_gives_a_matter_its_public_face_and_a_clock(cast: Cast) -> None:
    matter = cast.raised()
    actions.accept(cast.community, matter.pk, matter.version, title="楼道里有人充电", category="complaint")
    matter = cast.again(matter)
    assert (matter.status, matter.title, matter.is_public) == (Status.GATHERED, "楼道里有人充电", True)
    assert matter.due_rule == "hand_over"
    assert kinds(matter) == ["matter.accepted", "voice.raised"]


def test_a_matter_without_anybodys_consent_stays_private_when_it_is_accepted(cast: Cast) -> None:
    matter = cast.raised(openness=Voice.Openness.HANDLERS)
    actions.accept(cast.community, matter.pk, None, title="家里的事")
    assert not cast.again(matter).is_public


def test_accepting_twice_is_refused(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(NotAllowed, match="已经受理过了"):
        actions.accept(cast.community, matter.pk, None, title="再来一次")


@pytest.mark.parametrize("who", ["neighbour", "member", "handler"])
def test_only_who_works_on_a_matter_accepts_it(cast: Cast, who: str) -> None:
    matter = cast.raised()
    with pytest.raises(NotAllowed, match="不在您负责的范围里"):
        actions.accept(getattr(cast, who), matter.pk, None, title="不该行")
    assert cast.again(matter).status == Status.RAISED


def test_a_place_settled_on_accepting_brings_the_matter_to_its_community(cast: Cast) -> None:
    matter = cast.raised(place="420107003", place_settled=False)
    assert matter.holder.name == "新沟桥街道"
    actions.accept(cast.street, matter.pk, None, title="东门的事", place=cast.place(DONGMEN))
    matter = cast.again(matter)
    assert (matter.holder.name, matter.place_settled) == ("东门社区", True)


def test_who_looked_at_an_older_state_is_told_that_it_changed(cast: Cast) -> None:
    matter = cast.raised()
    actions.accept(cast.street, matter.pk, matter.version, title="先到的")
    with pytest.raises(Changed):
        actions.decline(cast.community, matter.pk, matter.version, reason="lawsuit", elsewhere="12368", why="在打官司")


def test_declining_ends_a_matter_without_a_clock(cast: Cast) -> None:
    matter = cast.raised()
    actions.decline(cast.community, matter.pk, None, reason="lawsuit", elsewhere="打 12368。", why="法院在办。")
    matter = cast.again(matter)
    assert (matter.status, matter.due, bool(matter.ended_at)) == (Status.DECLINED, None, True)
    assert timeline(matter.pk)[0].words == {"why": "法院在办。", "elsewhere": "打 12368。"}


def test_what_is_handed_over_can_no_longer_be_declined(cast: Cast) -> None:
    row = cast.handed()
    with pytest.raises(NotAllowed, match="已经交办"):
        actions.decline(cast.street, row.matter_id, None, reason="lawsuit", elsewhere="x", why="x")


def test_describing_needs_an_accepted_matter(cast: Cast) -> None:
    matter = cast.raised()
    with pytest.raises(NotAllowed, match="先受理"):
        actions.describe(cast.community, matter.pk, None, title="t", summary="", category="")


def test_joining_moves_the_open_points_and_keeps_the_stage(cast: Cast) -> None:
    lead, matter = cast.accepted("带头的"), with_a_point_at_home(cast)
    actions.join(cast.street, matter.pk, None, lead_number=lead.number)
    joined = cast.again(matter)
    assert (joined.lead_id, joined.status, joined.due) == (lead.pk, Status.DELIVERED, None)
    assert list(Point.objects.filter(matter=lead).values_list("text", flat=True)) == ["装灯"]


@pytest.mark.parametrize(
    ("arrange", "why"),
    [
        (lambda cast, matter: matter.number, "不能归到它自己下面"),
        (lambda cast, matter: "420107-2020-999999", "没有编号是"),
        (lambda cast, matter: cast.closed().number, "已经有了结果"),
    ],
    ids=["itself", "nothing", "an ended one"],
)
def test_joining_is_refused_to(cast: Cast, arrange, why: str) -> None:  # type: ignore[no-untyped-def]
    matter = cast.accepted()
    with pytest.raises(Refused, match=why):
        actions.join(cast.street, matter.pk, None, lead_number=arrange(cast, matter))


def test_joining_to_a_joined_matter_is_refused(cast: Cast) -> None:
    lead, follower, third = cast.accepted("甲"), cast.accepted("乙"), cast.accepted("丙")
    actions.join(cast.street, follower.pk, None, lead_number=lead.number)
    with pytest.raises(Refused, match="已归到另一件事下面"):
        actions.join(cast.street, third.pk, None, lead_number=follower.number)


def test_a_matter_with_followers_cannot_be_joined(cast: Cast) -> None:
    lead, follower, third = cast.accepted("甲"), cast.accepted("乙"), cast.accepted("丙")
    actions.join(cast.street, follower.pk, None, lead_number=lead.number)
    with pytest.raises(Refused, match="已经有别的事归在它下面"):
        actions.join(cast.street, lead.pk, None, lead_number=third.number)


def test_joining_a_matter_of_a_place_one_has_no_say_over_is_refused(cast: Cast) -> None:
    mine, theirs = cast.accepted(), cast.accepted(place=FAR)
    with pytest.raises(NotAllowed):
        actions.join(cast.community, mine.pk, None, lead_number=theirs.number)


def test_taking_out_gives_the_points_and_the_supporters_back(cast: Cast) -> None:
    lead, matter = cast.accepted("带头的"), with_a_point_at_home(cast)
    Matter.objects.filter(pk=matter.pk).update(supporters=3)
    actions.join(cast.street, matter.pk, None, lead_number=lead.number)
    assert cast.again(lead).supporters == 3
    actions.take_out(cast.street, matter.pk, None, why="不是一回事")
    own = Point.objects.get(matter=matter)
    assert (own.moved_to_id, cast.again(lead).supporters) == (None, 0)
    assert not Point.objects.filter(matter=lead).exists()
    assert cast.again(matter).due is not None


def test_what_is_out_with_a_body_is_not_joined(cast: Cast) -> None:
    lead, row = cast.accepted("带头的"), cast.handed()
    with pytest.raises(Refused, match="交办还没答复"):
        actions.join(cast.street, row.matter_id, None, lead_number=lead.number)


def test_what_was_not_joined_cannot_be_taken_out(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(NotAllowed, match="没有归到别的事下面"):
        actions.take_out(cast.street, matter.pk, None, why="x")


def test_a_matter_that_was_given_points_is_not_declined(cast: Cast) -> None:
    lead, row = cast.accepted("带头的"), cast.handed()
    return_(cast.citymanager, row, None, why="归房管局。")
    actions.join(cast.street, row.matter_id, None, lead_number=lead.number)
    with pytest.raises(Refused, match="不能再说不受理"):
        actions.decline(cast.street, lead.pk, None, reason="lawsuit", elsewhere="x", why="x")
