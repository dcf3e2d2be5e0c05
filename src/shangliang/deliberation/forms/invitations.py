"""What the pages of invitations, of asking to come and of signing in ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.deliberation.models import Attendee, Side
from shangliang.deliberation.queries.invitations import seats_for_residents
from shangliang.people.phones import NoNumber, numbers
from shangliang.playbooks.deliberation_rules import MeetingForm
from shangliang.voices import stamps
from shangliang.web.forms import Form, HalfWidth, Picks

AT_ONCE = 40  # residents added in one go


class SideField(forms.ChoiceField):
    """One of the sides named in the investigation, or none; gives the side."""

    def __init__(self, sides: Iterable[Side], *, none: str, **kwargs: Any) -> None:
        self.sides = {str(side.pk): side for side in sides}
        choices = [("", none), *((key, side.label) for key, side in self.sides.items())]
        super().__init__(choices=choices, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        return self.sides.get(super().clean(value) or "")


def seat_field(form: MeetingForm, **kwargs: Any) -> forms.ChoiceField:
    """A side of the table, where the form of the meeting has sides."""
    choices = [(key, rule.label) for key, rule in form.seats.items()]
    label = _("坐在哪一方")
    return forms.ChoiceField(label=label, choices=choices or [("", "")], required=bool(choices), **kwargs)


class ResidentsForm(Form):
    """Seats for residents, by role alone."""

    count = forms.IntegerField(
        label=gettext_lazy("几位"),
        min_value=1,
        max_value=AT_ONCE,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )

    def __init__(self, *args: Any, form: MeetingForm, sides: Sequence[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"] = seat_field(form)
        self.fields["side"] = SideField(sides, none=_("不分，就叫居民代表"), label=_("代表谁"))
        if not form.seats:
            self.fields["seat"].widget = forms.HiddenInput()
        if not sides:
            del self.fields["side"]


class DescribeForm(Form):
    """Who a resident at the table is."""

    name = forms.CharField(label=gettext_lazy("姓名"), required=False, max_length=30)
    phone = HalfWidth(
        label=gettext_lazy("手机号"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("后四位可以用来签到。"),
    )

    def clean_phone(self) -> str:
        return phone_or_complaint(self.cleaned_data["phone"])


class WhyForm(Form):
    """Why somebody stays out."""

    why = forms.CharField(
        label=gettext_lazy("为什么要回避"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
        help_text=gettext_lazy("比如：房子是我自己的，我家亲戚是承包的。加密保存，只有开会的单位看得到。"),
        error_messages={"required": gettext_lazy("写一句为什么。")},
    )


class NothingForm(Form):
    """An act that asks nothing."""


class JoinForm(Form):
    """A resident asks to come. A name and a number only if they like."""

    name = forms.CharField(
        label=gettext_lazy("怎么称呼您"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("加密保存，会上只写“居民代表 3”这样。姓名、电话在纪要签完 30 天后删掉。"),
    )
    phone = HalfWidth(
        label=gettext_lazy("手机号"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("抽签有了结果、时间改了，打电话告诉您。"),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, form: MeetingForm, sides: Sequence[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(seats_for_residents(form).items()) or [("", "")]
        # Put first, as it is asked first.
        given = {
            "side": SideField(sides, none=_("说不上，就是想来听听、说说"), label=_("您是哪一种情况"), widget=Picks),
            "seat": forms.ChoiceField(
                label=_("想坐在哪一方"), choices=choices, required=bool(form.seats), initial=choices[0][0], widget=Picks
            ),
        }
        if not sides:
            del given["side"]
        if len(choices) < 2:
            given["seat"].widget = forms.HiddenInput()
        self.fields = {**given, **self.fields}
        self.fields["stamp"].initial = stamps.draw()

    def clean_phone(self) -> str:
        return phone_or_complaint(self.cleaned_data["phone"])

    @property
    def stamped(self) -> stamps.Stamp:
        """What the stamp says: the key that counts a retry once, and whether something is odd."""
        return stamps.read(self.data.get("stamp", ""))

    @property
    def stamp_value(self) -> str:
        """The stamp this form goes on with: its own, however often it comes back."""
        return str(self.data.get("stamp") or self.fields["stamp"].initial)


class DoorForm(Form):
    """Who am I, and the digits shown in the room."""

    role = forms.ChoiceField(
        label=gettext_lazy("您是哪一位"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("先点一下您是哪一位。")},
    )
    code = HalfWidth(
        label=gettext_lazy("四位数字"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-short otp"}),
        help_text=gettext_lazy("写在屏幕上、门口的纸上；也可以写您手机号的后四位。"),
        error_messages={"required": gettext_lazy("写上四位数字。")},
    )

    def __init__(self, *args: Any, people: Iterable[Attendee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["role"].choices = [(key, one.role) for key, one in self.people.items()]  # type: ignore[attr-defined]


class WalkInForm(Form):
    """Somebody who came without being on the list."""

    label = forms.CharField(label=gettext_lazy("代表谁"), required=False, max_length=16)

    def __init__(self, *args: Any, form: MeetingForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("旁听")), *((key, rule.label) for key, rule in form.seats.items())]
        seat = forms.ChoiceField(label=_("坐在哪里"), choices=choices, required=False)
        self.fields = {"seat": seat, **self.fields}


def phone_or_complaint(text: str) -> str:
    """A number as digits. Raises ValidationError, saying what is wrong."""
    try:
        return numbers(text) if text else ""
    except NoNumber as wrong:
        raise forms.ValidationError(str(wrong)) from wrong
