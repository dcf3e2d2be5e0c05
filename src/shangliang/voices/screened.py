"""Forms whose texts the public will read: what looks like personal data is pointed out, staff decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.voices.screening import findings
from shangliang.web.forms import Form


class ScreenedForm(Form):
    """A form that asks once more when a field in `public_fields` holds a phone, identity, card or plate number."""

    public_fields: tuple[str, ...] = ()
    screened = forms.BooleanField(label=gettext_lazy("我看过了，可以公开"), required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        accepted = data.pop("screened", False)
        for name in self.public_fields:
            found = findings(data.get(name) or "")
            if found and not accepted:
                self.fields["screened"].widget = forms.CheckboxInput()
                text = data[name]
                parts = "、".join(f"{finding.label}“{text[finding.start : finding.end]}”" for finding in found)
                self.add_error(
                    name,
                    _("里面像是有%(parts)s。请改掉，或者勾选下面的“%(accept)s”。")
                    % {"parts": parts, "accept": self.fields["screened"].label},
                )
        return data
