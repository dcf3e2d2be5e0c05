"""What the pages of planning, moving and calling off a meeting ask. What is told to everybody is screened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.deliberation.actions.meetings import Part, Plan
from shangliang.deliberation.models import Meeting, Topic
from shangliang.people.models import Body, Person
from shangliang.playbooks import words
from shangliang.playbooks.deliberation_rules import MeetingForm
from shangliang.studios.forms.duty import PersonField
from shangliang.voices.screened import ScreenedForm

SPARE_PARTS = 3  # empty lines below the agenda


def _when(label: Any, hint: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=hint,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input-short"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": gettext_lazy("选哪天、几点开。"),
            "invalid": gettext_lazy("写成“2026-12-01 19:00”这样。"),
        },
    )


def _link() -> forms.URLField:
    return forms.URLField(
        label=gettext_lazy("网上会议的链接"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("腾讯会议等的入会链接，只给请了的人看。"),
        error_messages={"invalid": gettext_lazy("这不像链接。从会议软件里复制，以 https:// 开头。")},
    )


class PlanForm(ScreenedForm):
    """A meeting of a form: when, where, who chairs, how many of each side, agenda and papers."""

    public_fields = ("title", "where", "papers")
    title = forms.CharField(label=gettext_lazy("会的名字"), max_length=60)
    starts_at = _when(gettext_lazy("什么时候"))
    lasts = forms.IntegerField(label=gettext_lazy("开多久（分钟）"), min_value=5, max_value=600)
    where = forms.CharField(
        label=gettext_lazy("在哪里"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("写到门牌、楼层，人找得到。"),
    )
    link = _link()
    is_public = forms.BooleanField(
        label=gettext_lazy("对大家公开"),
        required=False,
        help_text=gettext_lazy("公开页上写时间、地点，居民可以报名来坐、来旁听。"),
    )
    papers = forms.CharField(
        label=gettext_lazy("会前材料"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("来的人先要知道的：调研查到什么、有几种办法、各要多少钱。请了的人都看得到。"),
    )

    def __init__(
        self,
        *args: Any,
        form: MeetingForm,
        bodies: Sequence[Body],
        people: Iterable[Person],
        also: Sequence[Topic] = (),
        called: bool = False,
        parts: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.meeting_form, self.called = form, called
        if form.where:
            self.fields["where"].help_text = _("工作法写的是%(where)s。写到门牌、楼层，人找得到。") % {
                "where": form.where
            }
            self.fields["where"].widget.attrs["placeholder"] = form.where
        if form.when:
            self.fields["starts_at"].help_text = _("一般在：%(when)s") % {"when": form.when}
        people = list(people)
        self.body_choice = {str(body.pk): body for body in bodies}
        self.also_choice = {str(topic.pk): topic for topic in also}
        names = [(key, body.name) for key, body in self.body_choice.items()]
        self.fields["body"] = forms.ChoiceField(label=_("谁来开"), choices=names)
        self.fields["chair"] = PersonField(people, label=_("主持人"))
        none = _("先不定")
        self.fields["recorder"] = PersonField(people, none=none, label=_("记录员"), required=False)
        self.fields["also"] = forms.MultipleChoiceField(
            label=_("一起谈的议题"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(key, topic.title) for key, topic in self.also_choice.items()],
        )
        self._add_seats(form)
        self.parts = parts or len(form.agenda) + SPARE_PARTS
        for number in range(self.parts):
            self.fields[f"label_{number}"] = _part_label(number)
            self.fields[f"minutes_{number}"] = _part_minutes(number)
            self.fields[f"note_{number}"] = _part_note(number)
        gone = [] if self.also_choice else ["also"]
        gone += ["body"] if len(self.body_choice) < 2 or called else []
        gone += ["starts_at", "where", "link"] if called else []
        gone += ["link"] if form.how in ("room", "site", "small") and not called else []
        for name in gone:
            del self.fields[name]

    def _add_seats(self, form: MeetingForm) -> None:
        for key, rule in form.seats.items():
            self.fields[f"side_{key}"] = forms.IntegerField(
                label=rule.label,
                min_value=0,
                max_value=9999,
                help_text="；".join(filter(None, (words.people(rule.least, rule.most), rule.by))),
                widget=forms.NumberInput(attrs={"class": "input-short"}),
            )
        if not form.seats:
            self.fields["seats"] = forms.IntegerField(
                label=_("几个座位"),
                min_value=0,
                max_value=9999,
                help_text=words.people(form.least, form.most),
                widget=forms.NumberInput(attrs={"class": "input-short"}),
            )

    @property
    def seat_fields(self) -> list[Any]:
        """The numbers of seats, as the page lays them out."""
        return [self[name] for name in self.fields if name.startswith("side_") or name == "seats"]

    @property
    def agenda_fields(self) -> list[tuple[Any, Any, Any]]:
        """The lines of the agenda: label, minutes, note."""
        return [(self[f"label_{n}"], self[f"minutes_{n}"], self[f"note_{n}"]) for n in range(self.parts)]

    def further(self) -> list[Topic]:
        """The further topics chosen."""
        return [self.also_choice[key] for key in self.cleaned_data.get("also", [])]

    def plan(self, meeting: Meeting | None = None) -> Plan:
        """What `actions.meetings` takes; of a meeting that was called, day and place stay as they are."""
        data = self.cleaned_data
        body = self.body_choice.get(data.get("body", "")) or next(iter(self.body_choice.values()))
        return Plan(
            body=meeting.body if meeting and self.called else body,
            chair=data["chair"],
            recorder=data["recorder"],
            starts_at=meeting.starts_at if meeting and self.called else data["starts_at"],
            title=data["title"],
            where=meeting.where if meeting and self.called else data["where"],
            link=meeting.link if meeting and self.called else data.get("link", ""),
            seats=data.get("seats") or 0,
            by_side={key: data[f"side_{key}"] for key in self.meeting_form.seats},
            is_public=data["is_public"],
            lasts=data["lasts"],
            agenda=self._agenda(),
            papers=data["papers"],
        )

    def _agenda(self) -> list[Part]:
        data = self.cleaned_data
        return [
            Part(label, data.get(f"minutes_{n}") or 0, data.get(f"note_{n}") or "")
            for n in range(self.parts)
            if (label := (data.get(f"label_{n}") or "").strip())
        ]


class MoveForm(ScreenedForm):
    """Another time or place, and why."""

    public_fields = ("where", "why")
    starts_at = _when(gettext_lazy("改到什么时候"))
    where = forms.CharField(label=gettext_lazy("在哪里"), required=False, max_length=120)
    link = _link()
    why = forms.CharField(
        label=gettext_lazy("为什么改"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("请了的人会看到。"),
    )

    def __init__(self, *args: Any, how: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shows_link = how in ("online", "hybrid")
        if not self.shows_link:
            del self.fields["link"]


class CancelForm(ScreenedForm):
    """Why a meeting is called off."""

    public_fields = ("why",)
    why = forms.CharField(
        label=gettext_lazy("为什么取消"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
        help_text=gettext_lazy("请了的人、公开页上都会看到。"),
        error_messages={"required": gettext_lazy("写一句为什么取消。")},
    )


def seats_to_begin_with(form: MeetingForm) -> dict[str, int]:
    """How many seats of each side the form of a new meeting shows: as many as the way of working allows, fewer on
    every side when all of them together would be more than it allows; none where it sets no limit."""
    if not form.seats:
        return {"seats": form.most} if form.most < words.MANY else {}
    least = sum(rule.least for rule in form.seats.values())
    if form.most >= words.MANY:
        return {f"side_{key}": rule.most for key, rule in form.seats.items() if rule.most < words.MANY}
    wide = sum(rule.most - rule.least for rule in form.seats.values())
    room = min(wide, max(0, form.most - least))
    return {
        f"side_{key}": rule.least + ((rule.most - rule.least) * room // wide if wide else 0)
        for key, rule in form.seats.items()
    }


def agenda_to_begin_with(parts: Iterable[Any]) -> dict[str, Any]:
    """The lines of an agenda as the form takes them: parts of the playbook or of a meeting."""
    first: dict[str, Any] = {}
    for number, part in enumerate(parts):
        first |= {f"label_{number}": part.label, f"minutes_{number}": part.minutes, f"note_{number}": part.note}
    return first


def _part_label(number: int) -> forms.CharField:
    return forms.CharField(label=_("第 %(n)s 项") % {"n": number + 1}, required=False, max_length=40)


def _part_minutes(number: int) -> forms.IntegerField:
    label = _("第 %(n)s 项几分钟") % {"n": number + 1}
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=600)


def _part_note(number: int) -> forms.CharField:
    label = _("第 %(n)s 项的说明") % {"n": number + 1}
    return forms.CharField(label=label, required=False, max_length=80)
