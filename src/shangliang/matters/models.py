"""The spine: a matter with one number, one stage, one timeline; its points; its referrals between levels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Status(models.TextChoices):
    """The four stages and the four ends. «提收商落», then one of 已解决, 列入计划, 已解释, 不予受理."""

    RAISED = "raised", _("你来提")
    GATHERED = "gathered", _("我收集")
    DELIBERATED = "deliberated", _("共协商")
    DELIVERED = "delivered", _("助落实")
    DONE = "done", _("已解决")
    PROMISED = "promised", _("列入计划")
    EXPLAINED = "explained", _("已解释")
    DECLINED = "declined", _("不予受理")


ENDS = frozenset({Status.DONE, Status.PROMISED, Status.EXPLAINED, Status.DECLINED})
OPEN = frozenset(Status) - ENDS


# What public lists show; matters joined under another are reached through it. Written as lists ask for it, so
# that both databases take their rows straight from the index, in order.
LISTED = models.Q(is_public=True, lead=None)


class Matter(TenantModel):
    """The thing to be dealt with. `holder` and `due` are written only by acts that move the matter."""

    Status = Status
    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.RAISED: frozenset({Status.GATHERED, Status.DECLINED}),
        Status.GATHERED: frozenset(
            {Status.DELIBERATED, Status.DELIVERED, Status.DONE, Status.EXPLAINED, Status.DECLINED}
        ),
        Status.DELIBERATED: frozenset({Status.GATHERED, Status.DELIVERED, Status.EXPLAINED}),
        Status.DELIVERED: frozenset({Status.GATHERED, Status.DONE, Status.PROMISED, Status.EXPLAINED}),
        Status.DONE: frozenset({Status.DELIVERED, Status.GATHERED}),
        Status.PROMISED: frozenset({Status.DONE, Status.EXPLAINED, Status.DELIVERED, Status.GATHERED}),
        Status.EXPLAINED: frozenset({Status.DELIVERED, Status.GATHERED}),
        Status.DECLINED: frozenset({Status.RAISED, Status.GATHERED}),
    }

    number = models.CharField(max_length=60)  # 420107-2026-000123
    title = models.CharField(max_length=60, blank=True)  # the public face, set when accepted
    summary = models.TextField(blank=True)
    category = models.CharField(max_length=30, blank=True)  # a key of the playbook's categories
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RAISED)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_settled = models.BooleanField(default=True)  # False: 待定, `place` is only the district
    place_words = models.CharField(max_length=120, blank=True)  # where, in the words of whoever said it
    is_public = models.BooleanField(default=False)  # accepted, and a voice behind it consents
    lead = TenantForeignKey("self", null=True, on_delete=models.PROTECT, related_name="joined")
    holder = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")
    due = models.DateField(null=True)  # the next date that `holder` owes something
    due_started = models.DateField(null=True)
    due_rule = models.CharField(max_length=20, blank=True)  # the clock of the playbook behind `due`
    due_days = models.PositiveSmallIntegerField(default=0)  # working days, extensions included
    supporters = models.PositiveIntegerField(default=0)  # rows of Support, counted as they come
    version = models.PositiveIntegerField(default=0)  # rises with every act; two tabs cannot both win
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_act_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("matters_matter"),
            models.UniqueConstraint(fields=["tenant", "number"], name="matters_matter_number"),
        ]
        indexes = [
            models.Index(fields=["tenant", "-raised_at", "id"], condition=LISTED, name="matter_public_new"),
            models.Index(fields=["tenant", "-supporters", "id"], condition=LISTED, name="matter_public_cared"),
            models.Index(fields=["tenant", "due", "id"], condition=LISTED, name="matter_public_due"),
            models.Index(
                fields=["tenant", "status", "-raised_at", "id"], condition=LISTED, name="matter_public_status"
            ),
            models.Index(fields=["tenant", "place", "-raised_at", "id"], condition=LISTED, name="matter_public_place"),
            models.Index(fields=["tenant", "holder", "status", "due"], name="matter_holder_due"),
            models.Index(fields=["tenant", "status", "due"], name="matter_status_due"),
            models.Index(fields=["tenant", "status", "last_act_at"], name="matter_status_silent"),
            models.Index(fields=["tenant", "place", "status"], name="matter_place_status"),
            models.Index(fields=["tenant", "lead"], condition=models.Q(lead__isnull=False), name="matter_lead"),
        ]

    def __str__(self) -> str:
        return self.number


class Counter(TenantModel):
    """The last public number given out in a tenant's year."""

    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("matters_counter"),
            models.UniqueConstraint(fields=["tenant", "year"], name="matters_counter_year"),
        ]


class Point(TenantModel):
    """One numbered thing asked for or agreed: the only thing handed over, answered, promised and rated."""

    class Status(models.TextChoices):
        OPEN = "open", _("未答")
        DONE = "done", _("已办")
        PROMISED = "promised", _("承诺办")
        EXPLAINED = "explained", _("不办，已说明")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.OPEN: frozenset({Status.DONE, Status.PROMISED, Status.EXPLAINED}),
        Status.DONE: frozenset({Status.OPEN}),
        Status.PROMISED: frozenset({Status.OPEN, Status.DONE, Status.EXPLAINED}),
        Status.EXPLAINED: frozenset({Status.OPEN}),
    }

    matter = TenantForeignKey(Matter, on_delete=models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    moved_to = TenantForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("matters_point"),
            models.UniqueConstraint(fields=["tenant", "matter", "number"], name="matters_point_number"),
        ]


class Referral(TenantModel):
    """A matter passed to a body of another level, with an answer owed back."""

    class Status(models.TextChoices):
        SENT = "sent", _("等对方接")
        ACCEPTED = "accepted", _("已接")
        RETURNED = "returned", _("退回")
        ANSWERED = "answered", _("已回话")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.SENT: frozenset({Status.ACCEPTED, Status.RETURNED, Status.ANSWERED}),
        Status.ACCEPTED: frozenset({Status.RETURNED, Status.ANSWERED}),
        Status.RETURNED: frozenset(),
        Status.ANSWERED: frozenset(),
    }

    matter = TenantForeignKey(Matter, on_delete=models.PROTECT, related_name="referrals")
    from_body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="+")
    to_body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SENT)
    sent_at = models.DateTimeField()
    due = models.DateField()
    answered_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("matters_referral")]
        indexes = [
            models.Index(fields=["tenant", "matter", "sent_at"], name="referral_matter"),
            models.Index(fields=["tenant", "to_body", "status", "due"], name="referral_to"),
        ]
