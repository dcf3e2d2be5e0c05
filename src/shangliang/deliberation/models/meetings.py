"""协商议事会: the meeting, who sits at the table, what was said, and who signed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Meeting(TenantModel):
    """One round of deliberation, in the form that the playbook of its first topic gives it."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("在准备")
        CALLED = "called", _("通知发了")
        OPEN = "open", _("正在开")
        READ = "read", _("等签字")  # the minutes were read aloud; their text stands
        SIGNED = "signed", _("签完了")
        CANCELLED = "cancelled", _("取消了")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.PLANNED: frozenset({Status.CALLED, Status.OPEN, Status.CANCELLED}),
        Status.CALLED: frozenset({Status.OPEN, Status.CANCELLED}),
        Status.OPEN: frozenset({Status.READ, Status.CANCELLED}),
        Status.READ: frozenset({Status.OPEN, Status.SIGNED}),
        Status.SIGNED: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="+")  # who holds it
    form = models.CharField(max_length=30)  # a key of the playbook's meetings
    how = models.CharField(max_length=10)  # room, site, small, online, hybrid
    title = models.CharField(max_length=60)
    round = models.PositiveSmallIntegerField(default=1)
    where = models.CharField(max_length=120, blank=True)
    link = models.URLField(blank=True)  # of a video meeting held elsewhere
    starts_at = models.DateTimeField()
    lasts = models.PositiveSmallIntegerField()  # minutes planned
    seats = models.PositiveSmallIntegerField()  # at the table, at most
    by_side = models.JSONField(default=dict)  # key of the form's seats → how many are wanted
    is_public = models.BooleanField(default=True)  # told on the public pages; anyone may ask to come
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    chair = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    recorder = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    papers = models.TextField(blank=True)  # what everybody should have read, written by staff
    door_code = models.CharField(max_length=6)  # typed to sign in by who has no link
    part = models.PositiveSmallIntegerField(default=0)  # the part of the agenda that is on
    called_at = models.DateTimeField(null=True)
    papers_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # read aloud
    signed_at = models.DateTimeField(null=True)
    cancelled_why = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)  # rises with every act on the meeting itself
    table_version = models.PositiveIntegerField(default=0)  # `version` when something else than a line was written

    class Meta(TenantModel.Meta):
        constraints = [own_id("deliberation_meeting")]
        indexes = [
            models.Index(fields=["tenant", "status", "starts_at"], name="meeting_status"),
            models.Index(fields=["tenant", "body", "starts_at"], name="meeting_body"),
        ]

    def __str__(self) -> str:
        return self.title


class MeetingTopic(TenantModel):
    """A topic on a meeting's table."""

    meeting = TenantForeignKey(Meeting, on_delete=models.PROTECT, related_name="on_table")
    topic = TenantForeignKey("deliberation.Topic", on_delete=models.PROTECT, related_name="on_tables")
    position = models.PositiveSmallIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_meetingtopic"),
            models.UniqueConstraint(fields=["tenant", "meeting", "topic"], name="deliberation_meetingtopic_once"),
        ]
        indexes = [models.Index(fields=["tenant", "topic"], name="meetingtopic_topic")]


class AgendaPart(TenantModel):
    """A part of the agenda."""

    meeting = TenantForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=40)
    note = models.CharField(max_length=80, blank=True)
    minutes = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_agenda"),
            models.UniqueConstraint(fields=["tenant", "meeting", "position"], name="deliberation_agenda_position"),
        ]


