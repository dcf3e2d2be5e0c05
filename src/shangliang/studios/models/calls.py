"""What residents say to a studio."""

from __future__ import annotations

from django.db import models

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id
from shangliang.studios.models.studio import Studio


class Call(TenantModel):
    """A question a studio puts to residents (征集), from a date to a date, about places; answers are voices."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="calls")
    question = models.CharField(max_length=60)
    about = models.CharField(max_length=600, blank=True)
    places = models.JSONField(default=list)  # ids of places; the studio's own if empty
    since = models.DateField()
    until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=600, blank=True)  # what came of it, written at the end
    concluded_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_call")]
        indexes = [models.Index(fields=["tenant", "studio", "until"], name="studios_call_until")]


class StudioVoice(TenantModel):
    """That a voice was said to a studio: a question to it or to one of its members, or an answer to a call."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="voices")
    voice = TenantForeignKey("voices.Voice", on_delete=models.PROTECT, related_name="said_to")
    call = TenantForeignKey(Call, null=True, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    adopted = models.BooleanField(null=True)  # of an answer to a call: 采纳, 未采纳; None until decided
    why = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_voice"),
            models.UniqueConstraint(fields=["tenant", "voice"], name="studios_voice_once"),
        ]
        indexes = [models.Index(fields=["tenant", "studio", "call"], name="studios_voice_call")]
