"""What the pages of minutes ask: reading aloud, signing, putting right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.deliberation.drawing import BYTES
from shangliang.deliberation.models import Attendee
from shangliang.matters.acting import reason_field
from shangliang.voices.screened import ScreenedForm
from shangliang.web.forms import Form


class SeenMeetingForm(Form):
    """An act on a meeting as somebody saw it: written since, and they look again first."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def show_as_seen(self, now: int) -> None:
        """The page that comes back shows the present state."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = now  # type: ignore[index]


class OpenAgainForm(SeenMeetingForm):
    why = reason_field(_("哪里不对，要改什么"), limit=200, rows=2)


class SignForm(Form):
    """A signature: drawn, where the browser draws; typed by staff who have a name here."""

    drawing = forms.CharField(required=False, max_length=BYTES, widget=forms.HiddenInput)
    typed_name = forms.CharField(label=_("本人姓名"), required=False, max_length=60)
    agreed = forms.BooleanField(label=_("我听过、看过这份纪要，同意签字"))

    def __init__(self, *args: Any, attendee: Attendee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_name = attendee.person_id is not None
        if self.has_name:
            self.fields["typed_name"].help_text = _("框里签不了，就写名字。")
        else:
            del self.fields["typed_name"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data.pop("agreed", None)
        if not data.get("drawing") and not data.get("typed_name"):
            self.add_error(
                "typed_name" if self.has_name else None,
                _("还没有签，用手指或者鼠标在框里写名字。这里签不了，就签在打印的那张上。"),
            )
        return data


class PaperForm(Form):
    """Who signed the printed sheet, and the sheet."""

    attendees = forms.TypedMultipleChoiceField(
        label=_("谁在纸上签了"), coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    sheet = forms.FileField(label=_("签字页的照片或扫描件"), help_text=_("只有办这件事的人看得到。照片、PDF 都行。"))

    def __init__(self, *args: Any, waiting: Sequence[Attendee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attendees"].choices = [(one.pk, one.role) for one in waiting]  # type: ignore[attr-defined]


class DeclineForm(Form):
    why = reason_field(_("为什么不签"), limit=300, rows=2)


class AmendForm(ScreenedForm):
    public_fields = ("text", "why")
    was = forms.CharField(
        label=_("原文"), required=False, max_length=300, help_text=_("从纪要里照抄要改的那一句；补一句话的就空着。")
    )
    text = forms.CharField(label=_("更正为"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    why = reason_field(_("为什么更正（公开）"), limit=200, rows=2)
