"""What is put to the table and how it was settled: agreed, with reservations, or still open."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Item(TenantModel):
    """One thing put to the table (协商意见), with who does it by when once it is agreed."""

    class Status(models.TextChoices):
        OPEN = "open", _("没谈拢")
        AGREED = "agreed", _("同意")
        RESERVED = "reserved", _("同意，有人保留")
        WITHDRAWN = "withdrawn", _("撤回")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.OPEN: frozenset({Status.AGREED, Status.RESERVED, Status.WITHDRAWN}),
        Status.AGREED: frozenset({Status.OPEN, Status.RESERVED, Status.WITHDRAWN}),
        Status.RESERVED: frozenset({Status.OPEN, Status.AGREED, Status.WITHDRAWN}),
        Status.WITHDRAWN: frozenset(),
    }

    class Kept(models.TextChoices):
        KEPT = "kept", _("做到了")
        BROKEN = "broken", _("没做到")

    meeting = TenantForeignKey("deliberation.Meeting", on_delete=models.PROTECT, related_name="items")
    topic = TenantForeignKey("deliberation.Topic", on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()  # within the meeting
    text = models.CharField(max_length=300)
    worded_at = models.DateTimeField()  # counts from before are of another text
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    outcome = models.CharField(max_length=30)  # a key of the playbook's outcomes
    owner = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")
    owner_words = models.CharField(max_length=60, blank=True)  # 业委会, 3 号院居民: who is no body here
    due = models.DateField(null=True)
    continues = TenantForeignKey("self", null=True, on_delete=models.PROTECT, related_name="later")  # an earlier round
    point = TenantForeignKey("matters.Point", null=True, on_delete=models.PROTECT, related_name="items")
    kept = models.CharField(max_length=6, choices=Kept.choices, blank=True)  # of an undertaking
    kept_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_item"),
            models.UniqueConstraint(fields=["tenant", "meeting", "number"], name="deliberation_item_number"),
        ]
        indexes = [models.Index(fields=["tenant", "topic", "status"], name="item_topic")]


class Reservation(TenantModel):
    """That somebody at the table does not go along, and why."""

    item = TenantForeignKey(Item, on_delete=models.PROTECT, related_name="reservations")
    attendee = TenantForeignKey("deliberation.Attendee", on_delete=models.PROTECT, related_name="+")
    words = TenantForeignKey("ledger.Words", on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_reservation"),
            models.UniqueConstraint(fields=["tenant", "item", "attendee"], name="deliberation_reservation_once"),
        ]


class Count(TenantModel):
    """A count of hands, papers or signatures for an item. A collection of signatures is counted several times."""

    item = TenantForeignKey(Item, on_delete=models.PROTECT, related_name="counts")
    how = models.CharField(max_length=10)  # hands, ballot, signing
    yes = models.PositiveIntegerField()
    no = models.PositiveIntegerField(default=0)
    abstain = models.PositiveIntegerField(default=0)
    base = models.PositiveIntegerField()  # present, or entitled
    unit = models.CharField(max_length=10, default="person")  # person, household, area (square metres)
    entitled = models.PositiveIntegerField(default=0)  # where the rule wants a quorum of them
    opened_at = models.DateTimeField()  # votes are being cast until it is closed
    closed_at = models.DateTimeField(null=True)
    passed = models.BooleanField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_count"),
            models.UniqueConstraint(
                fields=["tenant", "item"],
                condition=models.Q(closed_at__isnull=True),
                name="deliberation_count_one_open",
            ),
        ]


class Ballot(TenantModel):
    """One vote cast on a phone; `voter` tells only that somebody has voted, by a keyed hash for this count."""

    count = TenantForeignKey(Count, on_delete=models.PROTECT, related_name="ballots")
    voter = models.BinaryField(max_length=32)
    choice = models.SmallIntegerField()  # 1 yes, -1 no, 0 abstain

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_ballot"),
            models.UniqueConstraint(fields=["tenant", "count", "voter"], name="deliberation_ballot_once"),
        ]
