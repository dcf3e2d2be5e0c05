"""What the pages of duty ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.people.models import Body, Person
from shangliang.playbooks import wording
from shangliang.studios.duty_dates import LAST
from shangliang.studios.models import Turn
from shangliang.voices.screened import ScreenedForm
from shangliang.web.forms import Form

WEEKDAYS = (
    ("1", gettext_lazy("周一")),
    ("2", gettext_lazy("周二")),
    ("3", gettext_lazy("周三")),
    ("4", gettext_lazy("周四")),
    ("5", gettext_lazy("周五")),
    ("6", gettext_lazy("周六")),
    ("7", gettext_lazy("周日")),
)
NTH = (
    ("1", gettext_lazy("第一个")),
    ("2", gettext_lazy("第二个")),
    ("3", gettext_lazy("第三个")),
    ("4", gettext_lazy("第四个")),
    (str(LAST), gettext_lazy("最后一个")),
)
EVERY = (("1", gettext_lazy("每月")), ("2", gettext_lazy("每两个月")), ("3", gettext_lazy("每季度")))
MONTH = (("1", gettext_lazy("第一个月")), ("2", gettext_lazy("第二个月")), ("3", gettext_lazy("第三个月")))
DAY_OFF = (
    ("skip", gettext_lazy("停一次")),
    ("next_working_day", gettext_lazy("顺延到下一个工作日")),
    ("keep", gettext_lazy("照常")),
)
WHO = (
    ("turn", gettext_lazy("大家轮流")),
    ("group", gettext_lazy("一个组一起来（轮值日）")),
    ("leaders", gettext_lazy("领导来，接待委员")),
)


def date_field(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class PersonField(forms.ChoiceField):
    """One of some people; gives the person."""

    def __init__(self, people: Iterable[Person], *, none: str = "", **kwargs: Any) -> None:
        self.people = {str(person.pk): person for person in people}
        first = [("", none or _("请选择"))]
        super().__init__(choices=[*first, *((key, person.name) for key, person in self.people.items())], **kwargs)

    def clean(self, value: Any) -> Any:
        return self.people.get(super().clean(value) or "")


class PeopleField(forms.MultipleChoiceField):
    """Some of some people; gives the persons."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, people: Iterable[Person], **kwargs: Any) -> None:
        self.people = {str(person.pk): person for person in people}
        super().__init__(choices=[(key, person.name) for key, person in self.people.items()], **kwargs)

    def clean(self, value: Any) -> Any:
        return [self.people[key] for key in super().clean(value)]


class WhyForm(ScreenedForm):
    """Why something is cancelled, in a few words that everybody may read."""

    field_order = ("why",)
    public_fields = ("why",)
    why = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=60,
        help_text=gettext_lazy("公开页面和海报上看得到，不写私事：“临时有事”“去外地调研”都行。"),
    )


class StandInForm(Form):
    """Who comes instead."""

    why = forms.CharField(label=gettext_lazy("原因"), max_length=60, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, people: Iterable[Person]) -> None:
        super().__init__(data)
        self.fields["person"] = PersonField(
            people, label=_("谁来顶"), help_text=_("只列出那天不请假、那个时间没有别的班的人。")
        )
        self.order_fields(["person", "why"])


