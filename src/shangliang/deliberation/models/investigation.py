"""调研: the sides a topic touches, how each was heard, and what was found."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Side(TenantModel):
    """A side that the topic touches (利益相关方), named by staff for everybody to read."""

    topic = TenantForeignKey("deliberation.Topic", on_delete=models.PROTECT, related_name="sides")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=20)  # 夜班住户
    touched = models.CharField(max_length=120, blank=True)  # how it touches them
    about_how_many = models.PositiveIntegerField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_side"),
            models.UniqueConstraint(fields=["tenant", "topic", "label"], name="deliberation_side_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Hearing(TenantModel):
    """That people of a side were heard: how many, how chosen, what they said in sum."""

    class How(models.TextChoices):
        VISIT = "visit", _("上门走访")
        TALK = "talk", _("座谈")
        PHONE = "phone", _("打电话")
        FORM = "form", _("问卷")
        ONLINE = "online", _("线上")

    side = TenantForeignKey(Side, on_delete=models.PROTECT, related_name="hearings")
    how = models.CharField(max_length=10, choices=How.choices)
    people = models.PositiveIntegerField()
    chosen = models.CharField(max_length=120)  # how those heard were chosen
    said = models.CharField(max_length=500, blank=True)  # their view in sum, without names
    on = models.DateField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("deliberation_hearing")]
        indexes = [models.Index(fields=["tenant", "side", "on"], name="hearing_side")]


class Finding(TenantModel):
    """A fact with its source, a record made on the site, or what was learnt of cost and of who may decide."""

    class Kind(models.TextChoices):
        FACT = "fact", _("事实")
        SITE = "site", _("现场记录")
        VISIT = "visit", _("小分队走访")
        COST = "cost", _("要花多少钱")
        AUTHORITY = "authority", _("归谁管、定不定得了")

    topic = TenantForeignKey("deliberation.Topic", on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=500)
    source = models.CharField(max_length=200, blank=True)  # a document, a person's office, a measurement
    squad = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")  # who went
    visit = TenantForeignKey("gathering.Visit", null=True, on_delete=models.PROTECT, related_name="+")
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    on = models.DateField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("deliberation_finding")]
        indexes = [models.Index(fields=["tenant", "topic", "kind"], name="finding_topic")]


class FindingPhoto(TenantModel):
    """A photo taken on the site."""

    finding = TenantForeignKey(Finding, on_delete=models.PROTECT, related_name="photos")
    attachment = TenantForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_findingphoto"),
            models.UniqueConstraint(fields=["tenant", "finding", "attachment"], name="deliberation_findingphoto_once"),
        ]
