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
        SPECIAL_COMMITTEE = "special_committee", _("专委会")
        GROUP = "group", _("委员小组")
        PARTY_BRANCH = "party_branch", _("功能型党支部")
        SQUAD = "squad", _("委员小分队")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=60)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=40, blank=True)  # the public number of the body, not of a person
    address = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=60, blank=True)
    sign_off = models.JSONField(default=list, blank=True)  # names of the steps a reply goes through: ["科室", "领导"]
    # What it is part of: a station under a studio, a Party branch in a street's liaison committee.
    under = TenantForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="stations")
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
        LEAD = "lead", _("领衔委员")
        INITIATOR = "initiator", _("发起人")
        LIAISON = "liaison", _("联络员")
        DELEGATE = "delegate", _("代表")
        FIRST_SECRETARY = "first_secretary", _("第一书记")
        AREA_LEAD = "area_lead", _("包片领导")
        CHAIR = "chair", _("主任")
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


class Guidance(TenantModel):
    """That one body guides another, from a date to a date: a special committee and the studios of its field."""

    guide = TenantForeignKey(Body, on_delete=models.PROTECT, related_name="guided")
    body = TenantForeignKey(Body, on_delete=models.PROTECT, related_name="guides")
    what = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("people_guidance")]
        indexes = [models.Index(fields=["tenant", "body", "since"], name="people_guidance_body")]


class Member(TenantModel):
    """What is so of a member or delegate from a date to a date.

    Nothing old is rewritten: who moves, changes sector or begins another term gets a further row under the
    same `key`, and the old one ends the day before.
    """

    class Role(models.TextChoices):
        MEMBER = "member", _("政协委员")
        PARTY_DELEGATE = "party_delegate", _("党代表")
        DEPUTY = "deputy", _("人大代表")

    class Level(models.TextChoices):
        NATIONAL = "national", _("全国")
        PROVINCE = "province", _("省级")
        CITY = "city", _("市级")
        DISTRICT = "district", _("区县级")

    key = models.CharField(max_length=40)  # the office's own number for the record, the same in every list
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MEMBER)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.DISTRICT)
    sector = models.CharField(max_length=30, blank=True)  # 界别, in the locality's own words
    specialties = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)  # beside Mandarin: 苗语, 手语, 武汉话
    term = models.CharField(max_length=20, blank=True)  # 十六届
    sealed = models.BinaryField(null=True)  # JSON: phone, home, work; None once erased
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("people_member"),
            models.UniqueConstraint(fields=["tenant", "key", "since"], name="people_member_key"),
        ]
        indexes = [models.Index(fields=["tenant", "person", "since"], name="people_member_person")]


class Enrolment(TenantModel):
    """The community a member is enrolled in, and how that was found; or why it could not be."""

    class Status(models.TextChoices):
        ASSIGNED = "assigned", _("已编入")
        AMBIGUOUS = "ambiguous", _("有几个可能")
        NOT_FOUND = "not_found", _("没找到")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.ASSIGNED: frozenset(),
        Status.AMBIGUOUS: frozenset({Status.ASSIGNED}),
        Status.NOT_FOUND: frozenset({Status.ASSIGNED}),
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices)
    by_hand = models.BooleanField(default=False)  # somebody settled it: a later run leaves it alone
    why = models.CharField(max_length=300, blank=True)
    candidates = models.JSONField(default=list, blank=True)  # ids of places
    address_digest = models.BinaryField(max_length=32, null=True)  # keyed hash of the address it was read from
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("people_enrolment"),
            models.UniqueConstraint(
                fields=["tenant", "person"], condition=models.Q(until=None), name="people_enrolment_current"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "place", "since"], name="people_enrolment_place")]


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
