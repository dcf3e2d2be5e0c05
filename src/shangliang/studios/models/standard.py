"""How a studio is kept to its standard: evidence, rules, plans, inspections, praise; and phases of building up."""

from __future__ import annotations

from django.db import models

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id
from shangliang.people.models import Member
from shangliang.studios.models.studio import Studio


class Evidence(TenantModel):
    """What shows that a studio has an item of the locality's standard (六有), or that it lacks it, on a day."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="evidence")
    item = models.CharField(max_length=30)  # a key of the playbook's standard
    has = models.BooleanField()
    what = models.CharField(max_length=120)
    on = models.DateField()
    mend_by = models.DateField(null=True, blank=True)  # of an item that is lacking
    attachment = TenantForeignKey("files.Attachment", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_evidence")]
        indexes = [models.Index(fields=["tenant", "studio", "item", "on"], name="studios_evidence_item")]


class PostedRule(TenantModel):
    """A rule posted in a studio: duties, visitors, debate. A new text ends the old one."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="posted_rules")
    title = models.CharField(max_length=40)
    text = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_postedrule")]
        indexes = [models.Index(fields=["tenant", "studio", "since"], name="studios_postedrule_studio")]


class PlanItem(TenantModel):
    """One thing a studio means to do in a year, and that it was done."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="plan")
    year = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=120)
    counts_as = models.CharField(max_length=30, blank=True)  # a key of the playbook's minimum activity
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_planitem")]
        indexes = [models.Index(fields=["tenant", "studio", "year"], name="studios_planitem_year")]


class Inspection(TenantModel):
    """A look at a studio against its standard: item by item, passed or not, perhaps with stars."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="inspections")
    on = models.DateField()
    by = models.CharField(max_length=60)
    passed = models.BooleanField()
    items = models.JSONField(default=dict)  # key of the standard → true or false, as found on that day
    stars = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 … 5, where the locality uses them
    findings = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_inspection")]
        indexes = [models.Index(fields=["tenant", "studio", "on"], name="studios_inspection_studio")]


class Honour(TenantModel):
    """Praise: a demonstration list, an excellent studio, a case, of a level and a year."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="honours")
    title = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=Member.Level.choices)
    on = models.DateField()
    document = models.CharField(max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_honour")]
        indexes = [models.Index(fields=["tenant", "studio", "on"], name="studios_honour_studio")]


class Phase(TenantModel):
    """A phase of building studios up: a pilot or a roll-out, from a date to a date, with how many it aims at."""

    name = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField()
    kind = models.CharField(max_length=30, blank=True)  # of studio; any kind if empty
    target = models.PositiveIntegerField()  # studios opened
    document = models.CharField(max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_phase")]
        indexes = [models.Index(fields=["tenant", "since"], name="studios_phase_since")]
