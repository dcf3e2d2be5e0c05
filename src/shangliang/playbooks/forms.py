"""What the operator's pages ask, and those on which a playbook is tried and adopted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy

from shangliang.core.errors import Refused
from shangliang.playbooks import holidays, library
from shangliang.playbooks.nodes import TEXT_AT_MOST
from shangliang.web.forms import Form, HalfWidth


class OpenForm(Form):
    """A new tenant, and who begins in its office."""

    code = HalfWidth(
        label=gettext_lazy("行政区划代码"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-short"}),
        validators=[RegexValidator(r"^(\d{4}|\d{6})$", gettext_lazy("填 4 位（市）或 6 位（区县）的代码。"))],
        help_text=gettext_lazy("比如 420107 是武汉市青山区。它下面的街道和社区会一起开好。"),
    )
    name = forms.CharField(
        label=gettext_lazy("怎么称呼"), required=False, max_length=60, help_text=gettext_lazy("空着就用全名。")
    )
    office_phone = HalfWidth(
        label=gettext_lazy("政协办公室电话"), max_length=40, help_text=gettext_lazy("每一页的下面都写着，居民会打。")
    )
    office_hours = forms.CharField(label=gettext_lazy("什么时候有人"), required=False, max_length=60)
    person = forms.CharField(label=gettext_lazy("区政协办公室第一个人的姓名"), max_length=40)
    username = HalfWidth(
        label=gettext_lazy("他的登录名"),
        min_length=3,
        max_length=30,
        validators=[RegexValidator(r"^[A-Za-z0-9._-]+$", gettext_lazy("登录名用字母、数字、点、横线。"))],
        help_text=gettext_lazy("别的人由他来安排。密码只显示一次。"),
    )


class DaysForm(Form):
    """A year's notice, pasted. Cleans to a `holidays.Notice` without problems."""

    lines = forms.CharField(
        label=gettext_lazy("放假和调休"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("一行一天：2027-01-01 放假 元旦。调休上班的那天写：2027-01-03 上班 元旦调休。"),
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_lines(self) -> Any:
        notice = holidays.read(self.cleaned_data["lines"])
        if notice.problems:
            raise forms.ValidationError(notice.problems)
        return notice


class TextForm(Form):
    """A playbook, typed or pasted, or chosen as a file. Cleans to its text."""

    text = forms.CharField(
        label=gettext_lazy("工作法的文字"),
        required=False,
        strip=False,
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 24, "class": "playbook-text", "spellcheck": "false", "wrap": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("或者选一个文件"),
        required=False,
        help_text=gettext_lazy("选了文件，就看文件里的，不看上面写的。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.txt"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.is_needed = True  # type: ignore[attr-defined]  # one or the other

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if file := cleaned.get("file"):
            if file.size > 4 * TEXT_AT_MOST:  # bytes of a character
                raise forms.ValidationError({"file": gettext_lazy("这个文件太大了，不像一份工作法。")})
            try:
                cleaned["text"] = library.text_in(file.read())
            except Refused as refused:
                raise forms.ValidationError({"file": str(refused)}) from refused
        if not (cleaned.get("text") or "").strip() and not self.errors:
            raise forms.ValidationError({"text": gettext_lazy("先写上，或者选一个文件。")})
        return cleaned


class AdoptForm(Form):
    """By which document, and from when."""

    body_name = forms.CharField(label=gettext_lazy("哪个机构定的"), max_length=60)
    document = forms.CharField(
        label=gettext_lazy("文号"), max_length=60, help_text=gettext_lazy("比如 青政协办〔2026〕8号。")
    )
    in_force_from = forms.DateField(
        label=gettext_lazy("从哪天起"),
        widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}),
        help_text=gettext_lazy("已经开始的议题，照它开始那天的工作法走完。"),
    )
    text = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=TEXT_AT_MOST)
