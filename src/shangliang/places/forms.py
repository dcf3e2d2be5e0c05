"""Asking for a place in words: a name, an address, or what people call it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from shangliang.places.models import Place
from shangliang.places.resolve import resolve


class PlaceField(forms.CharField):
    """A text that must mean one place within a district; gives the Place, or None when left empty.

    When it fits several, the error names them, so that the next try can be exact.
    """

    def __init__(self, *, within: Place | None, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)
        self.within = within

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or self.within is None:
            return None
        found = resolve(text, self.within)
        if found.status == "found":
            return found.place
        if found.status == "ambiguous":
            names = "、".join(place.short_name for place in found.candidates)
            raise forms.ValidationError(
                _("“%(text)s”可能是：%(names)s。请写清是哪一个。") % {"text": text, "names": names}
            )
        raise forms.ValidationError(_("没找到“%(text)s”，写社区或街道的名字试试。") % {"text": text})
