"""What the operator's pages ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy

from shangliang.playbooks import holidays
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
