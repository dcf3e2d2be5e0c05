"""The page of one act on a page of its own: ask, do, or say why not, with nothing that was typed lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shangliang.core.actors import Verdict
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.people.doors import StaffRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """One act as its page shows it."""

    title: str  # the verb, also on the button
    verdict: Verdict
    do: Callable[..., object]  # called with the form's cleaned data; text it gives is shown afterwards
    back: str  # address of the page one came from
    about: str = ""  # what it is done to
    explain: str = ""  # what it does, and who hears of it
    template: str = "people/act.html"


def ask(request: StaffRequest, form: forms.Form, act: Asked, **context: Any) -> HttpResponse:
    """Show the form of an act, or do it and go back. A refusal stands beside its field; what others did
    meanwhile is said (status 409)."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                said = act.do(**form.cleaned_data)
            except Refused as error:
                status = 409 if isinstance(error, Changed) else 403 if isinstance(error, NotAllowed) else 422
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                messages.success(
                    request, said if isinstance(said, str) else _("%(act)s：记下了。") % {"act": act.title}
                )
                return redirect(act.back)
    elif first := next((field for field in form.fields.values() if not field.widget.is_hidden), None):
        first.widget.attrs["autofocus"] = True
    return render(request, act.template, {"form": form, "act": act, **context}, status=status)
