"""社区吹哨，委员报到: a community asks members for help, members answer, go, and write down what they found."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Whistle(TenantModel):
    """A community's call for members, about a matter or without one."""

    class Status(models.TextChoices):
        OPEN = "open", _("等回话")
        ANSWERED = "answered", _("有人来")
        DONE = "done", _("办好了")
        WITHDRAWN = "withdrawn", _("收回")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.OPEN: frozenset({Status.ANSWERED, Status.DONE, Status.WITHDRAWN}),
        Status.ANSWERED: frozenset({Status.OPEN, Status.DONE, Status.WITHDRAWN}),
        Status.DONE: frozenset(),
        Status.WITHDRAWN: frozenset(),
    }

    body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="whistles")
    matter = TenantForeignKey("matters.Matter", null=True, on_delete=models.PROTECT, related_name="whistles")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=200)  # written by staff for members: no personal data
    specialties = models.JSONField(default=list, blank=True)  # wanted
    sectors = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    needed = models.PositiveSmallIntegerField(default=1)  # more than one: a squad (委员小分队)
    at_once = models.PositiveSmallIntegerField(default=1)  # how many are waited for at the same time
    led_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")  # of a squad
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    blown_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    blown_at = models.DateTimeField()
    ran_out_at = models.DateTimeField(null=True)  # when the community heard that nobody is left to ask
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("gathering_whistle")]
        indexes = [
            models.Index(fields=["tenant", "body", "blown_at"], name="gathering_whistle_body"),
            models.Index(fields=["tenant", "status", "blown_at"], name="gathering_whistle_status"),
            models.Index(fields=["tenant", "matter"], name="gathering_whistle_matter"),
        ]


class Asked(TenantModel):
    """That a member was asked by a whistle, and what they answered. No answer by `due_at` brings the next."""

    class Answer(models.TextChoices):
        COME = "come", _("我来")
        PASS = "pass", _("转给别人")
        CANNOT = "cannot", _("来不了")
        LAPSED = "lapsed", _("没回话")
        SPARED = "spared", _("不用来了")  # enough others come, or the whistle ended

    whistle = TenantForeignKey(Whistle, on_delete=models.PROTECT, related_name="asked")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField(default=list)  # why this one: sentences
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    comes_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)
    passed_to = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("gathering_asked"),
            models.UniqueConstraint(fields=["tenant", "whistle", "person"], name="gathering_asked_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "person", "answer"], name="gathering_asked_person"),
            models.Index(fields=["tenant", "answer", "due_at"], name="gathering_asked_due"),
        ]


class Visit(TenantModel):
    """What members found on the spot."""

    whistle = TenantForeignKey(Whistle, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    lat = models.FloatField(null=True)  # where it was, if whoever wrote it wanted that noted
    lng = models.FloatField(null=True)
    # The words are written with the entry that commits to them, the last statement of the act.
    words = TenantForeignKey("ledger.Words", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    written_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [own_id("gathering_visit")]
        indexes = [models.Index(fields=["tenant", "whistle", "on"], name="gathering_visit_whistle")]


class VisitPhoto(TenantModel):
    """A photo taken on a visit."""

    visit = TenantForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    attachment = TenantForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("gathering_visitphoto"),
            models.UniqueConstraint(fields=["tenant", "visit", "attachment"], name="gathering_visitphoto_once"),
        ]


class Recusal(TenantModel):
    """That somebody must stay out of a matter, and why."""

    matter = TenantForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=120)
    said_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("gathering_recusal"),
            models.UniqueConstraint(fields=["tenant", "matter", "person"], name="gathering_recusal_once"),
        ]
