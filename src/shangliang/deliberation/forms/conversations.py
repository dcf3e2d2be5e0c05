"""What staff and residents fill in for a conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.deliberation.opinions.picture import Group
from shangliang.playbooks.deliberation_rules import CHECKS
from shangliang.voices.screened import ScreenedForm
from shangliang.voices.screening import findings
from shangliang.web.forms import Form, HalfWidth, Picks

CHECK_LABELS = {
    "device": gettext_lazy("一部手机算一个人"),
    "slip": gettext_lazy("凭回执码，一张回执算一个人"),
    "account": gettext_lazy("登录以后才能说，只有委员和工作人员"),
}
CHECK_HINTS = {
    "device": gettext_lazy("最方便。换一部手机、清了浏览器，就数不准。"),
    "slip": gettext_lazy("只有提过事的人说得上话。"),
}


class _Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}), **kwargs)


class Lines(forms.CharField):
    """Several short texts, one a line."""

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]


def _seeds(**kwargs: Any) -> Lines:
    return Lines(
        label=gettext_lazy("先放几条"),
        help_text=gettext_lazy("一行一条，一条一个意思，大家一看就能说同意不同意。两边的话都要有。"),
        widget=forms.Textarea(attrs={"rows": 7}),
        **kwargs,
    )


class OpenForm(ScreenedForm):
    """What residents are asked, and by what rule they are counted."""

    public_fields = ("question", "about")
    question = forms.CharField(label=gettext_lazy("问大家什么"), max_length=60)
    about = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("要定的是什么，已经查清了什么，说了以后怎么用。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seeds = _seeds()
    closes_on = _Day(label=gettext_lazy("说到哪天"), required=False, help_text=gettext_lazy("不填，就由您来收尾。"))
    check = forms.ChoiceField(label=gettext_lazy("怎么算一个人"), widget=Picks(hints=CHECK_HINTS))

    def __init__(self, least: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        strict = CHECKS[CHECKS.index(least) :]  # stricter than the playbook's, never laxer
        self.fields["check"].choices = [(key, CHECK_LABELS[key]) for key in strict]  # type: ignore[attr-defined]
        self.fields["check"].initial = least


class SeedsForm(Form):
    """Further statements by staff."""

    seeds = _seeds()


class DeclineForm(Form):
    """Why a statement is not shown."""

    why = forms.CharField(
        label=gettext_lazy("为什么不放出来"),
        max_length=200,
        help_text=gettext_lazy("写的人看得见。说清哪里不合适、可以怎么改。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReopenForm(Form):
    """Until when people may go on."""

    closes_on = _Day(label=gettext_lazy("说到哪天"), required=False)


class NamesForm(Form):
    """What the groups of the map are called."""

    def __init__(self, groups: Iterable[Group], names: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in groups:
            self.fields[f"group-{group.number}"] = forms.CharField(
                label=_("%(mark)s %(n)d 人的这一组") % {"mark": group.mark, "n": group.size},
                required=False,
                max_length=8,
                initial=names.get(str(group.number), ""),
                help_text="；".join(
                    (_("同意“%(text)s”") if one.agrees else _("不同意“%(text)s”")) % {"text": one.text}
                    for one in group.holds[:2]
                ),
                widget=forms.TextInput(attrs={"class": "input-short"}),
            )

    @property
    def names(self) -> dict[str, str]:
        """Number of a group → its name."""
        return {field.removeprefix("group-"): name for field, name in self.cleaned_data.items()}


class StatementForm(Form):
    """One thing that a resident says."""

    words = forms.CharField(
        label=gettext_lazy("想说的话"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
        error_messages={"required": gettext_lazy("还没写呢，一句话就行。")},
    )
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, longest: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.longest = longest
        self.fields["words"].help_text = _("一次说一个意思，%(n)d 字以内。工作人员看过就放出来。") % {"n": longest}

    def clean_words(self) -> str:
        words = " ".join(str(self.cleaned_data["words"]).split())
        over = len(words) - self.longest
        if over > 0:
            raise forms.ValidationError(
                _("写了 %(now)d 字，多了 %(over)d 字。删短一点，或者分成两条说。") % {"now": len(words), "over": over}
            )
        if found := findings(words):
            parts = "、".join(f"{one.label}“{words[one.start : one.end]}”" for one in found)
            raise forms.ValidationError(_("里面像是有%(parts)s。大家都会看到，请去掉。") % {"parts": parts})
        return words


class SlipForm(Form):
    """The code of a slip, which counts as one person."""

    code = HalfWidth(
        label=gettext_lazy("回执码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "input-short"}),
        error_messages={"required": gettext_lazy("输入回执上的 14 位字母和数字。")},
    )
