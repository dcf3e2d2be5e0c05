"""«还在办»: after days of silence, those behind a matter hear by itself that it is not forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from shangliang.delivery.actions import say_still_open
from shangliang.gathering import actions as gathering
from shangliang.ledger.queries import timeline
from shangliang.notices import reader
from shangliang.notices.models import Notice
from shangliang.voices.contacts import Reach
from tests.cast import Cast

Freeze = Callable[[str | dt.datetime], dt.datetime]
SMS = {"hear_by": "sms", "reach": Reach(phone="13800000001")}


def test_after_ten_silent_working_days_they_hear_who_has_it(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    matter = cast.raised(**SMS)
    freeze("2026-11-16 23:59")  # ten working days on
    assert say_still_open(cast.tenant.pk) == 0
    freeze("2026-11-17 00:01")
    assert say_still_open(cast.tenant.pk) == 1
    entry = timeline(matter.pk)[0]
    assert (entry.entry.kind, entry.facts["holder_name"]) == ("matter.still_open", "光明社区")
    assert entry.body["actor"]["kind"] == "system"
    reader.read(cast.tenant)
    assert "还在办，现在在光明社区手里。" in Notice.objects.get().sentence


def test_it_is_said_again_only_after_as_many_days_more(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    cast.raised()
    freeze("2026-11-17 09:00")
    assert say_still_open(cast.tenant.pk) == 1
    assert say_still_open(cast.tenant.pk) == 0
    freeze("2026-12-02 09:00")
    assert say_still_open(cast.tenant.pk) == 1


def test_an_act_breaks_the_silence(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    matter = cast.raised()
    freeze("2026-11-12 09:00")
    gathering.accept(cast.community, matter.pk, None, title="楼道里有人充电")
    freeze("2026-11-17 09:00")
    assert say_still_open(cast.tenant.pk) == 0


def test_what_has_ended_or_follows_a_lead_is_left_in_peace(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    cast.closed()
    lead, other = cast.accepted(), cast.accepted()
    gathering.join(cast.community, other.pk, None, lead_number=lead.number)
    freeze("2026-11-17 09:00")
    assert say_still_open(cast.tenant.pk) == 1  # of the lead