class Attendee(TenantModel):
    """Somebody at the table: a member or staff by name, a resident by role only; names and numbers are sealed."""

    class Answer(models.TextChoices):
        INVITED = "invited", _("等回话")
        ASKED = "asked", _("自己报名")  # a resident who asked to come; not seated yet
        COMING = "coming", _("来")
        NOT_COMING = "not_coming", _("来不了")
        NOT_SEATED = "not_seated", _("坐满了，旁听")

    class SignedIn(models.TextChoices):
        QR = "qr", _("扫码")
        CODE = "code", _("输数字")
        HAND = "hand", _("手写")

    meeting = TenantForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendees")
    seat = models.CharField(max_length=30, blank=True)  # a key of the form's seats
    side = TenantForeignKey("deliberation.Side", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)  # what the public reads: 居民代表 3, 区房管局, 周见山委员
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    body = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")  # whom they speak for
    name = models.BinaryField(null=True)  # sealed: of a resident
    phone = models.BinaryField(null=True)  # sealed
    voice = TenantForeignKey("voices.Voice", null=True, on_delete=models.PROTECT, related_name="+")  # who raised it
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.INVITED)
    invited_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # of who asked to come by themselves
    held = models.BooleanField(default=False)  # asked as a machine would: staff look first
    answered_at = models.DateTimeField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    signed_in_how = models.CharField(max_length=6, choices=SignedIn.choices, blank=True)
    is_online = models.BooleanField(default=False)
    recused_at = models.DateTimeField(null=True)
    recused_why = models.BinaryField(null=True)  # sealed

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_attendee"),
            models.UniqueConstraint(fields=["tenant", "meeting", "role"], name="deliberation_attendee_role"),
            models.UniqueConstraint(
                fields=["tenant", "meeting", "person"],
                condition=models.Q(person__isnull=False),
                name="deliberation_attendee_person",
            ),
        ]

    def __str__(self) -> str:
        return self.role


class Line(TenantModel):
    """A line of the minutes: who said what, by role. Its id is made on the clerk's device, so it counts once."""

    class Kind(models.TextChoices):
        SAID = "said", _("说")
        ASKED = "asked", _("问")
        ANSWERED = "answered", _("答")
        NOTE = "note", _("记")  # what happened, by nobody in particular

    meeting = TenantForeignKey(Meeting, on_delete=models.PROTECT, related_name="lines")
    attendee = TenantForeignKey(Attendee, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SAID)
    # The words are written with the entry that commits to them, the last statement of the act.
    words = TenantForeignKey("ledger.Words", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    part = models.PositiveSmallIntegerField(default=0)  # of the agenda
    said_at = models.DateTimeField()
    seconds = models.PositiveSmallIntegerField(default=0)  # how long they spoke, where it is kept
    clerk = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    corrects = TenantForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    struck_at = models.DateTimeField(null=True)  # left out of the minutes by its own clerk
    serial = models.PositiveIntegerField()  # the meeting's version when it was written down or struck

    class Meta(TenantModel.Meta):
        constraints = [own_id("deliberation_line")]
        indexes = [models.Index(fields=["tenant", "meeting", "said_at"], name="line_meeting")]


class OutsideQuestion(TenantModel):
    """A question sent in from outside the room while the meeting was announced or on."""

    meeting = TenantForeignKey(Meeting, on_delete=models.PROTECT, related_name="questions")
    words = TenantForeignKey("ledger.Words", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    attendee = TenantForeignKey(Attendee, null=True, on_delete=models.PROTECT, related_name="+")  # raised a hand online
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)  # read out
    line = TenantForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")  # of its answer
    left_out_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("deliberation_question")]
        indexes = [models.Index(fields=["tenant", "meeting", "asked_at"], name="question_meeting")]


class Signature(TenantModel):
    """That somebody at the table signed the minutes, on the screen or on the printed sheet; or does not, and why."""

    class How(models.TextChoices):
        SCREEN = "screen", _("屏幕上签")
        PAPER = "paper", _("纸上签")
        NOT = "not", _("不签")

    meeting = TenantForeignKey(Meeting, on_delete=models.PROTECT, related_name="signatures")
    attendee = TenantForeignKey(Attendee, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=6, choices=How.choices)
    drawing = models.BinaryField(null=True)  # sealed PNG of what was drawn
    why_not = models.BinaryField(null=True)  # sealed: of one who does not sign
    sheet = TenantForeignKey("files.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # of the text they signed (`meeting.closed` names it, salted)
    signed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_signature"),
            models.UniqueConstraint(fields=["tenant", "meeting", "attendee"], name="deliberation_signature_once"),
        ]


class Amendment(TenantModel):
    """A visible change to minutes that were signed: the first text stays, this stands beside it."""

    meeting = TenantForeignKey(Meeting, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    was = models.CharField(max_length=300, blank=True)
    text = models.CharField(max_length=500)
    why = models.CharField(max_length=200)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("deliberation_amendment"),
            models.UniqueConstraint(fields=["tenant", "meeting", "number"], name="deliberation_amendment_number"),
        ]
