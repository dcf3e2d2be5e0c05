"""What the owner of a slip may say of the result."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from shangliang.delivery.models import Confirmation
from shangliang.voices import stamps
from shangliang.voices.stamps import Stamp
from shangliang.web.drawing import LEVELS
from shangliang.web.forms import Faces, Form, Picks

WORDS_AT_MOST = 1000


class StampedForm(Form):
    """A form that counts once, however often it arrives."""

    stamp = forms.CharField(required=False, widget=forms.HiddenInput, initial=stamps.draw)

    @property
    def stamped(self) -> Stamp:
        return stamps.read(self.data.get("stamp", ""))


class ConfirmForm(StampedForm):
    """Whether it is solved, and, asked apart, how one was treated."""

    solved = forms.ChoiceField(
        label=gettext_lazy("事情解决了吗"),
        choices=Confirmation.Solved.choices,
        widget=Picks,
        error_messages={"required": gettext_lazy("选一下：解决了没有。")},
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("对办事的人满意吗"),
        choices=[(5 - index, label) for index, label in enumerate(LEVELS)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=Faces,
    )
    words = forms.CharField(
        label=gettext_lazy("想多说两句"),
        required=False,
        max_length=WORDS_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
        help_text=gettext_lazy("只有办这件事的人看得到。"),
    )


class SendBackForm(StampedForm):
    """退回: not solved, and why."""

    words = forms.CharField(
        label=gettext_lazy("哪里没解决"),
        max_length=WORDS_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
        error_messages={"required": gettext_lazy("写一句哪里没解决，他们才知道往哪儿使劲。")},
        help_text=gettext_lazy("退回以后，工作人员要重新看这件事，再给您答复。只有办这件事的人看得到。"),
    )
