"""Messages to those behind a matter and to staff."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Notice(TenantModel):
    """One sentence to one voice about one entry, by the channel it chose."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("待发")
        SENT = "sent", _("已发")
        FAILED = "failed", _("没发出去")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.WAITING: frozenset({Status.SENT, Status.FAILED}),
        Status.SENT: frozenset(),
        Status.FAILED: frozenset(),
    }

    voice = TenantForeignKey("voices.Voice", on_delete=models.PROTECT, related_name="notices")
    seq = models.BigIntegerField()  # of the entry it speaks of
    channel = models.CharField(max_length=10)
    sentence = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField()  # not before; later after each failure
    sent_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("notices_notice"),
            models.UniqueConstraint(fields=["tenant", "voice", "seq", "channel"], name="notices_notice_once"),
        ]
        indexes = [models.Index(fields=["tenant", "status", "next_try_at"], name="notices_waiting")]


class StaffNotice(TenantModel):
    """One sentence to one person who works here about one entry: on their page, and by mail or phone if known."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("待发")
        SENT = "sent", _("已发")
        FAILED = "failed", _("没发出去")
        SHOWN = "shown", _("只在页面上")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.WAITING: frozenset({Status.SENT, Status.FAILED, Status.SHOWN}),
        Status.SENT: frozenset(),
        Status.FAILED: frozenset(),
        Status.SHOWN: frozenset(),
    }

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()  # of the entry it speaks of
    sentence = models.CharField(max_length=300)
    path = models.CharField(max_length=200, blank=True)  # of the page it leads to
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("notices_staffnotice"),
            models.UniqueConstraint(fields=["tenant", "person", "seq"], name="notices_staffnotice_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "person", "made_at"], name="notices_staffnotice_person"),
            models.Index(fields=["tenant", "status", "next_try_at"], name="notices_staffnotice_waiting"),
        ]


class Digest(TenantModel):
    """That a person was sent the digest of a day."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    must_do = models.PositiveIntegerField()
    sent_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("notices_digest"),
            models.UniqueConstraint(fields=["tenant", "person", "day"], name="notices_digest_day"),
        ]
