"""Members to look at and to act on. All of them are invented."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from shangliang.core.clock import today
from shangliang.files import kept
from shangliang.people import actions
from shangliang.people.models import Body, Person
from shangliang.people.views.member_list import WHAT
from tests.cast import DISTRICT, Cast
from tests.people.lists import LU, SHEN, xlsx
from tests.scenes import Parts

SAID = {"name": "沈见青", "role": "member", "level": "district", "sector": "法律界"}


def member(cast: Cast) -> Parts:
    """A member who sits nowhere."""
    return {"person_id": _recorded(cast).pk}


def member_of_the_studio(cast: Cast) -> Parts:
    """A member of the convenor's studio."""
    person = _recorded(cast)
    actions.seat(cast.office, person, cast.body("同光委员工作室"), "member")
    return {"person_id": person.pk}


def list_file(cast: Cast, parts: Parts) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("名册.xlsx", xlsx([SHEN, LU])), "on": today()}


def list_put_aside(cast: Cast) -> Parts:
    """A list that the office has chosen and not yet brought in."""
    about = {"name": "名册.xlsx", "on": today().isoformat()}
    return {"note": kept.keep(cast.office, WHAT, about, xlsx([SHEN, LU]))}


def guided(cast: Cast) -> Parts:
    """A studio that a special committee guides."""
    return {"guidance_id": actions.guide(cast.office, _committee(cast), cast.body("同光委员工作室")).pk}


def a_guide(cast: Cast, parts: Parts) -> dict[str, Any]:
    """The fields by which a committee comes to guide a body."""
    return {"guide": _committee(cast).name, "since": today()}


def _committee(cast: Cast) -> Body:
    return actions.open_body(cast.office, Body.Kind.SPECIAL_COMMITTEE, "社会法制委", cast.place(DISTRICT))


def _recorded(cast: Cast) -> Person:
    return actions.record_member(cast.office, key="012", name="沈见青", given={"home": "光明社区3栋"}).person
