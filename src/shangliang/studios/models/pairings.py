"""Agreements between two bodies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Pairing(TenantModel):
    """An agreement between two bodies (结对共建): in force once both signed, until its last day."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("待签")
        SIGNED = "signed", _("已签")
        ENDED = "ended", _("已结束")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.DRAFT: frozenset({Status.SIGNED, Status.ENDED}),
        Status.SIGNED: frozenset({Status.ENDED}),
        Status.ENDED: frozenset(),
    }

    one = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="pairings_as_one")
    other = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="pairings_as_other")
    title = models.CharField(max_length=60)
    purpose = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    since = models.DateField()
    until = models.DateField()
    one_signed_on = models.DateField(null=True, blank=True)
    other_signed_on = models.DateField(null=True, blank=True)
    # Of a signature on paper, which the office recorded: the number of the paper, or a scan of it.
    one_paper = models.CharField(max_length=80, blank=True)
    other_paper = models.CharField(max_length=80, blank=True)
    one_file = TenantForeignKey("files.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    other_file = TenantForeignKey("files.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    renews = TenantForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewed_by")
    review = models.CharField(max_length=500, blank=True)  # how it went, written when it falls due
    reviewed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_pairing")]
        indexes = [
            models.Index(fields=["tenant", "one", "until"], name="studios_pairing_one"),
            models.Index(fields=["tenant", "other", "until"], name="studios_pairing_other"),
        ]


class PairingTask(TenantModel):
    """A duty or a joint activity of a pairing, with its date."""

    class Kind(models.TextChoices):
        DUTY = "duty", _("职责")
        ACTIVITY = "activity", _("共同活动")

    pairing = TenantForeignKey(Pairing, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    body = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")  # None: both
    what = models.CharField(max_length=120)
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_pairingtask")]
        indexes = [models.Index(fields=["tenant", "pairing", "due"], name="studios_pairingtask_due")]
