"""What the acts of delivery ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.deliberation.models import Item
from shangliang.delivery.actions import Answer, Given
from shangliang.delivery.models import HandedPoint
from shangliang.matters.acting import reason_field
from shangliang.matters.models import Matter, Point
from shangliang.people.models import Body, Membership, Person
from shangliang.playbooks.queries import calendar
from shangliang.voices.screened import ScreenedForm
from shangliang.voices.screening import findings
from shangliang.web.forms import Form

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

POINTS_AT_MOST, POINT_LIMIT = 20, 300


def date_field(label: StrOrPromise, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class HandOverForm(ScreenedForm):
    public_fields = ("points",)
    body: forms.ModelChoiceField[Body] = forms.ModelChoiceField(
        label=gettext_lazy("交给谁办"), queryset=Body.objects.none(), empty_label=gettext_lazy("请选")
    )
    points = forms.CharField(
        label=gettext_lazy("请对方做什么"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("一行一点，会自动编号；对方要逐点答复。"),
        error_messages={"required": gettext_lazy("至少写一点：请对方做什么。")},
    )
    days = forms.IntegerField(label=gettext_lazy("期限（工作日）"), min_value=1, max_value=90)
    own_number = forms.CharField(
        label=gettext_lazy("对方的编号"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("12345 工单号、办公系统号，没有就空着。"),
    )
    note = reason_field(gettext_lazy("附言"), required=False)

    def __init__(self, *args: Any, bodies: Sequence[Body], open_points: Sequence[Point], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = Body.objects.filter(pk__in=[body.pk for body in bodies])  # type: ignore[attr-defined]
        self.fields["body"].choices = [("", _("请选")), *((body.pk, body.name) for body in bodies)]  # type: ignore[attr-defined]
        if open_points:
            self.fields["points"].required = False  # those that are there can be handed over alone
            self.fields["point_ids"] = forms.TypedMultipleChoiceField(
                label=_("还没答复的点"),
                required=False,
                coerce=UUID,
                widget=forms.CheckboxSelectMultiple,
                choices=[(point.pk, f"{point.number}. {point.text}") for point in open_points],
            )
            self.order_fields(["body", "point_ids", "points"])

    def clean_points(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]
        if len(lines) > POINTS_AT_MOST:
            raise forms.ValidationError(
                _("最多 %(most)s 点，现在 %(now)s 点，请合并几点。") % {"most": POINTS_AT_MOST, "now": len(lines)}
            )
        for number, line in enumerate(lines, 1):
            if len(line) > POINT_LIMIT:
                raise forms.ValidationError(
                    _("第%(number)s点太长，最多 %(limit)s 字。") % {"number": number, "limit": POINT_LIMIT}
                )
        return "\n".join(lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "points" in data:
            data["points"] = data["points"].splitlines()
            if not data["points"] and not data.get("point_ids"):
                self.add_error("points", _("至少写一点：请对方做什么。"))
        return data


class ConsensusForm(Form):
    """To whom each thing agreed in a meeting goes, and by when: as agreed, where that was said and is still to come."""

    def __init__(self, *args: Any, items: Sequence[Item], bodies: Sequence[Body], days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        queryset = Body.objects.filter(pk__in=[body.pk for body in bodies])
        # One choice of bodies for all rows: each field would ask for them again.
        choices = [("", _("请选")), *((str(body.pk), body.name) for body in bodies)]
        usual = calendar(items[0].tenant_id).add_working_days(clock.today(), days).due if items else None
        for item in items:
            go = forms.BooleanField(label=item.text, required=False, initial=True)
            body: forms.ModelChoiceField[Body] = forms.ModelChoiceField(
                label=_("交给谁办"), queryset=queryset, required=False, initial=item.owner_id
            )
            body.choices = choices
            due = date_field(_("哪天以前"), required=False)
            due.initial = item.due or usual
            if item.due and item.due <= clock.today():
                due.help_text = _("说好的 %(day)s 已经过了，换一个日子。") % {"day": item.due.isoformat()}
            fields: dict[str, forms.Field] = {"go": go, "body": body, "due": due}
            for name, field in fields.items():
                field.widget.attrs["aria-label"] = f"{field.label}：{item.text}"
                field.is_needed = True  # type: ignore[attr-defined]
                self.fields[f"{name}-{item.point_id}"] = field

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each item, for the template."""
        names = ("go", "body", "due")
        return [{"item": item} | {name: self[f"{name}-{item.point_id}"] for name in names} for item in self.items]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = []
        for item in self.items:
            if not data.get(f"go-{item.point_id}"):
                continue
            body, due = data.get(f"body-{item.point_id}"), data.get(f"due-{item.point_id}")
            if body is None:
                self.add_error(f"body-{item.point_id}", _("选一个单位来办。"))
            if due is None:
                self.add_error(f"due-{item.point_id}", _("写上哪天以前。"))
            elif due <= clock.today():
                self.add_error(f"due-{item.point_id}", _("这一天已经过了，换一个日子。"))
            if body and due and item.point_id:
                given.append(Given(item.point_id, body, due))
        return {"given": given}


