"""What the pages of a studio's standard, rules, plan, inspections and praise ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.people.models import Member
from shangliang.playbooks.studio_rules import Activity, StudioRules
from shangliang.studios import dated_lines
from shangliang.studios.actions.standard import Planned
from shangliang.studios.forms.duty import date_field
from shangliang.studios.forms.life import SeenForm
from shangliang.web.forms import Form, Picks

YES_NO = (("yes", gettext_lazy("有")), ("no", gettext_lazy("缺")))


class DatedLinesField(forms.CharField):
    """Things with their days, one a line; gives `dated_lines.DatedLine`s."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4, "class": "input-low"}), max_length=8000, **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return dated_lines.read(super().to_python(value) or "")
        except dated_lines.NotDated as error:
            raise forms.ValidationError(str(error)) from error


class EvidenceForm(Form):
    """That an item of the standard is there, or lacks."""

    has = forms.ChoiceField(label=gettext_lazy("有没有"), choices=YES_NO, widget=Picks)
    what = forms.CharField(
        label=gettext_lazy("看到了什么"),
        max_length=120,
        help_text=gettext_lazy("比如“党群服务中心 2 楼，60 平方米”；缺的写缺什么。"),
    )
    on = date_field(gettext_lazy("哪天看的"))
    mend_by = date_field(gettext_lazy("哪天以前补上"), required=False, hint=gettext_lazy("缺的才填。"))
    file = forms.FileField(
        label=gettext_lazy("照片或文件"), required=False, help_text=gettext_lazy("只有本室和区政协办公室看得到。")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"on": clock.today()})

    def clean_has(self) -> bool:
        return bool(self.cleaned_data["has"] == "yes")


class RuleForm(SeenForm):
    """A rule to be posted."""

    title = forms.CharField(
        label=gettext_lazy("哪一项制度"), max_length=40, widget=forms.TextInput(attrs={"list": "titles"})
    )
    text = forms.CharField(label=gettext_lazy("全文"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10}))
    since = date_field(gettext_lazy("从哪天起"), hint=gettext_lazy("同名的旧制度到前一天为止，留着。"))


PLANS_AHEAD_FROM = 11  # the month


class PlanForm(Form):
    """What a studio means to do in a year."""

    year = forms.TypedChoiceField(label=gettext_lazy("哪一年"), coerce=int)
    items = DatedLinesField(
        label=gettext_lazy("要做的事"),
        help_text=gettext_lazy("一行一件，先写日子：“3月15日 走访 3 号院”。"),
    )
    counts_as = forms.ChoiceField(
        label=gettext_lazy("算作哪一项活动"),
        required=False,
        help_text=gettext_lazy("算作最少活动的，选一项；几种活动分几次写。"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, activity: Sequence[Activity]) -> None:
        super().__init__(data)
        year = clock.today().year
        years = [(str(one), str(one)) for one in (year, year + 1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        # A plan written at the end of a year is the next one's.
        self.fields["year"].initial = year + 1 if clock.today().month >= PLANS_AHEAD_FROM else year
        choices = [("", _("不算")), *((one.key, one.label) for one in activity)]
        self.fields["counts_as"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "items" in given and "year" in given:
            counts_as = given.get("counts_as", "")
            try:
                given["items"] = [Planned(line.on(given["year"]), line.what, counts_as) for line in given["items"]]
            except dated_lines.NotDated as error:
                self.add_error("items", str(error))
        return given


class DoneForm(Form):
    """That something was done."""

    on = date_field(gettext_lazy("哪天做的"))
    note = forms.CharField(
        label=gettext_lazy("记一句"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("来了多少人、做了什么。公开页上看得到，别写个人情况。"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"on": clock.today()})


class InspectForm(Form):
    """A look at a studio, item by item."""

    on = date_field(gettext_lazy("哪天看的"))
    by = forms.CharField(label=gettext_lazy("谁去看的"), max_length=60)
    passed = forms.ChoiceField(
        label=gettext_lazy("结果"),
        widget=Picks,
        choices=(("yes", gettext_lazy("合格")), ("no", gettext_lazy("不合格"))),
    )
    stars = forms.TypedChoiceField(
        label=gettext_lazy("几星"), coerce=int, choices=[(str(n), str(n)) for n in range(1, 6)]
    )
    findings = forms.CharField(
        label=gettext_lazy("看到的情况"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, playbook: StudioRules, by: str) -> None:
        super().__init__(data, initial={"on": clock.today(), "by": by})
        self.keys = list(playbook.standard.items)
        for key, item in playbook.standard.items.items():
            field = forms.ChoiceField(label=item.label, help_text=item.ask, choices=YES_NO, widget=Picks)
            field.error_messages["required"] = _("“%(item)s”还没看。") % {"item": item.label}
            self.fields[key] = field
        if not playbook.stars:
            del self.fields["stars"]
        self.order_fields(["on", "by", *self.keys])

    def given(self) -> dict[str, Any]:
        """What the act takes."""
        data = self.cleaned_data
        items = {key: data[key] == "yes" for key in self.keys}
        rest = {name: value for name, value in data.items() if name not in items}
        return rest | {"items": items, "passed": data["passed"] == "yes"}


class HonourForm(Form):
    """Praise, or a place in a list of models."""

    title = forms.CharField(
        label=gettext_lazy("评上了什么"), max_length=60, help_text=gettext_lazy("比如“2026 年度示范工作室”。")
    )
    level = forms.ChoiceField(label=gettext_lazy("哪一级给的"), choices=Member.Level.choices)
    on = date_field(gettext_lazy("哪天"))
    document = forms.CharField(label=gettext_lazy("文号"), required=False, max_length=80)


class PhaseForm(Form):
    """A pilot or a roll-out, with its target."""

    name = forms.CharField(label=gettext_lazy("叫什么"), max_length=60, help_text=gettext_lazy("比如“第一批试点”。"))
    kind = forms.ChoiceField(label=gettext_lazy("哪一类工作室"), required=False)
    since = date_field(gettext_lazy("从哪天"))
    until = date_field(gettext_lazy("到哪天"))
    target = forms.IntegerField(
        label=gettext_lazy("要开几个"),
        min_value=1,
        max_value=100_000,
        help_text=gettext_lazy("数的是这段时间里揭牌开放的。"),
    )
    document = forms.CharField(label=gettext_lazy("文号"), required=False, max_length=80)

    def __init__(self, data: Mapping[str, Any] | None = None, *, playbook: StudioRules) -> None:
        super().__init__(data)
        choices = [("", _("哪一类都算")), *((key, kind.label) for key, kind in playbook.kinds.items())]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


def as_id(text: str) -> UUID | None:
    """The id that a hidden field carried, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None
