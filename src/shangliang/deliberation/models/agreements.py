"""公约、协商规则: what people agreed to keep to, with its versions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class PublicRule(TenantModel):
    """A rule of a place, such as 3 号院停车公约; what holds is its version in force."""

    body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=60)
    topic = TenantForeignKey("deliberation.Topic", null=True, on_delete=models.PROTECT, related_name="public_rules")
    item = TenantForeignKey("deliberation.Item", null=True, on_delete=models.PROTECT, related_name="public_rules")
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [own_id("deliberation_publicrule")]
        indexes = [models.Index(fields=["tenant", "body"], name="publicrule_body")]

    def __str__(self) -> str:
        return self.title


class RuleVersion(TenantModel):
    """A version of a rule: drafted, open to comment, adopted by whom and in force from when, or given up."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("起草")
        COMMENT = "comment", _("征求意见")
        ADOPTED = "adopted", _("通过")
        GIVEN_UP = "given_up", _("放弃")
        ENDED = "ended", _("废止")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.DRAFT: frozenset({Status.COMMENT, Status.GIVEN_UP}),
        Status.COMMENT: frozenset({Status.DRAFT, Status.ADOPTED, Status.GIVEN_UP}),
        Status.ADOPTED: frozenset({Status.ENDED}),
        Status.GIVEN_UP: frozenset(),
        Status.ENDED: frozenset(),
    }

    rule = TenantForeignKey(PublicRule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    comment_until = models.DateField(null=True)
    adopted_by = models.CharField(max_length=60, blank=True)  # 3 号院居民会议
    adopted_on = models.DateField(null=True)
    yes = models.PositiveIntegerField(null=True)  # how many agreed, of how many
    base = models.PositiveIntegerField(null=True)
    in_force_from = models.DateField(null=True)
    in_force_to = models.DateField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_ruleversion"),
            models.UniqueConstraint(fields=["tenant", "rule", "number"], name="deliberation_ruleversion_number"),
        ]
