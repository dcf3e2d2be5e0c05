"""The reception desk, and the devices that take notes without a line."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id
from shangliang.studios.models.studio import Studio


class Device(TenantModel):
    """A tablet or laptop in a studio that may take notes without a line, with the slip codes it was issued."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=32)  # keyed hash of the secret kept on the device
    issued_to = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # when it last was on the line
    retired_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_device"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="studios_device_digest"),
        ]
        indexes = [models.Index(fields=["tenant", "studio", "issued_at"], name="studios_device_studio")]


class IssuedSlip(TenantModel):
    """A slip code given to a device beforehand. It becomes a `voices.Slip` when its note merges."""

    device = TenantForeignKey(Device, on_delete=models.PROTECT, related_name="slips")
    digest = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_issuedslip"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="studios_issuedslip_digest"),
        ]
        indexes = [models.Index(fields=["tenant", "device", "used_at"], name="studios_issuedslip_device")]


class Reception(TenantModel):
    """A visitor's turn at the desk of a studio: waiting, talked with, and what came of it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("在等")
        TALKING = "talking", _("正在谈")
        DONE = "done", _("谈完了")
        LEFT = "left", _("没等到，走了")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.WAITING: frozenset({Status.TALKING, Status.DONE, Status.LEFT}),
        Status.TALKING: frozenset({Status.DONE, Status.LEFT}),
        Status.DONE: frozenset(),
        Status.LEFT: frozenset(),
    }

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("当场答复")
        VOICE = "voice", _("记成一件事")
        TALK = "talk", _("聊聊，没有要办的")
        ELSEWHERE = "elsewhere", _("告诉了该去哪里")

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="receptions")
    key = models.CharField(max_length=80)  # of the form or of the note on a device: the same one never counts twice
    device = TenantForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="receptions")
    day = models.DateField()
    number = models.PositiveIntegerField(null=True)  # in the queue of the day; notes of a device have none
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    category = models.CharField(max_length=30, blank=True)
    people = models.PositiveSmallIntegerField(default=1)
    receiver = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    phone_hash = models.BinaryField(max_length=32, null=True)  # to find a visitor who came before
    sealed = models.BinaryField(null=True)  # JSON: who, phone, what was said, wish, answer; None once erased
    voice = TenantForeignKey("voices.Voice", null=True, on_delete=models.PROTECT, related_name="receptions")
    came_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()  # when it reached the server

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_reception"),
            models.UniqueConstraint(fields=["tenant", "key"], name="studios_reception_key"),
        ]
        indexes = [
            models.Index(fields=["tenant", "studio", "day", "number"], name="studios_reception_day"),
            models.Index(fields=["tenant", "phone_hash"], name="studios_reception_phone"),
        ]
