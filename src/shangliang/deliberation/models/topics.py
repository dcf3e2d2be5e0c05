"""议题: what is to be deliberated, how it was chosen, and how far along its path it is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class TopicPlan(TenantModel):
    """A yearly list of topics, agreed by those the locality names."""

    body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    agreed_by = models.CharField(max_length=120, blank=True)  # 党委、政府、政协
    document = models.CharField(max_length=60, blank=True)
    agreed_on = models.DateField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_plan"),
            models.UniqueConstraint(fields=["tenant", "body", "year"], name="deliberation_plan_once"),
        ]


class Topic(TenantModel):
    """A question to be deliberated about one matter, by the way of working that was in force when it was chosen."""

    class Status(models.TextChoices):
        PUT_FORWARD = "put_forward", _("等着选")
        CHOSEN = "chosen", _("选定了")
        TURNED_DOWN = "turned_down", _("没选上")
        AGREED = "agreed", _("谈成了")  # every meeting's minutes signed, and points went on
        ENDED = "ended", _("没谈成，先停下")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.PUT_FORWARD: frozenset({Status.CHOSEN, Status.TURNED_DOWN}),
        Status.CHOSEN: frozenset({Status.AGREED, Status.ENDED}),
        Status.TURNED_DOWN: frozenset({Status.PUT_FORWARD}),
        Status.AGREED: frozenset({Status.CHOSEN}),  # another round
        Status.ENDED: frozenset({Status.CHOSEN}),
    }

    matter = TenantForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="topics")
    playbook = TenantForeignKey("playbooks.PlaybookText", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=60)  # written by staff for everybody
    question = models.CharField(max_length=300, blank=True)  # what is to be settled
    source = models.CharField(max_length=30)  # a key of the playbook's sources
    put_by = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PUT_FORWARD)
    plan = TenantForeignKey(TopicPlan, null=True, on_delete=models.PROTECT, related_name="topics")
    claimed_by = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")
    drawn_on = models.DateField(null=True)  # the lot fell on it
    chosen_by = models.CharField(max_length=60, blank=True)  # who decided, as the locality says
    chosen_on = models.DateField(null=True)
    chosen_despite = models.CharField(max_length=200, blank=True)  # why, though it had too few points or votes
    chair = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    posted_on = models.DateField(null=True)  # 议题公示
    why_not = models.CharField(max_length=300, blank=True)  # the public reason of one turned down or stopped
    route = models.CharField(max_length=30, blank=True)  # a key of the playbook's routes
    ended_at = models.DateTimeField(null=True)
    again_at = models.DateTimeField(null=True)  # when the round that goes on began, of a second one and later

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_topic"),
            models.UniqueConstraint(
                fields=["tenant", "matter"],
                condition=models.Q(status__in=["put_forward", "chosen"]),
                name="deliberation_topic_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "status", "put_at"], name="topic_status"),
            models.Index(fields=["tenant", "matter"], name="topic_matter"),
            models.Index(fields=["tenant", "put_by", "status"], name="topic_put_by"),
        ]

    def __str__(self) -> str:
        return self.title


class TopicScore(TenantModel):
    """What one person gave a topic for one criterion."""

    topic = TenantForeignKey(Topic, on_delete=models.PROTECT, related_name="scores")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=30)
    points = models.PositiveSmallIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_score"),
            models.UniqueConstraint(fields=["tenant", "topic", "person", "criterion"], name="deliberation_score_once"),
        ]


class TopicVote(TenantModel):
    """One vote for taking a topic up: of a member or staff (person), or of a resident's device."""

    topic = TenantForeignKey(Topic, on_delete=models.PROTECT, related_name="votes")
    voter = models.BinaryField(max_length=32)  # keyed hash of the person or the device
    cast_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_topicvote"),
            models.UniqueConstraint(fields=["tenant", "topic", "voter"], name="deliberation_topicvote_once"),
        ]


class StepRecord(TenantModel):
    """That a step was done which only people can tell, or what its own form asks."""

    topic = TenantForeignKey(Topic, on_delete=models.PROTECT, related_name="step_records")
    step = models.CharField(max_length=30)
    note = models.CharField(max_length=300, blank=True)
    answers = models.JSONField(default=dict, blank=True)  # key of the form → what was written, for the public
    is_done = models.BooleanField(default=False)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_step"),
            models.UniqueConstraint(fields=["tenant", "topic", "step"], name="deliberation_step_once"),
        ]


class Approval(TenantModel):
    """That somebody whom the playbook names agreed to a step being begun."""

    topic = TenantForeignKey(Topic, on_delete=models.PROTECT, related_name="approvals")
    step = models.CharField(max_length=30)
    who = models.CharField(max_length=60)  # as the playbook names them
    document = models.CharField(max_length=60, blank=True)
    on = models.DateField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_approval"),
            models.UniqueConstraint(fields=["tenant", "topic", "step", "who"], name="deliberation_approval_once"),
        ]


class GatePass(TenantModel):
    """That the chair let a step begin though something was missing, and signed why. It stands in the minutes."""

    topic = TenantForeignKey(Topic, on_delete=models.PROTECT, related_name="passes")
    step = models.CharField(max_length=30)
    missing = models.JSONField()  # key of what was missing then → how much of it; no more than that is let through
    sentences = models.JSONField()  # the same in words, as the chair saw them
    why = models.CharField(max_length=300)
    signed_name = models.CharField(max_length=60)  # typed by the chair
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [own_id("deliberation_gatepass")]
        indexes = [models.Index(fields=["tenant", "topic", "step"], name="gatepass_topic")]
