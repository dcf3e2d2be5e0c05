"""Asking for a file of messages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.web.forms import Form


class UploadForm(Form):
    """A table of messages, and whether everybody could read them where they come from."""

    file = forms.FileField(
        label=_("留言表"),
        help_text=_("Excel（.xlsx）或 CSV，最大 20 MB，最多 5 万行。列名不用改，常见的叫法都认得。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        allow_empty_file=True,
    )
    public = forms.BooleanField(
        label=_("这些留言原来就是公开的"),
        required=False,
        help_text=_(
            "勾上，标题、原话和答复大家都看得到；原话里有手机号、身份证号、车牌号的，先不公开。不勾，只有经办的人看得到。"
        ),
    )
