"""Studios: what they are, how they are kept to their standard, and who receives residents when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id
from shangliang.people.models import Member


class Studio(TenantModel):
    """A studio of any kind: what a body of kind `studio` is beyond its name, place and people."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("提出")
        CHECKED = "checked", _("审核通过")
        APPROVED = "approved", _("批准")
        TRIAL = "trial", _("试运行")
        OPEN = "open", _("开放")
        WARNED = "warned", _("提醒整改")
        SUSPENDED = "suspended", _("暂停")
        CLOSED = "closed", _("退出")

    # Every way there is; the playbook says which steps a locality uses and who decides each.
    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.PROPOSED: frozenset({Status.CHECKED, Status.APPROVED, Status.TRIAL, Status.OPEN, Status.CLOSED}),
        Status.CHECKED: frozenset({Status.APPROVED, Status.TRIAL, Status.OPEN, Status.CLOSED}),
        Status.APPROVED: frozenset({Status.TRIAL, Status.OPEN, Status.CLOSED}),
        Status.TRIAL: frozenset({Status.OPEN, Status.WARNED, Status.CLOSED}),
        Status.OPEN: frozenset({Status.WARNED, Status.SUSPENDED, Status.CLOSED}),
        Status.WARNED: frozenset({Status.OPEN, Status.SUSPENDED, Status.CLOSED}),
        Status.SUSPENDED: frozenset({Status.OPEN, Status.CLOSED}),
        Status.CLOSED: frozenset(),
    }

    body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="studios")
    kind = models.CharField(max_length=30)  # a key of the playbook's kinds of studio
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    motto = models.CharField(max_length=60, blank=True)  # 住得近，说得上话
    about = models.CharField(max_length=300, blank=True)
    theme = models.CharField(max_length=60, blank=True)  # what a themed one is about, or the brand of a circle
    online = models.BooleanField(default=False)  # has no room
    way = models.CharField(max_length=120, blank=True)  # how to get there
    shared_with = models.JSONField(default=list, blank=True)  # who else uses the site: 新时代文明实践站
    ends_with = models.CharField(max_length=80, blank=True)  # the task it closes with
    proposed_on = models.DateField()
    opened_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_studio"),
            models.UniqueConstraint(fields=["tenant", "body"], name="studios_studio_body"),
        ]
        indexes = [models.Index(fields=["tenant", "status", "kind"], name="studios_studio_status")]


class StudioStep(TenantModel):
    """A step of a studio's life: which, who decided it, by which paper, and why."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="steps")
    to = models.CharField(max_length=10, choices=Studio.Status.choices)
    on = models.DateField()
    decided_by = models.CharField(max_length=60)
    document = models.CharField(max_length=80, blank=True)  # number or title of the paper
    attachment = TenantForeignKey("files.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_step")]
        indexes = [models.Index(fields=["tenant", "studio", "on"], name="studios_step_studio")]


class Evidence(TenantModel):
    """What shows that a studio has an item of the locality's standard (六有), or that it lacks it, on a day."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="evidence")
    item = models.CharField(max_length=30)  # a key of the playbook's standard
    has = models.BooleanField()
    what = models.CharField(max_length=120)
    on = models.DateField()
    mend_by = models.DateField(null=True, blank=True)  # of an item that is lacking
    attachment = TenantForeignKey("files.Attachment", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_evidence")]
        indexes = [models.Index(fields=["tenant", "studio", "item", "on"], name="studios_evidence_item")]


class PostedRule(TenantModel):
    """A rule posted in a studio: duties, visitors, debate. A new text ends the old one."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="posted_rules")
    title = models.CharField(max_length=40)
    text = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_postedrule")]
        indexes = [models.Index(fields=["tenant", "studio", "since"], name="studios_postedrule_studio")]


class PlanItem(TenantModel):
    """One thing a studio means to do in a year, and that it was done."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="plan")
    year = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=120)
    counts_as = models.CharField(max_length=30, blank=True)  # a key of the playbook's minimum activity
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_planitem")]
        indexes = [models.Index(fields=["tenant", "studio", "year"], name="studios_planitem_year")]


