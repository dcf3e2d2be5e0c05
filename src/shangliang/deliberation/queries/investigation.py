"""Reading what an investigation is made of."""

from __future__ import annotations

from uuid import UUID

from shangliang.deliberation.models import Finding, FindingPhoto, Hearing, Side, Topic
from shangliang.gathering.models import Asked, Visit
from shangliang.people.models import Body
from shangliang.places.models import Place


def coming(topic: Topic) -> set[UUID]:
    """The members who come because of a whistle about the topic's matter."""
    rows = Asked.objects.filter(whistle__matter=topic.matter_id, answer=Asked.Answer.COME)
    return set(rows.values_list("person", flat=True))


def visits_left(topic: Topic) -> list[Visit]:
    """Visits about the topic's matter that no finding counts yet, the latest first."""
    counted = Finding.objects.filter(topic=topic, visit__isnull=False, withdrawn_at=None).values("visit")
    rows = Visit.objects.filter(whistle__matter=topic.matter_id).exclude(pk__in=counted)
    return list(rows.select_related("written_by").order_by("-on", "-pk"))


def squads(place: Place) -> list[Body]:
    """The squads that may have gone to a place: those of it and of what it lies in."""
    rows = Body.objects.filter(kind=Body.Kind.SQUAD, closed_on=None).select_related("place").order_by("name")
    return [body for body in rows if f"{place.path}/".startswith(f"{body.place.path}/")]


def side(side_id: UUID) -> Side | None:
    """A side with its topic and matter."""
    return Side.objects.select_related("topic__matter__place", "topic__playbook").filter(pk=side_id).first()


def hearing(hearing_id: UUID) -> Hearing | None:
    """A hearing with its side, topic and matter."""
    rows = Hearing.objects.select_related("side__topic__matter__place", "side__topic__playbook")
    return rows.filter(pk=hearing_id).first()


def finding(finding_id: UUID) -> Finding | None:
    """A finding with its topic and matter."""
    return Finding.objects.select_related("topic__matter__place", "topic__playbook").filter(pk=finding_id).first()


def photo(photo_id: UUID) -> FindingPhoto | None:
    """A photo of a finding, with the topic and matter it belongs to."""
    rows = FindingPhoto.objects.select_related("attachment", "finding__topic__matter__place")
    return rows.filter(pk=photo_id).first()