class SwapForm(StandInForm):
    """Whom to ask, and for which of their turns in return."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, people: Iterable[Person], theirs: Sequence[Turn]
    ) -> None:
        super().__init__(data, people=people)
        self.fields["person"].label = _("请谁")
        self.fields["in_return"] = forms.TypedChoiceField(
            label=_("用他的哪一班来换"),
            required=False,
            coerce=UUID,
            empty_value=None,
            choices=[("", _("不换，请他顶这一次")), *((str(turn.pk), _turn_words(turn)) for turn in theirs)],
        )
        self.order_fields(["person", "in_return", "why"])


class AgreeForm(Form):
    """Yes or no."""

    agree = forms.TypedChoiceField(
        label=gettext_lazy("您方便吗"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("可以，我来")), ("no", gettext_lazy("不方便"))],
        coerce=lambda value: value == "yes",
    )


class AttendForm(Form):
    """Whether somebody came."""

    came = forms.TypedChoiceField(
        label=gettext_lazy("来了吗"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("来了")), ("no", gettext_lazy("没来"))],
        coerce=lambda value: value == "yes",
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("没来的，写一句体谅的话：“临时住院，已请人顶班”。不扣分，不排名。"),
    )


class LeaveForm(Form):
    """From when to when somebody is away."""

    first = date_field(gettext_lazy("从哪天"))
    last = date_field(gettext_lazy("到哪天"), hint=gettext_lazy("这一天也算在内。"))


class OffForm(Form):
    """The day from which something is no more."""

    off = date_field(gettext_lazy("从哪天起停"))


class PeriodForm(Form):
    """The period of a roster."""

    first = date_field(gettext_lazy("从哪天"))
    last = date_field(gettext_lazy("到哪天"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if find_spec("ortools"):  # the extra `roster`
            self.fields["exact"] = forms.BooleanField(
                label=_("多算一会儿，证明没有更公平的排法（最多半分钟）"), required=False
            )


class ShiftForm(ScreenedForm):
    """An extra time of reception."""

    public_fields = ("where", "note")
    day = date_field(gettext_lazy("哪天"))
    starts = time_field(gettext_lazy("几点开始"))
    ends = time_field(gettext_lazy("几点结束"))
    where = forms.CharField(
        label=gettext_lazy("在哪里"), max_length=120, required=False, help_text=gettext_lazy("空着就是工作室的地址。")
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=60, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, people: Iterable[Person]) -> None:
        super().__init__(data)
        self.fields["people"] = PeopleField(people, label=_("谁来"), error_messages={"required": _("选谁来接待。")})
        self.order_fields(["day", "starts", "ends", "people", "where", "note"])


class TermsForm(Form):
    """What somebody can do in a studio."""

    a_month = forms.IntegerField(
        label=gettext_lazy("一个月最多几次"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=gettext_lazy("空着就是不限。"),
    )
    never_weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("哪几天不行"),
        required=False,
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    fixed_days = forms.CharField(
        label=gettext_lazy("想要的日子"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input-low"}),
        help_text=gettext_lazy("一行一个，写成 2026-12-03。"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, others: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["partner"] = PersonField(others, none=_("不指定"), label=_("最好和谁一起"), required=False)

    def clean_fixed_days(self) -> list[dt.date]:
        days = []
        for line in self.cleaned_data["fixed_days"].split():
            try:
                days.append(dt.date.fromisoformat(line))
            except ValueError:
                raise forms.ValidationError(_("“%(line)s”不是日期，写成 2026-12-03。") % {"line": line}) from None
        return days


class PlanForm(Form):
    """A rule of duty, in words that become data."""

    kind = forms.ChoiceField(
        label=gettext_lazy("怎么定日子"),
        widget=forms.RadioSelect,
        choices=[
            ("week", gettext_lazy("每周固定的星期几")),
            ("nth", gettext_lazy("每月第几个星期几")),
            ("days", gettext_lazy("每月固定的日期")),
            ("working_days", gettext_lazy("每月第几个工作日")),
        ],
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("星期几"), required=False, choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    nth = forms.TypedMultipleChoiceField(
        label=gettext_lazy("第几个"),
        required=False,
        choices=NTH,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("“每月第几个星期几”才要选。"),
    )
    days = forms.CharField(
        label=gettext_lazy("几号，第几个工作日"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "按日期的写几号，按工作日的写第几个，用顿号或空格隔开：10、20。最后一天、最后一个工作日写“最后”。"
        ),
    )
    every = forms.TypedChoiceField(label=gettext_lazy("隔多久"), choices=EVERY, coerce=int, initial=1, required=False)
    month = forms.TypedChoiceField(
        label=gettext_lazy("第几个月"),
        choices=MONTH,
        coerce=int,
        initial=1,
        required=False,
        help_text=gettext_lazy(
            "每季度的，选是这一季的第几个月；每两个月的，第一个是单月，第二个是双月。每月的不用选。"
        ),
    )
    hours = forms.CharField(
        label=gettext_lazy("几点到几点"),
        max_length=60,
        help_text=gettext_lazy("写成 9:00-11:00；一天两班，中间用逗号隔开。"),
    )
    day_off = forms.ChoiceField(label=gettext_lazy("遇到节假日"), choices=DAY_OFF)
    who = forms.ChoiceField(label=gettext_lazy("谁来"), choices=WHO)
    needed = forms.IntegerField(
        label=gettext_lazy("每次几个人"),
        min_value=0,
        max_value=99,
        initial=1,
        help_text=gettext_lazy("一个组一起来的，写 0 就是全组。"),
    )
    where = forms.CharField(
        label=gettext_lazy("在哪里"), max_length=120, required=False, help_text=gettext_lazy("空着就是工作室的地址。")
    )
    since = date_field(gettext_lazy("从哪天起"))
    until = date_field(gettext_lazy("到哪天为止"), required=False, hint=gettext_lazy("空着就是一直这样。"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, groups: Iterable[Body]) -> None:
        super().__init__(data, initial={"since": clock.today()})
        self.groups = {str(body.pk): body for body in groups}
        self.fields["group"] = forms.ChoiceField(
            label=_("哪个组"),
            required=False,
            choices=[("", _("不是按组的")), *((key, body.name) for key, body in self.groups.items())],
        )
        self.order_fields(
            ["kind", "weekdays", "nth", "days", "every", "month", "hours", "day_off", "who", "group", "needed", "where"]
        )

    def clean_days(self) -> list[int]:
        words = self.cleaned_data["days"].replace("、", " ").replace("，", " ").replace(",", " ").replace("日", " ")
        most = 23 if self.cleaned_data.get("kind") == "working_days" else 31
        days = []
        for word in words.split():
            if word in (_("最后"), _("最后一天"), _("最后一个")):
                days.append(LAST)
            elif word.isdecimal() and 1 <= int(word) <= most:
                days.append(int(word))
            else:
                raise forms.ValidationError(_("“%(word)s”不行，写 1 到 %(most)d。") % {"word": word, "most": most})
        return days

    def rule(self) -> dict[str, Any]:
        """The rule as `duty_dates.DutyRule` reads it."""
        data = self.cleaned_data
        rule: dict[str, Any] = {
            "hours": [part.strip() for part in data["hours"].replace("，", ",").replace("、", ",").split(",")],
            "day_off": data["day_off"],
            "who": data["who"],
            "needed": data["needed"],
            "every": data["every"] or 1,
        }
        if data["kind"] in ("days", "working_days"):
            rule[data["kind"]] = data["days"]
        else:
            rule["weekdays"] = data["weekdays"]
        if data["kind"] == "nth":
            rule["nth"] = data["nth"]
        if data["kind"] == "week":
            rule["every"] = 1
        if rule["every"] > 1:
            rule["month"] = data["month"] or 1
        if group := self.group():
            rule["group"] = group.name
        return rule

    def group(self) -> Body | None:
        """The group that comes, if it is one's turn."""
        return self.groups.get(self.cleaned_data.get("group", "")) if self.cleaned_data["who"] == "group" else None


def _turn_words(turn: Turn) -> str:
    return f"{turn.person.name} {wording.date(turn.shift.day)} {turn.shift.starts:%H:%M}–{turn.shift.ends:%H:%M}"
