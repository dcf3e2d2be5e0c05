"""助落实: hand-overs, replies to each point, promises, supervision, confirmation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id
from shangliang.matters.models import Point


class HandOver(TenantModel):
    """Numbered points of a matter, handed to a body with a working-day deadline."""

    class Status(models.TextChoices):
        SENT = "sent", _("等接")
        IN_HAND = "in_hand", _("在办")
        SIGNING = "signing", _("内部审签")
        REPLIED = "replied", _("已答复")
        RETURNED = "returned", _("退回")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.SENT: frozenset({Status.IN_HAND, Status.SIGNING, Status.REPLIED, Status.RETURNED}),
        Status.IN_HAND: frozenset({Status.SIGNING, Status.REPLIED, Status.RETURNED}),
        Status.SIGNING: frozenset({Status.IN_HAND, Status.REPLIED}),
        Status.REPLIED: frozenset({Status.IN_HAND}),
        Status.RETURNED: frozenset(),
    }

    matter = TenantForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="hand_overs")
    body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="+")
    from_body = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SENT)
    started = models.DateField()
    days = models.PositiveSmallIntegerField()  # working days, extensions included
    extended_days = models.PositiveSmallIntegerField(default=0)
    due = models.DateField()
    own_number = models.CharField(max_length=60, blank=True)  # the body's own number: 12345 工单, 办公系统
    handler = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    signed = models.PositiveSmallIntegerField(default=0)  # sign-off steps done on the reply in hand
    sent_at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("delivery_handover")]
        indexes = [
            models.Index(fields=["tenant", "body", "status", "due"], name="handover_body_due"),
            models.Index(fields=["tenant", "matter", "sent_at"], name="handover_matter"),
        ]


class HandedPoint(TenantModel):
    """A point that a hand-over carries, and the answer the body has drafted or given."""

    hand_over = TenantForeignKey(HandOver, on_delete=models.PROTECT, related_name="points")
    point = TenantForeignKey("matters.Point", on_delete=models.PROTECT, related_name="handed")
    outcome = models.CharField(max_length=10, blank=True)  # a Point.Status other than open, once answered
    draft = models.BinaryField(null=True)  # the sealed answer while it is being signed off
    by_when = models.DateField(null=True)  # of a promise

    def get_outcome_label(self) -> str:
        """The outcome in words, empty while there is no answer."""
        return str(Point.Status(self.outcome).label) if self.outcome else ""

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("delivery_handedpoint"),
            models.UniqueConstraint(fields=["tenant", "hand_over", "point"], name="delivery_handedpoint_once"),
        ]
        indexes = [models.Index(fields=["tenant", "point"], name="handedpoint_point")]


class HandOverFile(TenantModel):
    """A Word file or scan brought in with a reply."""

    hand_over = TenantForeignKey(HandOver, on_delete=models.PROTECT, related_name="files")
    attachment = TenantForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("delivery_handoverfile"),
            models.UniqueConstraint(fields=["tenant", "hand_over", "attachment"], name="delivery_handoverfile_once"),
        ]


class Promise(TenantModel):
    """“Will do by …”: survives years and staff, moves only with a public reason."""

    class Status(models.TextChoices):
        STANDING = "standing", _("未到期")
        KEPT = "kept", _("已兑现")
        BROKEN = "broken", _("未兑现")
        REPLACED = "replaced", _("已另作答复")  # the reply it was made in was passed back to work

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.STANDING: frozenset({Status.KEPT, Status.BROKEN, Status.REPLACED}),
        Status.KEPT: frozenset(),
        Status.BROKEN: frozenset(),
        Status.REPLACED: frozenset(),
    }

    point = TenantForeignKey("matters.Point", on_delete=models.PROTECT, related_name="promises")
    matter = TenantForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="promises")
    body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.STANDING)
    by_when = models.DateField()
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("delivery_promise")]
        indexes = [
            models.Index(fields=["tenant", "body", "status", "by_when"], name="promise_body"),
            models.Index(fields=["tenant", "matter"], name="promise_matter"),
            models.Index(fields=["tenant", "point"], name="promise_point"),
        ]


class ReplyLink(TenantModel):
    """A one-time link by which a department answers without an account."""

    hand_over = TenantForeignKey(HandOver, on_delete=models.PROTECT, related_name="links")
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("delivery_replylink"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="delivery_replylink_digest"),
        ]


class Confirmation(TenantModel):
    """What somebody who asked says of the result: solved or not, and how they were treated, asked apart."""

    class Solved(models.TextChoices):
        YES = "yes", _("解决了")
        PARTLY = "partly", _("解决了一部分")
        NO = "no", _("没有解决")

    matter = TenantForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="confirmations")
    voice = TenantForeignKey("voices.Voice", on_delete=models.PROTECT, related_name="confirmations")
    solved = models.CharField(max_length=10, choices=Solved.choices)
    rating = models.PositiveSmallIntegerField(null=True)  # 好差评: 5 非常满意 … 1 非常不满意
    sent_back = models.BooleanField(default=False)
    handled_at = models.DateTimeField(null=True)  # staff have dealt with the send-back
    channel = models.CharField(max_length=10)
    happened_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("delivery_confirmation"),
            models.UniqueConstraint(fields=["tenant", "voice", "happened_at"], name="delivery_confirmation_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "matter", "happened_at"], name="confirmation_matter"),
            models.Index(fields=["tenant", "sent_back", "handled_at"], name="confirmation_back"),
        ]
