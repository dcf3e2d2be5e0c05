"""`shangliang demo --all`: every organisation stands as its text says, loaded once."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from django_scopes import scope

from shangliang.ledger.models import Entry
from shangliang.manage.cli import main
from shangliang.manage.demo import open_office
from shangliang.manage.demo_localities import tell
from shangliang.manage.demo_people import MARK, as_list, invent
from shangliang.people.actions import open_tenant
from shangliang.people.models import Body, Enrolment, Guidance, Member, Membership
from shangliang.places.actions import load
from shangliang.playbooks.actions import seed_calendar
from shangliang.playbooks.organisations import names, organisation
from shangliang.playbooks.queries import in_force
from shangliang.publicity.organisation import page
from shangliang.studios.models import DutyShift, Evidence, Pairing, Phase, Studio, Turn
from shangliang.tenants.models import Tenant

pytestmark = [pytest.mark.django_db, pytest.mark.rollup]


def told(name: str) -> Tenant:
    seed_calendar()
    tell(organisation(name), open_office)
    return Tenant.objects.get(slug=organisation(name).code)


def differing(tenant: Tenant) -> dict[str, int]:
    """What stands here otherwise than the text says: how many there are here."""
    return {row.claim.words: row.here for row in page(tenant).compared if not row.fits}


def test_a_studio_of_eighteen_is_paired_with_its_community() -> None:
    tenant = told("guichi")
    with scope(tenant=tenant):
        assert differing(tenant) == {}
        station = Studio.objects.select_related("body__under").get(kind="station")
        assert station.body.under is not None
        assert station.body.under.name == "善润委员工作室"
        assert Evidence.objects.filter(studio=station, has=True).count() == 5
        pairing = Pairing.objects.get()
        assert (pairing.status, pairing.other.name) == ("signed", "九华居委会")
        assert in_force(tenant.pk).name == "善润委员工作室 · 结对共建"


def test_two_studios_of_a_pilot_become_nine_with_a_group_on_duty() -> None:
    tenant = told("xincheng")
    with scope(tenant=tenant):
        assert differing(tenant) == {"街道学习组": 10}
        assert [(phase.name, phase.target) for phase in Phase.objects.order_by("since")] == [
            ("试点", 2),
            ("推广提升", 9),
        ]
        pilot = Studio.objects.get(body__name="西一路街道委员工作室")
        group = set(Membership.objects.filter(body__name="法制组").values_list("person", flat=True))
        turns = Turn.objects.filter(shift__studio=pilot)
        assert turns
        assert set(turns.values_list("person", flat=True)) <= group


def test_circles_rooms_and_stations_of_three_platforms_stand_side_by_side() -> None:
    tenant = told("decheng")
    with scope(tenant=tenant):
        assert differing(tenant) == {}
        kinds = Counter(Studio.objects.values_list("kind", flat=True))
        assert kinds["sector_room"] == 12
        circle = Body.objects.get(name="运河文华·界别同心汇")
        people = Membership.objects.filter(body=circle).values("person")
        assert set(Member.objects.filter(person__in=people).values_list("sector", flat=True)) == {"文艺界", "教体界"}


def test_everybody_invented_is_marked_and_the_same_each_time() -> None:
    district = load("341702")
    first, again = (invent(organisation("guichi"), district) for _time in range(2))
    assert first == again
    assert len({one.name for one in first}) == 20
    assert all(one.name.startswith(MARK) for one in first)
    assert as_list([(first[0], "")]).decode("utf-8-sig").splitlines()[0].startswith("编号,姓名")


def test_a_district_that_works_here_is_left_alone() -> None:
    tenant = open_tenant(load("341702"), "池州市贵池区")
    assert tell(organisation("guichi"), open_office) == ""
    with scope(tenant=tenant):
        assert not Member.objects.exists()
        assert not Studio.objects.exists()


def test_all_localities_stand_as_their_texts_say_and_loading_again_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["demo", "--all"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("office-") == len(names()) - 1  # 青山 has the office of the demo district
    found = {tenant.slug: tenant for tenant in Tenant.objects.all()}
    assert sorted(found) == sorted(organisation(name).code for name in names())
    with scope(tenant=found["5201"]):
        assert differing(found["5201"]) == {}
        assert Enrolment.objects.filter(status="assigned", until=None).count() == 2455
    with scope(tenant=found["420107"]):
        assert differing(found["420107"]) == {"社区（村）": 99}
        assert Guidance.objects.count() == 10
        _the_demos_own_studio_is_at_work(found["420107"])
    sizes = {slug: _rows(tenant) for slug, tenant in found.items()}
    assert main(["demo", "--all"]) == 0
    assert {slug: _rows(tenant) for slug, tenant in found.items()} == sizes


def _the_demos_own_studio_is_at_work(tenant: Tenant) -> None:
    studio = Studio.objects.get(body__name="同光委员工作室（演示）")
    assert studio.status == Studio.Status.OPEN
    assert DutyShift.objects.filter(studio=studio).count() > 20
    assert Turn.objects.filter(shift__studio=studio, stands_in_for__isnull=False).exists()
    assert studio.receptions.count() == 4
    assert Client().get(f"/{tenant.slug}/about/organisation/").status_code == 200


def _rows(tenant: Tenant) -> tuple[int, ...]:
    with scope(tenant=tenant):
        return Entry.objects.count(), Member.objects.count(), Studio.objects.count(), Membership.objects.count()
