"""网上商量: short statements, one say for one device, and the map of opinions that comes of the votes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Conversation(TenantModel):
    """Statements and votes about a topic, or about the draft of a rule."""

    class Status(models.TextChoices):
        OPEN = "open", _("正在说")
        CLOSED = "closed", _("说完了")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.OPEN: frozenset({Status.CLOSED}),
        Status.CLOSED: frozenset({Status.OPEN}),
    }

    body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="+")
    topic = TenantForeignKey("deliberation.Topic", null=True, on_delete=models.PROTECT, related_name="conversations")
    version = TenantForeignKey(
        "deliberation.RuleVersion", null=True, on_delete=models.PROTECT, related_name="conversations"
    )
    question = models.CharField(max_length=200)
    about = models.CharField(max_length=600, blank=True)
    source = models.CharField(max_length=200, blank=True)  # of an imported one: whose data, by what terms
    words = models.PositiveSmallIntegerField()  # characters of a statement
    each = models.PositiveSmallIntegerField()  # statements of one person
    check_by = models.CharField(max_length=10)  # device, slip, account
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    opened_at = models.DateTimeField()
    closes_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    group_names = models.JSONField(default=dict, blank=True)  # number of a group → the name the convenor gave it
    people = models.PositiveIntegerField(default=0)  # participants so far, by voting or by saying something
    # Rises with every vote, and when a statement comes in or goes: the stored map is stale when it is behind.
    votes = models.PositiveIntegerField(default=0)
    mapped = models.PositiveIntegerField(default=0)  # `votes` when the stored map was computed

    class Meta(TenantModel.Meta):
        constraints = [own_id("deliberation_conversation")]
        indexes = [
            models.Index(fields=["tenant", "status"], name="conversation_status"),
            models.Index(fields=["tenant", "topic"], name="conversation_topic"),
            # What the worker asks for all the time, and what is nearly always empty.
            models.Index(
                fields=["tenant"], condition=models.Q(votes__gt=models.F("mapped")), name="conversation_stale"
            ),
        ]


class Participant(TenantModel):
    """One say: a device, a slip or an account, known only by a keyed hash for this conversation."""

    conversation = TenantForeignKey(Conversation, on_delete=models.PROTECT, related_name="participants")
    number = models.PositiveIntegerField()
    key = models.BinaryField(max_length=32)
    side = TenantForeignKey("deliberation.Side", null=True, on_delete=models.PROTECT, related_name="participants")
    came_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_participant"),
            models.UniqueConstraint(fields=["tenant", "conversation", "key"], name="deliberation_participant_once"),
            models.UniqueConstraint(
                fields=["tenant", "conversation", "number"], name="deliberation_participant_number"
            ),
        ]


class Statement(TenantModel):
    """A short statement, shown once staff have looked at it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("等着看")
        SHOWN = "shown", _("大家看得见")
        DECLINED = "declined", _("没有放出来")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.WAITING: frozenset({Status.SHOWN, Status.DECLINED}),
        Status.SHOWN: frozenset({Status.DECLINED}),
        Status.DECLINED: frozenset({Status.SHOWN}),
    }

    conversation = TenantForeignKey(Conversation, on_delete=models.PROTECT, related_name="statements")
    number = models.PositiveIntegerField()
    words = TenantForeignKey("ledger.Words", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    author = models.PositiveIntegerField(null=True)  # number of the participant; None: a seed
    is_seed = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    why_not = models.CharField(max_length=200, blank=True)  # told to who wrote it
    made_at = models.DateTimeField()
    agree = models.PositiveIntegerField(default=0)
    disagree = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_statement"),
            models.UniqueConstraint(fields=["tenant", "conversation", "number"], name="deliberation_statement_number"),
        ]
        indexes = [models.Index(fields=["tenant", "conversation", "status"], name="statement_status")]


class OpinionVote(TenantModel):
    """What one participant says of one statement now: 1 agree, -1 disagree, 0 pass.

    Both by their numbers in the conversation: a map is drawn from hundreds of thousands of these rows.
    """

    conversation = TenantForeignKey(Conversation, on_delete=models.PROTECT, related_name="opinion_votes")
    who = models.PositiveIntegerField()  # Participant.number
    what = models.PositiveIntegerField()  # Statement.number
    vote = models.SmallIntegerField()
    serial = models.PositiveIntegerField()  # the conversation's count of votes when it was cast
    cast_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_opinionvote"),
            models.UniqueConstraint(
                fields=["tenant", "conversation", "who", "what"], name="deliberation_opinionvote_once"
            ),
            models.CheckConstraint(condition=models.Q(vote__in=[-1, 0, 1]), name="deliberation_opinionvote_choice"),
        ]
        indexes = [models.Index(fields=["tenant", "conversation", "serial"], name="opinionvote_serial")]


class StoredMap(TenantModel):
    """The map of a conversation as it was last computed."""

    conversation = TenantForeignKey(Conversation, on_delete=models.PROTECT, related_name="maps")
    votes = models.PositiveIntegerField()  # the conversation's count when it was read
    map = models.JSONField()
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_storedmap"),
            models.UniqueConstraint(fields=["tenant", "conversation"], name="deliberation_storedmap_one"),
        ]
