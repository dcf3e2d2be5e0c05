"""Persons and accounts (global), bodies and memberships (the tenant's)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.ids import uuid7
from shangliang.core.models import TenantModel, own_id


class Person(models.Model):
    """Somebody who works here: one person, however many bodies they sit in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Account(AbstractUser):
    """A log-in. Deactivated when someone leaves, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(Person, null=True, on_delete=models.PROTECT, related_name="account")
    is_operator = models.BooleanField(default=False)  # runs the machine; sees no matter by it
    must_change_password = models.BooleanField(default=False)  # somebody else knows it: the one who made it up
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]


class Body(TenantModel):
    """A body of a tenant: its office, a street, a community, a department, a liaison committee, a studio."""

    class Kind(models.TextChoices):
        DISTRICT_OFFICE = "district_office", _("区政协办公室")
        STREET_OFFICE = "street_office", _("街道")
        COMMUNITY = "community", _("社区")
        DEPARTMENT = "department", _("职能部门")
        LIAISON_COMMITTEE = "liaison_committee", _("街道联络委")
        STUDIO = "studio", _("委员工作室")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=60)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=40, blank=True)  # the public number of the body, not of a person
    address = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=60, blank=True)
    sign_off = models.JSONField(default=list, blank=True)  # names of the steps a reply goes through: ["科室", "领导"]
    closed_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("people_body"),
            models.UniqueConstraint(fields=["tenant", "name"], name="people_body_name"),
        ]
        indexes = [models.Index(fields=["tenant", "place", "kind"], name="people_body_place")]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A seat: a person sits in a body with a duty, from a date to a date. Rights = place × body × duty."""

    class Duty(models.TextChoices):
        COMMUNITY_STAFF = "community_staff", _("社区工作人员")
        CONVENOR = "convenor", _("召集人")
        MEMBER = "member", _("委员")
        STREET_STAFF = "street_staff", _("街道工作人员")
        HANDLER = "handler", _("部门经办")
        DISTRICT_OFFICE = "district_office", _("区政协办公室")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    body = TenantForeignKey(Body, on_delete=models.PROTECT, related_name="memberships")
    duty = models.CharField(max_length=20, choices=Duty.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    signs = models.JSONField(default=list, blank=True)  # which of the body's sign-off steps this person may sign

    class Meta(TenantModel.Meta):
        constraints = [own_id("people_membership")]
        indexes = [models.Index(fields=["tenant", "person", "since"], name="people_membership_person")]


class Look(TenantModel):
    """That somebody looked at personal data: an access record, not an entry of the ledger."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=40)  # contact, words, …
    subject = models.UUIDField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("people_look")]
        indexes = [models.Index(fields=["tenant", "subject", "at"], name="people_look_subject")]
