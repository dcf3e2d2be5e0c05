"""What the pages of undertakings and of public rules ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.core import clock
from shangliang.matters.acting import reason_field
from shangliang.people.models import Body
from shangliang.voices.screened import ScreenedForm
from shangliang.web.forms import Form

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RULE_LENGTH = 10_000
COMMENT_DAYS = 8  # proposed: a week, today not counted


def date_field(label: StrOrPromise, *, required: bool = True, hint: StrOrPromise = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class KeptForm(ScreenedForm):
    public_fields = ("words",)
    kept = forms.TypedChoiceField(
        label=_("大家说好的事"),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        choices=[("yes", _("做到了")), ("no", _("没做到"))],
    )
    words = reason_field(_("说一句（公开）"), required=False, limit=300, rows=2)


class DraftForm(ScreenedForm):
    """A rule's first text."""

    public_fields = ("text",)
    body: forms.ModelChoiceField[Body] = forms.ModelChoiceField(
        label=_("谁的公约"), queryset=Body.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("叫什么"), max_length=60, help_text=_("比如“5 号院停车公约”。"))
    text = forms.CharField(label=_("全文"), max_length=RULE_LENGTH, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *args: Any, bodies: Sequence[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        field.queryset = Body.objects.filter(closed_on=None)  # type: ignore[attr-defined]  # the act says whose
        field.choices = [(body.pk, body.name) for body in bodies]  # type: ignore[attr-defined]


class TextForm(ScreenedForm):
    """The text of a version; `was` is what stood there when the page was drawn."""

    public_fields = ("text",)
    was = forms.CharField(required=False, max_length=RULE_LENGTH, strip=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("全文"), max_length=RULE_LENGTH, widget=forms.Textarea(attrs={"rows": 14}))

    def show_as_seen(self, now: str) -> None:
        """The page that comes back shows what stands there now: pressing again is meant."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["was"] = now  # type: ignore[index]


class NextTextForm(ScreenedForm):
    public_fields = ("text",)
    text = forms.CharField(label=_("新一版的全文"), max_length=RULE_LENGTH, widget=forms.Textarea(attrs={"rows": 14}))


class CommentForm(Form):
    until = date_field(_("征求到哪天"), hint=_("到那天为止，谁都可以在网上说、表态。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = clock.today() + dt.timedelta(days=COMMENT_DAYS)


class AdoptForm(Form):
    by = forms.CharField(label=_("谁通过的"), max_length=60, help_text=_("比如“5 号院居民会议”。"))
    on = date_field(_("哪天通过的"))
    yes = forms.IntegerField(label=_("同意的"), required=False, min_value=0)
    base = forms.IntegerField(label=_("一共"), required=False, min_value=1, help_text=_("没数就都空着。"))
    in_force_from = date_field(_("从哪天起施行"), hint=_("现在施行的那一版，到前一天为止。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = self.fields["in_force_from"].initial = clock.today()


class GiveUpForm(ScreenedForm):
    public_fields = ("why",)
    why = reason_field(_("为什么放弃（公开）"), limit=300, rows=2)


class EndForm(ScreenedForm):
    public_fields = ("why",)
    on = date_field(_("施行到哪天"))
    why = reason_field(_("为什么废止（公开）"), limit=300, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()
