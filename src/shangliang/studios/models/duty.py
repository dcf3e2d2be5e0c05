"""Who receives residents when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id
from shangliang.studios.models.studio import Studio


class DutyPlan(TenantModel):
    """A studio's rule of when residents are received, as data (`duty_dates`), from a date to a date."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="duty_plans")
    rule = models.JSONField()  # as `duty_dates.DutyRule.from_mapping` reads it
    where = models.CharField(max_length=120, blank=True)  # the studio's own address if empty
    group = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")  # 法制组
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_dutyplan")]
        indexes = [models.Index(fields=["tenant", "studio", "since"], name="studios_dutyplan_since")]


class DutyShift(TenantModel):
    """One time at which residents are received."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="shifts")
    plan = TenantForeignKey(DutyPlan, null=True, on_delete=models.PROTECT, related_name="shifts")  # None: an extra one
    day = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    where = models.CharField(max_length=120, blank=True)
    needed = models.PositiveSmallIntegerField(default=1)
    group = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=80, blank=True)  # 国庆顺延；政协领导接待日
    cancelled_at = models.DateTimeField(null=True)
    cancelled_why = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_dutyshift"),
            models.UniqueConstraint(fields=["tenant", "studio", "day", "starts"], name="studios_dutyshift_once"),
        ]
        indexes = [models.Index(fields=["tenant", "day"], name="studios_dutyshift_day")]


class Turn(TenantModel):
    """A member's part in a shift. A swap or a stand-in ends one turn and begins another; both stay."""

    shift = TenantForeignKey(DutyShift, on_delete=models.PROTECT, related_name="turns")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    stands_in_for = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    given_up_at = models.DateTimeField(null=True)
    given_up_why = models.CharField(max_length=120, blank=True)
    came = models.BooleanField(null=True)  # as the desk saw it; None until somebody says
    note = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_turn"),
            models.UniqueConstraint(
                fields=["tenant", "shift", "person"],
                condition=models.Q(given_up_at=None),
                name="studios_turn_once",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "person", "shift"], name="studios_turn_person")]


class Swap(TenantModel):
    """That somebody asks another to take a turn, or to change turns; it holds once the other agrees."""

    class Status(models.TextChoices):
        ASKED = "asked", _("等对方回话")
        AGREED = "agreed", _("同意")
        REFUSED = "refused", _("不方便")
        WITHDRAWN = "withdrawn", _("收回")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.ASKED: frozenset({Status.AGREED, Status.REFUSED, Status.WITHDRAWN}),
        Status.AGREED: frozenset(),
        Status.REFUSED: frozenset(),
        Status.WITHDRAWN: frozenset(),
    }

    turn = TenantForeignKey(Turn, on_delete=models.PROTECT, related_name="swaps")
    asked = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    in_return = TenantForeignKey(Turn, null=True, on_delete=models.PROTECT, related_name="+")  # None: a stand-in
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    why = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_swap")]
        indexes = [models.Index(fields=["tenant", "asked", "status"], name="studios_swap_asked")]


class Leave(TenantModel):
    """Days on which somebody cannot be on duty."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_leave")]
        indexes = [models.Index(fields=["tenant", "person", "since"], name="studios_leave_person")]


class DutyTerms(TenantModel):
    """What somebody said about their turns in a studio: at most how many a month, which days, with whom."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="duty_terms")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    a_month = models.PositiveSmallIntegerField(null=True, blank=True)  # at most
    fixed_days = models.JSONField(default=list, blank=True)  # ISO dates they want
    never_weekdays = models.JSONField(default=list, blank=True)  # 1 … 7, Monday first
    partner = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")  # 结对值班

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_dutyterms"),
            models.UniqueConstraint(fields=["tenant", "studio", "person"], name="studios_dutyterms_once"),
        ]


class Feed(TenantModel):
    """The secret address of a member's own calendar (.ics). A new one ends the old one."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32)  # keyed hash of the token in the address
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_feed"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="studios_feed_digest"),
        ]
        indexes = [models.Index(fields=["tenant", "person"], name="studios_feed_person")]
