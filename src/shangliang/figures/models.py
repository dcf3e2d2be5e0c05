"""What the figures on pages are read from: daily tallies, and the course of each matter. Both from the ledger alone."""

from __future__ import annotations

from uuid import UUID

from django.db import models

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id

EVERYWHERE = UUID(int=0)  # the `place` of a row that counts the whole tenant


class Tally(TenantModel):
    """How much of one thing was counted in one place (or everywhere) on one day."""

    day = models.DateField()
    name = models.CharField(max_length=30)
    place = models.UUIDField()
    value = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("figures_tally"),
            # Place before day: a page sums one place, or everywhere, over a stretch of days.
            models.UniqueConstraint(fields=["tenant", "place", "name", "day"], name="figures_tally_once"),
        ]


class Course(TenantModel):
    """The days of one matter, as the ledger tells them: by it tallies are corrected when a matter goes
    back to work, and every figure finds the matters it counted.
    """

    matter = TenantForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="courses")
    place = models.UUIDField()
    status = models.CharField(max_length=12)
    held = models.BooleanField(default=False)  # taken for automatic so far: counted nowhere
    raised_on = models.DateField()
    answer_due = models.DateField(null=True)  # of the first answer
    answered_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    deliberated_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True)
    replied_on = models.DateField(null=True)  # the last reply of a body
    ended_on = models.DateField(null=True)
    due = models.DateField(null=True)
    rated_on = models.DateField(null=True)  # the last word of somebody who asked
    promise_on = models.DateField(null=True)  # a promise was last kept or broken

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("figures_course"),
            models.UniqueConstraint(fields=["tenant", "matter"], name="figures_course_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "due"], name="course_due"),
            models.Index(fields=["tenant", "answer_due"], name="course_answer_due"),
            models.Index(fields=["tenant", "accepted_on"], name="course_accepted"),
            models.Index(fields=["tenant", "ended_on"], name="course_ended"),
            models.Index(fields=["tenant", "rated_on"], name="course_rated"),
        ]