class TakeForm(Form):
    own_number = forms.CharField(
        label=gettext_lazy("你们的编号"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("12345 工单号、办公系统号，没有就空着。"),
    )


class WhyForm(ScreenedForm):
    public_fields = ("why",)
    why = reason_field(gettext_lazy("为什么"))


class ProgressForm(ScreenedForm):
    public_fields = ("words",)
    words = reason_field(gettext_lazy("办到哪一步了"), limit=1000)


class SuperviseForm(ScreenedForm):
    public_fields = ("words",)
    words = reason_field(gettext_lazy("督办的话"), limit=1000)


class ExtendForm(ScreenedForm):
    public_fields = ("why",)
    days = forms.IntegerField(label=gettext_lazy("再延几个工作日"), min_value=1, max_value=60)
    approved_by = forms.CharField(label=gettext_lazy("谁批的"), max_length=60)
    why = reason_field(gettext_lazy("为什么延"))


class SignForm(Form):
    words = reason_field(gettext_lazy("签批意见"), required=False)


class ReassignForm(Form):
    person = forms.ModelChoiceField(
        label=gettext_lazy("改由谁办"), queryset=Person.objects.none(), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, colleagues: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [seat.person_id for seat in colleagues]
        self.fields["person"].queryset = Person.objects.filter(pk__in=ids).order_by("name")  # type: ignore[attr-defined]


class CloseForm(ScreenedForm):
    public_fields = ("words",)
    words = reason_field(gettext_lazy("给大家的结果"), limit=1000)

    def __init__(self, *args: Any, with_outcome: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if with_outcome:
            self.fields["outcome"] = forms.ChoiceField(
                label=_("结果是"),
                widget=forms.RadioSelect,
                choices=[
                    (Matter.Status.DONE, _("已解决")),
                    (Matter.Status.EXPLAINED, _("已解释：不办或办不了，说清了为什么")),
                ],
            )
            self.order_fields(["outcome", "words"])


class PromiseForm(ScreenedForm):
    public_fields = ("words",)
    kept = forms.TypedChoiceField(
        label=gettext_lazy("承诺的事"),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("办到了")), ("no", gettext_lazy("没办到，继续办"))],
    )
    words = reason_field(gettext_lazy("说一句"))


class MovePromiseForm(ScreenedForm):
    public_fields = ("why",)
    by_when = date_field(gettext_lazy("改到哪天以前"))
    why = reason_field(gettext_lazy("为什么推后（公开）"))


class ReplyForm(Form):
    """An answer to each point. What is missing is said by the point's number, beside it."""

    def __init__(self, *args: Any, handed: Sequence[HandedPoint], drafts: dict[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handed = handed
        for item in handed:
            number = {"number": item.point.number}
            self.fields[f"outcome-{item.pk}"] = forms.ChoiceField(
                label=_("第%(number)s点：%(text)s") % {**number, "text": item.point.text},
                widget=forms.RadioSelect,
                initial=item.outcome,
                error_messages={"required": _("第%(number)s点未答") % number},
                choices=[
                    (Point.Status.DONE, _("已办")),
                    (Point.Status.PROMISED, _("会办，哪天以前")),
                    (Point.Status.EXPLAINED, _("不办，因为")),
                ],
            )
            self.fields[f"by_when-{item.pk}"] = date_field(_("哪天以前办好"), required=False)
            self.fields[f"by_when-{item.pk}"].initial = item.by_when
            self.fields[f"by_when-{item.pk}"].help_text = _("选“会办”才填。")
            self.fields[f"text-{item.pk}"] = forms.CharField(
                label=_("第%(number)s点的答复") % number,
                max_length=2000,
                initial=drafts.get(item.pk, ""),
                error_messages={"required": _("第%(number)s点还没写答复的话") % number},
                widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
            )
        self.fields["words"] = reason_field(_("总的说一句"), required=False, limit=2000)
        self.fields["file"] = forms.FileField(
            label=_("Word 或扫描件"), required=False, help_text=_("可不传；.docx、PDF 或照片，20 MB 以内。")
        )
        self.fields["screened"] = forms.BooleanField(
            label=_("我看过了，可以公开"), required=False, widget=forms.HiddenInput
        )

    def answer_fields(self) -> list[dict[str, Any]]:
        """The fields of each point, for the template."""
        return [
            {
                "number": item.point.number,
                "text": item.point.text,
                "outcome": self[f"outcome-{item.pk}"],
                "by_when": self[f"by_when-{item.pk}"],
                "words": self[f"text-{item.pk}"],
            }
            for item in self.handed
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [name for name in data if name.startswith("text-") or name == "words"]:
            if findings(data[name] or "") and not data.get("screened"):
                self.fields["screened"].widget = forms.CheckboxInput()
                self.add_error(name, _("里面像是有手机号、证件号或车牌。请改掉，或者勾选“我看过了，可以公开”。"))
        answers: dict[UUID, Answer] = {}
        for item in self.handed:
            by_when: dt.date | None = data.get(f"by_when-{item.pk}")
            answers[item.pk] = Answer(data.get(f"outcome-{item.pk}", ""), data.get(f"text-{item.pk}", ""), by_when)
        return {"answers": answers, "words": data.get("words", ""), "file": data.get("file")}


class CloseBodyForm(Form):
    """Since when a body is no more."""

    on = date_field(gettext_lazy("哪一天撤的"))

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["on"].initial = clock.today()
