"""What residents write to a studio: a message, or the answer to a call. The fields, stamps and photos of 我要提."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.people import rules
from shangliang.people.models import Person
from shangliang.places.models import Place
from shangliang.studios.queries.studios import InStudio
from shangliang.voices.actions import Speech
from shangliang.voices.forms import VoiceForm
from shangliang.voices.models import Voice
from shangliang.web.forms import Picks

RECEIVES = frozenset(rules.RECEIVES)


class SaidToStudio(VoiceForm):
    """What both have in common: unless the speaker opens it, it is between them and those who handle it."""

    MORE = ("openness", "place_words", "speaks_for", "group_size", "email", "hear_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["openness"].initial = Voice.Openness.HANDLERS

    @property
    def more_is_open(self) -> bool:
        """Whether something in the folded part wants to be seen: a complaint, or what was chosen there."""
        folded = [self[name] for name in self.MORE if name in self.fields]
        return self.is_bound and any(field.errors or (field.value() or "") != (field.initial or "") for field in folded)


class MessageForm(SaidToStudio):
    """给委员留言: to whoever is on duty, or to one of those who sit in the studio."""

    to = forms.ChoiceField(label=gettext_lazy("给谁"), required=False)

    def __init__(self, *args: Any, home: Place, people: Sequence[InStudio], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.home = home
        receivers = [one for one in people if not RECEIVES.isdisjoint(one.duties)]
        self.people: dict[str, Person] = {str(one.person.pk): one.person for one in receivers}
        named = [(str(one.person.pk), _addressed(one)) for one in receivers]
        self.fields["to"].choices = [("", _("值班的委员")), *named]  # type: ignore[attr-defined]

    def person(self) -> Person | None:
        """Whom it is for, None for whoever is on duty."""
        return self.people.get(self.cleaned_data["to"])

    def speech(self, *, held: bool) -> Speech:
        """What the valid form says; at the studio's place while it does not say where."""
        speech = super().speech(held=held)
        return speech if speech.place_settled else replace(speech, place=self.home)


class AnswerForm(SaidToStudio):
    """An answer to a call, about one of its places."""

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = {str(place.pk): place for place in places}
        self.fields["words"].error_messages["required"] = _("还没写您的回答。一句话也行。")
        if len(self.about) > 1:
            self.fields["place"] = forms.ChoiceField(
                label=_("您说的是哪里"),
                choices=[(key, place.short_name) for key, place in self.about.items()],
                widget=Picks,
                error_messages={"required": _("选一下您说的是哪里。")},
            )
        else:
            del self.fields["place"]

    def speech(self, *, held: bool) -> Speech:
        """What the valid form says, about the place it chose."""
        chosen = self.about.get(self.cleaned_data.get("place", ""), next(iter(self.about.values())))
        return replace(super().speech(held=held), place=chosen, place_settled=True)


def _addressed(one: InStudio) -> str:
    """周见山（物业纠纷）, so that one knows whom to choose."""
    about = one.specialties[0] if one.specialties else one.role
    return _("%(name)s（%(about)s）") % {"name": one.person.name, "about": about} if about else one.person.name
