"""Forms: how ours are drawn, and what every one does with what was typed.

Form           base class: control characters and marks that turn the direction of text go, line ends become one,
               what nobody could see counts as empty, complaints are in plain words
HalfWidth      a field of digits or letters, where １３８ means 138: phone numbers, slip codes, matter numbers
Photos         several pictures at once; cleans to a list of files
Picks          radios as cards, each with a hint under its label (a list of checkboxes is drawn so too, without hints)
Faces          the five levels of 好差评 in one row
Renderer       FORM_RENDERER of the settings: label above, hint below, error with its icon beneath

In a template `{{ form.words.as_field_group }}` draws one field and `{{ form }}` all of them with the error
summary; with fields one by one, put `{% error_summary form %}` on top.
A field that may stay empty is marked so, unless it is set to `is_needed`: it or another one, as its hint says.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import django
from django import forms
from django.conf import settings
from django.core.files.base import File
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

BUILTINS = ["django.templatetags.i18n", "django.templatetags.static", "shangliang.web.templatetags.web"]
TEMPLATES = Path(__file__).parent / "templates"
KEPT_CONTROLS = "\n\t"
# Overrides and isolates: left open, they turn round whatever stands behind the words on a page. Arabic needs none.
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = ("Cf", "Zs", "Zl", "Zp")  # joiners, spaces
WORDS = {
    "required": _("这里还没填。"),
    "invalid_choice": _("这一项没有了，再选一次。"),
    "max_length": _("最多 %(limit_value)d 字，现在 %(show_value)d 字，删短一点再提交。"),
    "min_length": _("至少 %(limit_value)d 字，现在 %(show_value)d 字。"),
    "min_value": _("最小是 %(limit_value)s，现在是 %(show_value)s。"),
    "max_value": _("最大是 %(limit_value)s，现在是 %(show_value)s。"),
}
DRAWN_AS_INPUT = (forms.widgets.Input, forms.Textarea, forms.Select)
NOT_DRAWN_AS_INPUT = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.HiddenInput)


class Box(BoundField):
    """A field as it stands on a page."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if isinstance(widget, DRAWN_AS_INPUT) and not isinstance(widget, NOT_DRAWN_AS_INPUT):
            attrs["class"] = f"input {widget.attrs.get('class', '')}".strip()
        if isinstance(widget, forms.Textarea | forms.TextInput):
            attrs["maxlength"] = False  # a browser would cut a pasted text short without a word
        return attrs

    @property
    def anchor(self) -> str:
        """The id a link of the error summary leads to: of the field, or of its first choice."""
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label

    @property
    def is_check(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)


class Renderer(DjangoTemplates):
    """Draws forms, also those of other packages, with the templates in `templates/web/forms`."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"
    bound_field_class = Box

    @cached_property
    def engine(self) -> Any:
        django_forms = Path(django.__file__).parent / "forms" / "templates"
        options = {"builtins": BUILTINS}
        # Ours before Django's, so that our radios and checkboxes are found first.
        return self.backend({"NAME": "forms", "APP_DIRS": False, "DIRS": [TEMPLATES, django_forms], "OPTIONS": options})


class Form(forms.Form):
    """The base of every form here."""

    use_required_attribute = False  # the browser's own bubbles speak the browser's language; ours are on the page

    def __init__(self, data: Mapping[str, Any] | None = None, files: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(without_controls(data) if data is not None else None, files, **kwargs)
        for field in self.fields.values():
            for code, words in WORDS.items():
                if field.error_messages.get(code) == _django_words(type(field), code):  # type: ignore[arg-type]  # a class can be hashed
                    field.error_messages[code] = words


@cache
def _django_words(field: type[forms.Field], code: str) -> Any:
    """What Django would say; None when it has no words of its own for `code`."""
    for kind in field.__mro__:
        words = vars(kind).get("default_error_messages", {}).get(code)
        if words is not None:
            return words
    return None


def without_controls(data: Mapping[str, Any]) -> QueryDict:
    """`data` as `_clean` leaves each text in it, so that lengths count alike everywhere."""
    clean = QueryDict(mutable=True)
    lists = data.lists() if isinstance(data, QueryDict) else ((key, [value]) for key, value in data.items())
    for name, values in lists:
        flat = [one for value in values for one in (value if isinstance(value, list | tuple) else [value])]
        clean.setlist(name, [_clean(value) if isinstance(value, str) else value for value in flat])
    clean._mutable = False
    return clean


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in text if _is_kept(char))
    is_seen = any(char not in KEPT_CONTROLS and unicodedata.category(char) not in UNSEEN for char in kept)
    return kept if is_seen else ""


def _is_kept(char: str) -> bool:
    return char in KEPT_CONTROLS or not (char in DIRECTIONS or unicodedata.category(char) in ("Cc", "Cs"))


class HalfWidth(forms.CharField):
    """Digits and letters typed with any keyboard: full-width ones become ordinary, spaces go."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return "".join(unicodedata.normalize("NFKC", text).split()) if isinstance(text, str) else text


class Picks(forms.RadioSelect):
    """One of a few, each on a card. `hints`: a line under the label, by value."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, hints: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().create_option(name, value, *args, **kwargs) | {"hint": self.hints.get(str(value), "")}


class Faces(forms.RadioSelect):
    """The five levels of 好差评, best first, in one row."""

    template_name = "web/forms/faces.html"
    FACES = ("grin", "smile", "flat", "sad", "cry")

    def create_option(
        self, name: str, value: Any, label: Any, selected: Any, index: int, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        option = super().create_option(name, value, label, selected, index, *args, **kwargs)
        words = str(label)
        # Five in a row on a narrow phone: 非常不满意 may break after its second character, nowhere else.
        breakable = words if words.isascii() or len(words) < 4 else f"{words[:2]}\u200b{words[2:]}"
        return option | {"face": self.FACES[min(int(index), 4)], "label": breakable}


class PhotoInput(forms.FileInput):
    """Chooses several pictures. With photos.js the chosen ones are listed and can be taken out again."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        limits = {"data-photos": settings.PHOTOS_AT_MOST, "data-bytes": settings.PHOTO_BYTES}
        super().__init__({"accept": "image/*", "multiple": True, **limits, **(attrs or {})})


class Photos(forms.FileField):
    """Some pictures, none of them too large. Cleans to a list of uploaded files."""

    widget = PhotoInput

    def clean(self, data: Any, initial: Any = None) -> list[File[Any]]:
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(given) > settings.PHOTOS_AT_MOST:
            numbers = {"most": settings.PHOTOS_AT_MOST, "now": len(given)}
            raise forms.ValidationError(_("最多 %(most)d 张，现在 %(now)d 张。"), code="many", params=numbers)
        photos = [super(Photos, self).clean(one) for one in given]
        for photo in photos:
            if (photo.size or 0) > settings.PHOTO_BYTES:
                about = {"name": photo.name, "mb": settings.PHOTO_BYTES // 2**20}
                raise forms.ValidationError(_("「%(name)s」太大了，一张最多 %(mb)d MB。"), code="large", params=about)
        return photos
