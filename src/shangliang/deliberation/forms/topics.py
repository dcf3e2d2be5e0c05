"""What the pages of topics and of their choice ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.deliberation.models import TopicPlan
from shangliang.matters.acting import reason_field
from shangliang.people.models import Body, Person
from shangliang.places.forms import PlaceField
from shangliang.places.models import Place
from shangliang.playbooks.deliberation_rules import Criterion, Route
from shangliang.voices.screened import ScreenedForm
from shangliang.web.forms import Form, Picks

TITLE_LIMIT, QUESTION_LIMIT, SUMMARY_LIMIT, WHY_LIMIT = 40, 300, 600, 300


class PutForwardForm(ScreenedForm):
    """A matter becomes a topic."""

    public_fields: tuple[str, ...] = ("title", "question")
    title = forms.CharField(
        label=gettext_lazy("议题"),
        max_length=TITLE_LIMIT,
        help_text=gettext_lazy("大家看到的就是这一句，不写人名和门牌。"),
    )
    question = forms.CharField(
        label=gettext_lazy("要商量定的是什么"),
        required=False,
        max_length=QUESTION_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
        help_text=gettext_lazy("写成一个问题，比如：充电棚建在哪里，钱谁出。"),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("议题从哪里来"),
        widget=Picks,
        error_messages={"required": gettext_lazy("选一下，是谁提的题。")},
    )

    def __init__(self, *args: Any, sources: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = list(sources.items())  # type: ignore[attr-defined]


class ProposeForm(PutForwardForm):
    """A topic that nobody raised."""

    public_fields = ("title", "question", "summary")
    summary = forms.CharField(
        label=gettext_lazy("情况"),
        required=False,
        max_length=SUMMARY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("几句话讲清是什么事、为什么要商量。"),
    )

    def __init__(self, *args: Any, within: Place | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(label=_("在哪里"), within=within, help_text=_("写社区或街道的名字。"))
        self.order_fields(["title", "question", "summary", "place", "source"])


class ChooseForm(ScreenedForm):
    """选定. `lacks`: what the rule of the place says against it."""

    public_fields = ("despite",)
    despite = reason_field(gettext_lazy("为什么还是要选"), limit=200, rows=2)
    by = forms.CharField(
        label=gettext_lazy("谁定的"), max_length=60, help_text=gettext_lazy("大家看得见，比如：社区议事会。")
    )
    chair = forms.ChoiceField(label=gettext_lazy("谁来主持"), help_text=gettext_lazy("只有主持人能签名放行关口。"))
    posted = forms.BooleanField(label=gettext_lazy("今天就把议题公示出来"), required=False, initial=True)

    def __init__(self, *args: Any, chairs: Sequence[Person], lacks: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in chairs}
        self.fields["chair"].choices = [(key, person.name) for key, person in self.people.items()]  # type: ignore[attr-defined]
        if lacks:
            self.fields["despite"].help_text = lacks
        else:
            del self.fields["despite"]

    def clean_chair(self) -> Person:
        """The person."""
        return self.people[self.cleaned_data["chair"]]


class TurnDownForm(ScreenedForm):
    """没选上, and where it goes instead."""

    public_fields = ("why",)
    why = reason_field(gettext_lazy("为什么没选上"), limit=WHY_LIMIT)
    route = forms.ChoiceField(label=gettext_lazy("接下来怎么办"), widget=Picks)

    def __init__(self, *args: Any, routes: Mapping[str, Route], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if routes:
            self.fields["route"].choices = [(key, route.label) for key, route in routes.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["route"]


class WhyForm(ScreenedForm):
    """A reason that everybody may read."""

    public_fields = ("why",)
    why = reason_field(gettext_lazy("为什么"), limit=WHY_LIMIT)


class ScoreForm(Form):
    """The points of one person, a number for each criterion."""

    def __init__(self, *args: Any, criteria: Iterable[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in criteria:
            self.fields[one.key] = forms.IntegerField(
                label=one.label,
                min_value=0,
                max_value=one.most,
                help_text=_("0 到 %(most)s 分") % {"most": one.most},
                widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
                error_messages={
                    "required": _("给 0 到 %(most)s 分。") % {"most": one.most},
                    "invalid": _("写一个数。"),
                    "max_value": _("最多 %(most)s 分。") % {"most": one.most},
                    "min_value": _("最少 0 分。"),
                },
            )

    def clean(self) -> dict[str, Any]:
        """All of it as one mapping, as the act takes it."""
        data = super().clean() or self.cleaned_data
        return {"points": dict(data)}


class _BodyForm(Form):
    """A form that asks for one of a few bodies."""

    body = forms.ChoiceField(label=gettext_lazy("单位"), widget=Picks)

    def __init__(self, *args: Any, bodies: Iterable[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(body.pk): body for body in bodies}
        self.fields["body"].choices = [(key, body.name) for key, body in self.bodies.items()]  # type: ignore[attr-defined]
        if len(self.bodies) == 1:
            self.fields["body"].initial = next(iter(self.bodies))

    def clean_body(self) -> Body:
        """The body."""
        return self.bodies[self.cleaned_data["body"]]


class ClaimForm(_BodyForm):
    """认领: for which of one's groups and studios."""


class PlanForm(_BodyForm):
    """A yearly plan begins."""

    title = forms.CharField(label=gettext_lazy("叫什么"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = clock.today().year
        self.fields["year"] = forms.TypedChoiceField(
            label=_("哪一年"),
            coerce=int,
            choices=[(year, str(year)) for year in (this_year, this_year + 1)],
            widget=forms.Select(attrs={"class": "input-short"}),
        )


class AgreeForm(Form):
    """A plan was agreed to: by whom, by which document, when."""

    agreed_by = forms.CharField(
        label=gettext_lazy("谁定的"), max_length=120, help_text=gettext_lazy("比如：区委、区政府、区政协联合定。")
    )
    document = forms.CharField(label=gettext_lazy("文号"), max_length=60)
    agreed_on = forms.DateField(
        label=gettext_lazy("哪天定的"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"agreed_on": today}, **kwargs)


class InPlanForm(Form):
    """列进哪份计划."""

    plan = forms.ChoiceField(label=gettext_lazy("列进哪份计划"), widget=Picks)

    def __init__(self, *args: Any, plans: Iterable[TopicPlan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plans = {str(plan.pk): plan for plan in plans}
        self.fields["plan"].choices = [(key, plan.title) for key, plan in self.plans.items()]  # type: ignore[attr-defined]

    def clean_plan(self) -> TopicPlan:
        """The plan."""
        return self.plans[self.cleaned_data["plan"]]


class ListForm(Form):
    """What the list of topics shows."""

    body = forms.ChoiceField(label=gettext_lazy("哪个单位提的"), required=False)

    def __init__(self, *args: Any, bodies: Iterable[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(body.pk): body for body in bodies}
        self.fields["body"].is_needed = True  # type: ignore[attr-defined]  # “all” is an answer too
        self.fields["body"].choices = [  # type: ignore[attr-defined]
            ("", _("都看")),
            *((key, body.name) for key, body in self.bodies.items()),
        ]

    def asked(self) -> UUID | None:
        """The body whose topics are wanted, None for all."""
        body = self.bodies.get(self.data.get("body", ""))
        return body.pk if body else None
