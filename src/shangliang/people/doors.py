"""The doors to staff pages: you cannot come in without saying as whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.mfa.models import Authenticator
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from shangliang.core.actors import Actor
from shangliang.people.models import Account, Membership
from shangliang.people.queries import actor_of

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request that has passed a door."""

    actor: Actor
    user: Account


def staff(view: Callable[Concatenate[StaffRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for people with a seat in this tenant; `request.actor` is who they are.

    A stranger is asked to sign in; somebody signed in without a seat here finds no page (404).
    District-office staff must have a second factor, and are led to set it up.
    """

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        actor = actor_of(request.user, request.tenant.pk)  # type: ignore[attr-defined]
        if not actor.seats:
            raise Http404
        if actor.seats_with(Membership.Duty.DISTRICT_OFFICE) and not _has_second_factor(request):
            return redirect("mfa_activate_totp")
        request.actor = actor  # type: ignore[attr-defined]
        return view(cast(StaffRequest, request), *args, **kwargs)

    return door


def operator(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for those who run the machine."""

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_operator:
            raise Http404
        return view(request, *args, **kwargs)

    return door


def _has_second_factor(request: HttpRequest) -> bool:
    # Asked once a session: the sign-in itself demanded the factor if there is one.
    if not request.session.get("second_factor"):
        request.session["second_factor"] = Authenticator.objects.filter(
            user_id=request.user.pk, type=Authenticator.Type.TOTP
        ).exists()
    return bool(request.session["second_factor"])
