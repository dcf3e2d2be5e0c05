"""Localities' rules as dated data, and the days of the working calendar."""

from __future__ import annotations

from django.db import models

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class PlaybookText(TenantModel):
    """The text of a playbook version that was adopted, stored by its hash, never changed."""

    digest = models.CharField(max_length=64)  # hex SHA-256 of the text
    name = models.CharField(max_length=60)
    text = models.TextField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("playbooks_text"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="playbooks_text_digest"),
        ]


class Adoption(TenantModel):
    """A playbook is in force only because a body adopted it, by a document, from a date."""

    playbook = TenantForeignKey(PlaybookText, on_delete=models.PROTECT, related_name="+")
    body_name = models.CharField(max_length=60)
    document = models.CharField(max_length=60)  # 青政协办〔2026〕8号
    in_force_from = models.DateField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("playbooks_adoption"),
            models.UniqueConstraint(fields=["tenant", "in_force_from"], name="playbooks_adoption_from"),
        ]


class NationalDay(models.Model):
    """A day on which the state departs from Monday-to-Friday: a holiday, or a make-up working day."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=40)


class LocalDay(TenantModel):
    """A tenant's own exception to the calendar (a flood day off, a district's own holiday)."""

    day = models.DateField()
    working = models.BooleanField()
    reason = models.CharField(max_length=80)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("playbooks_localday"),
            models.UniqueConstraint(fields=["tenant", "day"], name="playbooks_localday_once"),
        ]
