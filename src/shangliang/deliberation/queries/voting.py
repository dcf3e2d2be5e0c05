"""Reading counts: who is counted, what was counted, and whether something may pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core.seal import keyed_hash
from shangliang.deliberation import deciding, rules
from shangliang.deliberation.models import Attendee, Ballot, Count, Item
from shangliang.playbooks.deliberation_rules import Decide, Outcome

OWNED = ("task", "undertaking")  # what comes out of these has somebody who does it by a day


def is_open(item: Item) -> bool:
    """Whether votes on it are being cast."""
    return Count.objects.filter(item=item, closed_at=None).exists()


def counts_of(items: Iterable[Item]) -> dict[UUID, list[Count]]:
    """All counts of some items, the last one last (one query)."""
    found: dict[UUID, list[Count]] = {item.pk: [] for item in items}
    for count in Count.objects.filter(item__in=found).order_by("opened_at", "id"):
        found[count.item_id].append(count)
    return found


def last_count(item: Item, counts: Iterable[Count], unit: str) -> Count | None:
    """The last count in a unit of an item's text as it stands."""
    closed = [one for one in counts if one.closed_at and one.opened_at >= item.worded_at and one.unit == unit]
    return closed[-1] if closed else None


def why_not_passed(item: Item, counts: Sequence[Count], rule: Decide) -> str:
    """Why an item may not pass by what was counted; empty when it may. Where people and, say, floor area are both
    counted, it must carry in each."""
    for unit in rule.by:
        last = last_count(item, counts, unit)
        if last is not None and not last.passed:
            return _("最近一次数下来没过：%(sum)s。") % {"sum": reckoned(last, rule)}
        if last is None and (deciding.needs_count(rule) or len(rule.by) > 1):
            units = {"household": _("按户再数一遍"), "area": _("按面积再数一遍"), "person": _("按人再数一遍")}
            how = units[unit] if len(rule.by) > 1 else _("先数一遍")
            return _("这种会要%(how)s：%(wanted)s。") % {"how": how, "wanted": deciding.wanted(rule)}
        if last is None and counts:
            return _("改过字了，要重新数一遍。")
    return ""


def lacking(item: Item, outcome: Outcome | None) -> str:
    """What is not written yet of something that somebody is to do; empty for nothing."""
    if outcome is None or outcome.to not in OWNED:
        return ""
    owner = item.owner_id or item.owner_words
    if not owner and not item.due:
        return _("还没写谁办、哪天")
    return "" if owner and item.due else _("还没写哪天") if owner else _("还没写谁办")


def unit_of_people(rule: Decide) -> str:
    """What hands and ballots are counted in: the unit of the rule that people can raise a hand for."""
    return next((unit for unit in rule.by if unit != "area"), "person")


def tally(count: Count) -> deciding.Tally:
    return deciding.Tally(count.yes, count.no, count.abstain, count.base, count.unit, count.entitled)


def reckoned(count: Count, rule: Decide) -> str:
    """A closed count with its arithmetic in words."""
    return deciding.decide(rule, tally(count)).sentence


def voter_key(count_id: UUID, attendee_id: UUID) -> bytes:
    """What stands for a voter in one count, and tells nothing in another or without the key."""
    return keyed_hash(f"{count_id}:{attendee_id}", "ballot")


def open_count(count_id: UUID) -> Count | None:
    """A count with its item and meeting (one query)."""
    return Count.objects.select_related("item__meeting__body__place", "item__topic").filter(pk=count_id).first()


@dataclass(frozen=True, slots=True)
class OnPhone:
    """A vote as an attendee's own page shows it: open to be cast, or closed with its result."""

    count: Count
    item: Item
    choice: int | None  # what they chose themselves, while it is open
    sentence: str  # the result, once it is closed
    why_not: str  # why they do not vote


def on_phone(attendee: Attendee, rule: Decide) -> list[OnPhone]:
    """The ballots of a meeting for one attendee's page, the open one first (three queries)."""
    rows = Count.objects.filter(item__meeting=attendee.meeting_id, how="ballot").select_related("item")
    counts = sorted(rows.order_by("-opened_at"), key=lambda count: count.closed_at is not None)
    keys = {voter_key(count.pk, attendee.pk): count.pk for count in counts if count.closed_at is None}
    cast = {
        keys[bytes(one.voter)]: one.choice for one in Ballot.objects.filter(count__in=keys.values(), voter__in=keys)
    }
    verdict = rules.takes_part(attendee)
    return [
        OnPhone(
            count,
            count.item,
            cast.get(count.pk),
            reckoned(count, rule) if count.closed_at else "",
            verdict.why_not,
        )
        for count in counts
    ]