class Inspection(TenantModel):
    """A look at a studio against its standard: item by item, passed or not, perhaps with stars."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="inspections")
    on = models.DateField()
    by = models.CharField(max_length=60)
    passed = models.BooleanField()
    items = models.JSONField(default=dict)  # key of the standard → true or false, as found on that day
    stars = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 … 5, where the locality uses them
    findings = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_inspection")]
        indexes = [models.Index(fields=["tenant", "studio", "on"], name="studios_inspection_studio")]


class Honour(TenantModel):
    """Praise: a demonstration list, an excellent studio, a case, of a level and a year."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="honours")
    title = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=Member.Level.choices)
    on = models.DateField()
    document = models.CharField(max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_honour")]
        indexes = [models.Index(fields=["tenant", "studio", "on"], name="studios_honour_studio")]


class Phase(TenantModel):
    """A phase of building studios up: a pilot or a roll-out, from a date to a date, with how many it aims at."""

    name = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField()
    kind = models.CharField(max_length=30, blank=True)  # of studio; any kind if empty
    target = models.PositiveIntegerField()  # studios opened
    document = models.CharField(max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_phase")]
        indexes = [models.Index(fields=["tenant", "since"], name="studios_phase_since")]


class Pairing(TenantModel):
    """An agreement between two bodies (结对共建): in force once both signed, until its last day."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("待签")
        SIGNED = "signed", _("已签")
        ENDED = "ended", _("已结束")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.DRAFT: frozenset({Status.SIGNED, Status.ENDED}),
        Status.SIGNED: frozenset({Status.ENDED}),
        Status.ENDED: frozenset(),
    }

    one = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="pairings_as_one")
    other = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="pairings_as_other")
    title = models.CharField(max_length=60)
    purpose = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    since = models.DateField()
    until = models.DateField()
    one_signed_on = models.DateField(null=True, blank=True)
    other_signed_on = models.DateField(null=True, blank=True)
    # Of a signature on paper, which the office recorded: the number of the paper, or a scan of it.
    one_paper = models.CharField(max_length=80, blank=True)
    other_paper = models.CharField(max_length=80, blank=True)
    one_file = TenantForeignKey("files.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    other_file = TenantForeignKey("files.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    renews = TenantForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewed_by")
    review = models.CharField(max_length=500, blank=True)  # how it went, written when it falls due
    reviewed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_pairing")]
        indexes = [
            models.Index(fields=["tenant", "one", "until"], name="studios_pairing_one"),
            models.Index(fields=["tenant", "other", "until"], name="studios_pairing_other"),
        ]


class PairingTask(TenantModel):
    """A duty or a joint activity of a pairing, with its date."""

    class Kind(models.TextChoices):
        DUTY = "duty", _("职责")
        ACTIVITY = "activity", _("共同活动")

    pairing = TenantForeignKey(Pairing, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    body = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")  # None: both
    what = models.CharField(max_length=120)
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_pairingtask")]
        indexes = [models.Index(fields=["tenant", "pairing", "due"], name="studios_pairingtask_due")]


# --- duty ------------------------------------------------------------------------------------------


class DutyPlan(TenantModel):
    """A studio's rule of when residents are received, as data (`duty_dates`), from a date to a date."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="duty_plans")
    rule = models.JSONField()  # as `duty_dates.DutyRule.from_mapping` reads it
    where = models.CharField(max_length=120, blank=True)  # the studio's own address if empty
    group = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")  # 法制组
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_dutyplan")]
        indexes = [models.Index(fields=["tenant", "studio", "since"], name="studios_dutyplan_since")]


class DutyShift(TenantModel):
    """One time at which residents are received."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="shifts")
    plan = TenantForeignKey(DutyPlan, null=True, on_delete=models.PROTECT, related_name="shifts")  # None: an extra one
    day = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    where = models.CharField(max_length=120, blank=True)
    needed = models.PositiveSmallIntegerField(default=1)
    group = TenantForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=80, blank=True)  # 国庆顺延；政协领导接待日
    cancelled_at = models.DateTimeField(null=True)
    cancelled_why = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_dutyshift"),
            models.UniqueConstraint(fields=["tenant", "studio", "day", "starts"], name="studios_dutyshift_once"),
        ]
        indexes = [models.Index(fields=["tenant", "day"], name="studios_dutyshift_day")]


class Turn(TenantModel):
    """A member's part in a shift. A swap or a stand-in ends one turn and begins another; both stay."""

    shift = TenantForeignKey(DutyShift, on_delete=models.PROTECT, related_name="turns")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    stands_in_for = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    given_up_at = models.DateTimeField(null=True)
    given_up_why = models.CharField(max_length=120, blank=True)
    came = models.BooleanField(null=True)  # as the desk saw it; None until somebody says
    note = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_turn"),
            models.UniqueConstraint(
                fields=["tenant", "shift", "person"],
                condition=models.Q(given_up_at=None),
                name="studios_turn_once",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "person", "shift"], name="studios_turn_person")]


class Swap(TenantModel):
    """That somebody asks another to take a turn, or to change turns; it holds once the other agrees."""

    class Status(models.TextChoices):
        ASKED = "asked", _("等对方回话")
        AGREED = "agreed", _("同意")
        REFUSED = "refused", _("不方便")
        WITHDRAWN = "withdrawn", _("收回")

    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.ASKED: frozenset({Status.AGREED, Status.REFUSED, Status.WITHDRAWN}),
        Status.AGREED: frozenset(),
        Status.REFUSED: frozenset(),
        Status.WITHDRAWN: frozenset(),
    }

    turn = TenantForeignKey(Turn, on_delete=models.PROTECT, related_name="swaps")
    asked = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    in_return = TenantForeignKey(Turn, null=True, on_delete=models.PROTECT, related_name="+")  # None: a stand-in
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    why = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_swap")]
        indexes = [models.Index(fields=["tenant", "asked", "status"], name="studios_swap_asked")]


class Leave(TenantModel):
    """Days on which somebody cannot be on duty."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_leave")]
        indexes = [models.Index(fields=["tenant", "person", "since"], name="studios_leave_person")]


class DutyTerms(TenantModel):
    """What somebody said about their turns in a studio: at most how many a month, which days, with whom."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="duty_terms")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    a_month = models.PositiveSmallIntegerField(null=True, blank=True)  # at most
    fixed_days = models.JSONField(default=list, blank=True)  # ISO dates they want
    never_weekdays = models.JSONField(default=list, blank=True)  # 1 … 7, Monday first
    partner = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")  # 结对值班

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_dutyterms"),
            models.UniqueConstraint(fields=["tenant", "studio", "person"], name="studios_dutyterms_once"),
        ]


class Feed(TenantModel):
    """The secret address of a member's own calendar (.ics). A new one ends the old one."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32)  # keyed hash of the token in the address
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_feed"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="studios_feed_digest"),
        ]
        indexes = [models.Index(fields=["tenant", "person"], name="studios_feed_person")]


# --- what residents say to a studio -----------------------------------------------------------------


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


# --- the reception desk -----------------------------------------------------------------------------


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
