"""The localities that ship: each a playbook that can be adopted, and an organisation that can be loaded."""

from __future__ import annotations

import pytest

from shangliang.places import divisions
from shangliang.playbooks import organisations, queries
from shangliang.playbooks.definition import parse
from shangliang.playbooks.library import LOCALITIES, text_of
from shangliang.playbooks.nodes import PlaybookError, read
from shangliang.playbooks.organisations import Organisation, organisation, organisation_of

NAMES = organisations.names()
STREETS = ("streets", "communities", "enrolled", "pairings", "standard")


def places_of(told: Organisation) -> set[str]:
    return {division.code for division in divisions.below(told.code)} | {told.code}


def test_the_organisations_of_the_five_texts_ship() -> None:
    assert NAMES == ["decheng", "duyun", "guichi", "guiyang", "hezhang", "pingba", "qingshan", "xincheng"]
    found = organisation_of("420107")
    assert found is not None
    assert found.name == "武汉市青山区"
    assert organisation_of("110101") is None


@pytest.mark.parametrize("name", NAMES)
def test_a_localitys_playbook_is_whole_and_keeps_what_it_does_not_change(name: str) -> None:
    playbook, package = parse(text_of(name)), queries.default()
    assert playbook.name != package.name
    assert playbook.clocks == package.clocks
    assert playbook.decline_reasons == package.decline_reasons


@pytest.mark.parametrize("name", NAMES)
def test_studios_are_of_kinds_and_roles_that_the_locality_has(name: str) -> None:
    rules = parse(text_of(name)).studios
    for studio in organisation(name).studios:
        assert studio.kind in rules.kinds
        assert set(studio.seats) <= set(rules.roles)
        assert not rules.kinds[studio.kind].under or studio.under


@pytest.mark.parametrize("name", NAMES)
def test_every_place_is_one_of_the_divisions(name: str) -> None:
    told = organisation(name)
    codes = {spec.place for spec in (*told.bodies, *told.studios)} | {claim.within for claim in told.claims}
    assert codes - {""} <= places_of(told)


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_says_what_is_counted(name: str) -> None:
    for claim in organisation(name).claims:
        assert claim.where
        assert claim.what in STREETS or claim.kind or claim.body


@pytest.mark.parametrize("name", NAMES)
def test_every_text_has_its_title_outlet_and_date(name: str) -> None:
    assert all(text.title and text.outlet and text.date for text in organisation(name).texts)


def test_what_the_texts_call_six_haves_and_five_haves_are_not_the_same() -> None:
    ours, theirs = parse(text_of("guichi")).studios.standard, parse(text_of("decheng")).studios.standard
    assert (ours.name, len(ours.items)) == ("五有", 5)
    assert (theirs.name, len(theirs.items)) == ("六有", 6)


def test_a_locality_may_leave_out_a_step_of_the_package() -> None:
    assert "trial" not in parse(text_of("decheng")).studios.life
    assert "trial" in parse(text_of("guichi")).studios.life


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("members: 20", "members: 二十", "members"),
        ("adopted: 2022-01-01", "adopted: 2022年1月", "adopted"),
        ("kind: liaison_committee", "kind: liaison", "bodies[1].kind"),
        ("seats: {chair: 1, member: 1}", "seats: {boss: 1}", "bodies[1].seats.boss"),
        ("what: pairings", "what: weddings", "claims[3].what"),
        ("    since: 2022-06-16", "    since: 去年", "pairings[1].since"),
    ],
)
def test_a_mistake_in_an_organisation_is_named_by_its_line(old: str, new: str, path: str) -> None:
    text = (LOCALITIES / "guichi" / "organisation.yaml").read_text(encoding="utf-8")
    wrong = text.replace(old, new, 1)
    with pytest.raises(PlaybookError) as mistake:
        organisations._organisation("guichi", read(wrong))
    assert mistake.value.path == path
    assert new.strip() in wrong.splitlines()[mistake.value.line - 1]
