"""The doors to staff pages: you cannot come in without saying as whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from shangliang.core.actors import Actor
from shangliang.people import rules
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
    A password that somebody else made up is changed first. District-office staff must have given a
    code of their second factor in this session, and are led to it, or to setting it up.
    """

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        actor = actor_of(request.user, request.tenant.pk)  # type: ignore[attr-defined]
        if not actor.seats:
            raise Http404
        if request.user.must_change_password:
            return redirect("account_change_password")
        if actor.seats_with(Membership.Duty.DISTRICT_OFFICE) and not _proved_second_factor(request):
            return _to_second_factor(request)
        request.actor = actor  # type: ignore[attr-defined]
        return view(cast(StaffRequest, request), *args, **kwargs)

    return door


def office(view: Callable[Concatenate[StaffRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for the district office of this tenant (`rules.may_manage`); others find no page."""

    def door(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not rules.may_manage(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return wraps(view)(staff(door))


def operator(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for those who run the machine, with a code of their second factor given in this session."""

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_operator:
            raise Http404
        if request.user.must_change_password:
            return redirect("account_change_password")
        if not _proved_second_factor(request):
            return _to_second_factor(request)
        return view(request, *args, **kwargs)

    return door


def _proved_second_factor(request: HttpRequest) -> bool:
    """Whether this very session gave a code, and the factor still exists.

    That there is a factor is not enough: the session may be older, begun with the password alone.
    """
    methods = {record.get("method") for record in get_authentication_records(request, request.user)}
    return "mfa" in methods and _has_second_factor(request)


def _has_second_factor(request: HttpRequest) -> bool:
    return bool(Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).exists())


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """To where the code is asked for, and back; to where a factor is set up, for those without one."""
    if not _has_second_factor(request):
        return redirect("mfa_activate_totp")
    return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
