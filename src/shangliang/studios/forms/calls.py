"""What the pages of calls ask. All of it is for the public to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from shangliang.places.models import Place
from shangliang.voices.screened import ScreenedForm


def _date(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("选一个日子。"),
            "invalid": gettext_lazy("写成“2026-12-01”这样。"),
        },
    )


class CallForm(ScreenedForm):
    """A question, what it is about, where, and from when until when."""

    public_fields = ("question", "about")
    question = forms.CharField(
        label=gettext_lazy("问大家什么"),
        max_length=60,
        help_text=gettext_lazy("一句问话，60 字以内。比如：充电棚建在哪里合适？"),
        error_messages={"required": gettext_lazy("还没写要问什么。")},
    )
    about = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("为什么问、答了会怎样、哪些已经定了不能改。"),
    )
    places = forms.MultipleChoiceField(
        label=gettext_lazy("问哪些地方的人"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("一个都不选，就是工作室所在的地方。"),
    )
    since = _date(gettext_lazy("从哪天起"))
    until = _date(gettext_lazy("到哪天为止"), gettext_lazy("当天还收。"))

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = {str(place.pk): place for place in places}
        self.fields["places"].choices = [(key, place.short_name) for key, place in self.choice.items()]  # type: ignore[attr-defined]
        if len(self.choice) < 2:  # nothing to choose
            del self.fields["places"]

    def given(self) -> dict[str, Any]:
        """What `actions.calls.open_call` takes."""
        data: dict[str, Any] = dict(self.cleaned_data)
        data["places"] = [self.choice[key] for key in data.get("places", [])]
        return data


class DecideForm(ScreenedForm):
    """采纳 or 未采纳, and why."""

    public_fields = ("why",)
    adopted = forms.TypedChoiceField(
        label=gettext_lazy("采纳吗"),
        choices=[("yes", gettext_lazy("采纳")), ("no", gettext_lazy("未采纳"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("选一下：采纳，还是未采纳。")},
    )
    why = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
        help_text=gettext_lazy("回答的人凭回执看得到；公布结果时也列出来，不写是谁说的。"),
        error_messages={"required": gettext_lazy("写一句理由，回答的人看得到。")},
    )


class OutcomeForm(ScreenedForm):
    """What came of a call."""

    public_fields = ("outcome",)
    outcome = forms.CharField(
        label=gettext_lazy("结果"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("大家说了什么，定了什么，下一步谁来办。"),
        error_messages={"required": gettext_lazy("写几句：大家说了什么，定了什么。")},
    )


class BackForm(ScreenedForm):
    """Why a call is taken back."""

    public_fields = ("why",)
    why = forms.CharField(
        label=gettext_lazy("为什么收回"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
        help_text=gettext_lazy("公开页面上会写这句话。"),
        error_messages={"required": gettext_lazy("写一句为什么收回。")},
    )


def half_a_month(today: dt.date) -> dict[str, dt.date]:
    """What the form of a new call begins with."""
    return {"since": today, "until": today + dt.timedelta(days=14)}
