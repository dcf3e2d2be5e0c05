"""What the acts of triage ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.matters.acting import reason_field
from shangliang.people.models import Body
from shangliang.places.forms import PlaceField
from shangliang.places.models import Place
from shangliang.playbooks.definition import Playbook
from shangliang.voices.screened import ScreenedForm
from shangliang.web.forms import Form, HalfWidth, Picks

TITLE_LIMIT, SUMMARY_LIMIT = 40, 600


class FaceForm(ScreenedForm):
    """The public face of a matter, set when it is accepted and whenever it is described anew."""

    public_fields = ("title", "summary")
    title = forms.CharField(
        label=gettext_lazy("标题"),
        max_length=TITLE_LIMIT,
        help_text=gettext_lazy("大家看到的就是这一句，不写人名和门牌。"),
    )
    summary = forms.CharField(
        label=gettext_lazy("公开摘要"),
        required=False,
        max_length=SUMMARY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("一两句讲清是什么事。本人的原话另外决定公开不公开。"),
    )
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)

    def __init__(self, *args: Any, playbook: Playbook, within: Place | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("还没定")), *playbook.categories.items()]  # type: ignore[attr-defined]
        self.fields["place"] = PlaceField(
            label=_("在哪里"), within=within, required=False, help_text=_("社区、街道或地址；留空就不改。")
        )


class DeclineForm(ScreenedForm):
    public_fields = ("why",)
    reason = forms.ChoiceField(label=gettext_lazy("为什么不予受理"), widget=Picks)
    elsewhere = forms.CharField(
        label=gettext_lazy("可以去哪里办"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("留空就用上面这一条原有的去处。"),
    )
    why = reason_field(gettext_lazy("跟本人说一句"))

    def __init__(self, *args: Any, playbook: Playbook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.playbook = playbook
        reasons = playbook.decline_reasons
        self.fields["reason"].widget = Picks(hints={key: reason.elsewhere for key, reason in reasons.items()})
        self.fields["reason"].choices = [(key, reason.label) for key, reason in reasons.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("reason") and not data.get("elsewhere"):
            data["elsewhere"] = self.playbook.decline_reasons[data["reason"]].elsewhere
        return data


class JoinForm(Form):
    lead_number = HalfWidth(
        label=gettext_lazy("归到哪一件"),
        max_length=60,
        help_text=gettext_lazy("写那一件的编号，比如 420107-2026-000123。"),
        error_messages={"required": gettext_lazy("写上那一件的编号。")},
    )


class WhyForm(ScreenedForm):
    public_fields = ("why",)
    why = reason_field(gettext_lazy("为什么"))


class AnswerForm(ScreenedForm):
    public_fields = ("answer",)
    answer = reason_field(gettext_lazy("回话"), limit=1000)


class ReferForm(ScreenedForm):
    public_fields = ("why",)
    to_body: forms.ModelChoiceField[Body] = forms.ModelChoiceField(
        label=gettext_lazy("转给谁"), queryset=Body.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    why = reason_field(gettext_lazy("为什么转，要对方回什么"))

    def __init__(self, *args: Any, bodies: list[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_body"].queryset = Body.objects.filter(pk__in=[body.pk for body in bodies])  # type: ignore[attr-defined]
