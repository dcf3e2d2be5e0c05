"""What is asked at a gate: the chair's signed reason, a step's own form, who agreed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.deliberation.gates import Missing, sizes
from shangliang.playbooks.deliberation_rules import Question, Step
from shangliang.voices.screened import ScreenedForm
from shangliang.web.forms import Form, Picks

PREFIX = "ask-"


class PassForm(ScreenedForm):
    """The chair's signature under what was missing; it carries what they saw."""

    public_fields = ("why",)
    why = forms.CharField(
        label=gettext_lazy("为什么现在就要往下走"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("至少 10 个字。这段话和您的名字一起印进纪要，大家看得见。"),
    )
    name = forms.CharField(
        label=gettext_lazy("签名"),
        max_length=60,
        help_text=gettext_lazy("写您自己的名字。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, missing: Sequence[Missing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = _written(missing)

    def clean_seen(self) -> dict[str, int]:
        """What the page showed as missing; empty for what was not written by it."""
        try:
            seen = json.loads(self.cleaned_data["seen"])
        except ValueError:
            seen = {}
        return seen if isinstance(seen, dict) else {}

    def show_as_seen(self, missing: Sequence[Missing]) -> None:
        """What the page shows now is what will have been seen when the form comes again."""
        self.data = {name: self.data[name] for name in self.data} | {"seen": _written(missing)}


def _written(missing: Sequence[Missing]) -> str:
    return json.dumps(sizes(missing), ensure_ascii=False)


class StepForm(ScreenedForm):
    """What the playbook asks at a step, and for one that only people can tell, that it is done."""

    def __init__(self, step: Step, *args: Any, by_hand: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.by_hand = step, by_hand
        for key, question in step.asks.items():
            self.fields[PREFIX + key] = _field(question)
        if by_hand:
            self.fields["note"] = forms.CharField(
                label=_("怎么做完的"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
            )
            self.fields["done"] = forms.BooleanField(label=_("这一步做完了"), required=False, initial=True)
        texts = [PREFIX + key for key, question in step.asks.items() if question.kind == "text"]
        self.public_fields = (*texts, *(["note"] if by_hand else []))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        answers = {key: _plain(data.get(PREFIX + key)) for key in self.step.asks}
        return {"answers": answers, "note": data.get("note", ""), "done": data.get("done", False)}


def _field(question: Question) -> forms.Field:
    said: dict[str, Any] = {"label": question.label, "required": False}
    if question.kind == "number":
        return forms.IntegerField(**said, widget=forms.NumberInput(attrs={"class": "input-short"}))
    if question.kind == "date":
        return forms.DateField(**said, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if question.kind == "yes":
        return forms.BooleanField(**said)
    return forms.CharField(**said, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def _plain(answer: Any) -> Any:
    return answer.isoformat() if isinstance(answer, dt.date) else answer


class ApproveForm(Form):
    who = forms.ChoiceField(label=gettext_lazy("谁点了头"), widget=Picks)
    document = forms.CharField(
        label=gettext_lazy("文号"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("有文件就写，比如青办〔2026〕8号。"),
    )
    on = forms.DateField(
        label=gettext_lazy("哪天"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, who: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [(one, one) for one in who]  # type: ignore[attr-defined]
        if len(who) == 1:
            self.fields["who"].initial = who[0]
