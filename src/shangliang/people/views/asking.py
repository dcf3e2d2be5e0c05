"""The page of an act: a GET asks, a POST does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import render

from shangliang.core.errors import NotAllowed, Refused
from shangliang.people.doors import StaffRequest


def ask(
    request: StaffRequest,
    template: str,
    form: django_forms.Form,
    do: Callable[..., HttpResponse],
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Ask, or do; a refusal stands beside its field, and what was typed stays."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return do(**form.cleaned_data)
            except Refused as error:
                status = 403 if isinstance(error, NotAllowed) else 422
                form.add_error(error.field if error.field in form.fields else None, str(error))
    return render(request, template, {"form": form, **(context or {})}, status=status)
