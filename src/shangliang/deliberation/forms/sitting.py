"""What is filled in while a meeting sits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.deliberation.actions.lines import LONGEST, TURN_AT_MOST, Written
from shangliang.deliberation.actions.questions import WORDS
from shangliang.deliberation.actions.sitting import Wording
from shangliang.deliberation.models import Attendee, Item, Line, Topic
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.playbooks.deliberation_rules import Decide, Outcome
from shangliang.voices.screened import ScreenedForm
from shangliang.web.forms import Form

OWNERS = "owners"  # id of the page's list of bodies


class LineForm(Form):
    """A line as a page without script sends it: its id was drawn with the page, so that a retry counts once."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(label=gettext_lazy("说了什么"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label=gettext_lazy("怎么记"), choices=Line.Kind.choices, required=False)
    attendee = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sign_in = forms.BooleanField(label=gettext_lazy("还没签到的：签到并记下"), required=False)
    seconds = forms.IntegerField(label=gettext_lazy("说了几秒"), min_value=0, max_value=TURN_AT_MOST, required=False)
    corrects = forms.UUIDField(required=False, widget=forms.HiddenInput)
    answers = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def written(self) -> Written:
        """The line, once the form is valid."""
        data = self.cleaned_data
        kind = data["kind"] or Line.Kind.SAID
        return Written(
            id=data["id"],
            text=data["text"].replace("\n", " "),
            kind=Line.Kind.NOTE if kind == Line.Kind.SAID and data["attendee"] is None else kind,
            attendee=data["attendee"],
            seconds=data["seconds"] or 0,
            corrects=data["corrects"],
            answers=data["answers"],
            sign_in=data["sign_in"],
        )


def line_of(sent: Mapping[str, Any]) -> Written:
    """A line as a script sends it. Raises ValueError, TypeError, KeyError or OverflowError for what is none."""

    def key(name: str) -> UUID | None:
        return UUID(str(sent[name])) if sent.get(name) else None

    said_at = dt.datetime.fromisoformat(str(sent["said_at"])) if sent.get("said_at") else None
    if said_at is not None and said_at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return Written(
        id=UUID(str(sent["id"])),
        text=LineForm({"text": str(sent["text"])}).data["text"],
        kind=str(sent.get("kind") or Line.Kind.SAID),
        attendee=key("attendee"),
        said_at=said_at,
        part=min(max(int(sent["part"]), 0), 1000) if sent.get("part") is not None else None,
        seconds=int(sent.get("seconds") or 0),
        corrects=key("corrects"),
        answers=key("answers"),
        sign_in=sent.get("sign_in") is True,
    )


class ItemForm(ScreenedForm):
    """What is put to the table, or how it is said otherwise. It stands in public once it is agreed."""

    public_fields = ("text", "owner")
    text = forms.CharField(
        label=gettext_lazy("要定的是什么"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("写一句要定的是什么。")},
    )
    topic = forms.ChoiceField(label=gettext_lazy("哪个议题"), required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("谈成了怎么走"))
    owner = forms.CharField(
        label=gettext_lazy("谁来办"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": OWNERS, "autocomplete": "off"}),
        help_text=gettext_lazy("单位写全名；不是单位的也行，比如“3 号院居民”。"),
    )
    due = forms.DateField(
        label=gettext_lazy("哪天以前"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    continues = forms.ChoiceField(label=gettext_lazy("接着上一轮的哪一条"), required=False)
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        topics: Sequence[Topic],
        earlier: Sequence[Item] = (),
        item: Item | None = None,
        **kwargs: Any,
    ) -> None:
        if item:
            owner = item.owner.name if item.owner else item.owner_words
            kwargs["initial"] = {"text": item.text, "outcome": item.outcome, "owner": owner, "due": item.due}
        super().__init__(data, **kwargs)
        outcomes: dict[str, Outcome] = {}
        for topic in [item.topic] if item else topics:
            outcomes |= playbook_of(topic).deliberation.outcomes
        self.fields["outcome"].choices = [(key, one.label) for key, one in outcomes.items()]  # type: ignore[attr-defined]
        if item or len(topics) < 2:
            del self.fields["topic"]
        else:
            self.fields["topic"].choices = [(str(topic.pk), topic.title) for topic in topics]  # type: ignore[attr-defined]
        if item or not earlier:
            del self.fields["continues"]
        else:
            rows = [(str(one.pk), f"{one.meeting.round}-{one.number} {one.text[:24]}") for one in earlier]
            self.fields["continues"].choices = [("", _("新的一条")), *rows]  # type: ignore[attr-defined]
        if item:
            del self.fields["id"]

    def wording(self) -> Wording:
        """What was written, once the form is valid."""
        data = self.cleaned_data
        return Wording(data["text"], data["outcome"], data["owner"], data["due"])


class HandsForm(Form):
    """Hands, counted."""

    yes = forms.IntegerField(label=gettext_lazy("同意"), min_value=0, max_value=100_000)
    no = forms.IntegerField(label=gettext_lazy("反对"), min_value=0, max_value=100_000, required=False)
    abstain = forms.IntegerField(label=gettext_lazy("弃权"), min_value=0, max_value=100_000, required=False)
    entitled = forms.IntegerField(label=gettext_lazy("一共该算多少人"), min_value=1, max_value=1_000_000)

    def __init__(self, data: Mapping[str, Any] | None = None, *, rule: Decide, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if rule.of != "entitled":
            del self.fields["entitled"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return data | {name: data.get(name) or 0 for name in ("no", "abstain")}


class SigningForm(Form):
    """Signatures collected until today, in one of the units of the rule."""

    signed = forms.IntegerField(label=gettext_lazy("到今天签了多少"), min_value=0, max_value=100_000_000)
    entitled = forms.IntegerField(label=gettext_lazy("一共该签多少"), min_value=1, max_value=100_000_000)
    unit = forms.ChoiceField(label=gettext_lazy("按什么算"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, rule: Decide, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        labels = {"person": _("人数"), "household": _("户数"), "area": _("面积（平方米）")}
        if len(rule.by) > 1:
            self.fields["unit"].choices = [(unit, labels[unit]) for unit in rule.by]  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]


class ReserveForm(Form):
    """Who lets an item pass and does not go along, and why."""

    attendee = forms.ChoiceField(label=gettext_lazy("谁保留"))
    why = forms.CharField(
        label=gettext_lazy("为什么"),
        max_length=300,
        error_messages={"required": gettext_lazy("写一句为什么保留。")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, people: Sequence[Attendee], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["attendee"].choices = [(str(one.pk), one.role) for one in people]  # type: ignore[attr-defined]


class QuestionForm(Form):
    """A question from outside the room."""

    words = forms.CharField(
        label=gettext_lazy("您想问什么"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=WORDS,
        help_text=gettext_lazy("会上可能念出来，不写姓名、电话、门牌。"),
        error_messages={"required": gettext_lazy("写一句您想问什么。")},
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
