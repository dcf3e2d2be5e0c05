"""After signing in, to where one works; and the district office's pages of bodies, seats and log-ins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.people import actions, queries, rules
from shangliang.people.doors import StaffRequest, office
from shangliang.people.forms import bodies as forms
from shangliang.people.models import Account, Body, Membership
from shangliang.people.views.asking import ask
from shangliang.places.queries import by_path

AT_ONCE = 40  # bodies on a page


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The one desk of somebody who sits in one tenant; a choice for the others."""
    account: Account = request.user  # type: ignore[assignment]
    if account.must_change_password:
        return redirect("account_change_password")
    tenants = queries.workplaces(account)
    if len(tenants) == 1 and not account.is_operator:
        return redirect("desk:queue", slug=tenants[0].slug)
    return render(request, "people/me.html", {"tenants": tenants})


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """One's own account: where one works, the password, the second factor."""
    account: Account = request.user  # type: ignore[assignment]
    return render(request, "people/me.html", {"tenants": queries.workplaces(account)})


class ActivateTotp(ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """Setting up the second factor. The code that is asked for here counts as given in this session."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        factor = Authenticator.objects.get(user_id=self.request.user.pk, type=Authenticator.Type.TOTP)
        record_authentication(self.request, self.request.user, "mfa", id=factor.pk, type=factor.type)
        return response


# --- bodies -----------------------------------------------------------------------------------------


@office
def bodies(request: StaffRequest) -> HttpResponse:
    """The bodies there are, and who sits in them on a day."""
    form = forms.FindForm(request.GET, initial={"on": clock.today()})
    words, kind, on = form.asked()
    page = Paginator(queries.bodies(words, kind, on), AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": queries.sitting_in(list(page), on),
        "on": on,
        "is_today": on == clock.today(),
        "is_narrowed": bool(words or kind),
    }
    return render(request, "people/bodies.html", context)


@office
def new_body(request: StaffRequest) -> HttpResponse:
    within = by_path(request.tenant.place_path)  # type: ignore[attr-defined]
    if within is None:
        raise Http404
    form = forms.BodyForm(request.POST or None, within=within)

    def do(**given: Any) -> HttpResponse:
        body = actions.open_body(request.actor, **given)
        messages.success(request, _("开好了：%(name)s。接下来安排人。") % {"name": body.name})
        return redirect(_address(request, body))

    return ask(request, "people/new_body.html", form, do, {"names": queries.names_of_open_bodies()})


@office
def body(request: StaffRequest, body_id: UUID) -> HttpResponse:
    """One body: how to reach it, who sits there, who sat there."""
    row = _body_or_404(body_id)
    known = {name: getattr(row, name) for name in ("phone", "hours", "address", "sign_off")}
    form = forms.ContactForm(request.POST or None, initial=known)
    seats, today = queries.seats_of(row), clock.today()
    signed = {step for seat in seats if _is_now(seat) for step in seat.signs}
    guides, guided = queries.guidance_of(row)

    def do(**given: Any) -> HttpResponse:
        actions.change_body(request.actor, row, **given)
        messages.success(request, _("记下了。"))
        return redirect(_address(request, row))

    context = {
        "body": row,
        "seats": [seat for seat in seats if seat.until is None or seat.until >= today],
        "former": [seat for seat in seats if seat.until is not None and seat.until < today],
        "today": today,
        "unsigned": [step for step in row.sign_off if step not in signed],
        "stations": queries.stations_of(row),
        "guides": guides,
        "guided": guided,
    }
    return ask(request, "people/body.html", form, do, context)


# --- seats ------------------------------------------------------------------------------------------


@office
def give_seat(request: StaffRequest, body_id: UUID) -> HttpResponse:
    """Somebody known gets a seat, or somebody new a log-in and a seat: then the password is shown, once."""
    row = _body_or_404(body_id)
    form = forms.SeatForm(request.POST or None, body=row)

    def do(**given: Any) -> HttpResponse:
        seat, password = actions.take_on(request.actor, row, **given)
        if password:
            return _handed_out(request, given["username"].lower(), password, _address(request, row))
        messages.success(request, _("%(name)s的席位安排好了。") % {"name": seat.person.name})
        return redirect(_address(request, row))

    return ask(request, "people/give_seat.html", form, do, {"body": row, "people": queries.people_here()})


@office
def end_seat(request: StaffRequest, seat_id: UUID) -> HttpResponse:
    seat = queries.seat_by_id(seat_id)
    if seat is None:
        raise Http404
    form = forms.OffForm(request.POST or None)

    def do(**given: Any) -> HttpResponse:
        actions.end_seat(request.actor, seat.pk, **given)
        messages.success(request, _("%(name)s的席位结束了。") % {"name": seat.person.name})
        return redirect(_address(request, seat.body))

    return ask(request, "people/end_seat.html", form, do, {"seat": seat})


# --- log-ins ----------------------------------------------------------------------------------------


@office
def account(request: StaffRequest, account_id: UUID) -> HttpResponse:
    """One person: the seats here, the log-in, and what the office may do with it."""
    return _account_page(request, _account_or_404(account_id))


@office
@require_POST
def reset(request: StaffRequest, account_id: UUID) -> HttpResponse:
    """A new password, shown once; the second factor is taken off."""
    row = _account_or_404(account_id)
    try:
        password = actions.reset_account(request.actor, row)
    except Refused as refused:
        return _account_page(request, row, refused)
    return _handed_out(request, row.username, password, _account_address(request, row))


@office
@require_POST
def set_active(request: StaffRequest, account_id: UUID) -> HttpResponse:
    """Close a log-in, or with `active` open it again."""
    row = _account_or_404(account_id)
    active = request.POST.get("active") == "yes"
    try:
        actions.set_active(request.actor, row, active)
    except Refused as refused:
        return _account_page(request, row, refused)
    messages.success(request, _("账号恢复了。") if active else _("账号停用了，已经登录的也退出了。"))
    return redirect(_account_address(request, row))


def _account_page(request: StaffRequest, row: Account, refused: Refused | None = None) -> HttpResponse:
    elsewhere = queries.sits_elsewhere(row, request.actor.tenant_id)
    context = {
        "account": row,
        "seats": queries.seats_held(row),
        "today": clock.today(),
        "verdict": rules.may_keep_account(request.actor, row, elsewhere=elsewhere),
        "has_factor": Authenticator.objects.filter(user=row, type=Authenticator.Type.TOTP).exists(),
        "refused": str(refused or ""),
    }
    status = 200 if refused is None else 403 if isinstance(refused, NotAllowed) else 422
    return render(request, "people/account.html", context, status=status)


def _handed_out(request: StaffRequest, username: str, password: str, back: str) -> HttpResponse:
    """The page that shows a password, the only time it is shown."""
    page = {"username": username, "password": password, "back": back}
    response = render(request, "people/handed_out.html", page)
    response["Cache-Control"] = "private, no-store"
    return response


def _is_now(seat: Membership) -> bool:
    today = clock.today()
    return seat.since <= today and (seat.until is None or seat.until >= today)


def _body_or_404(body_id: UUID) -> Body:
    row = queries.body(body_id)
    if row is None:
        raise Http404
    return row


def _account_or_404(account_id: UUID) -> Account:
    row = queries.account_here(account_id)
    if row is None:
        raise Http404
    return row


def _address(request: StaffRequest, row: Body) -> str:
    return reverse("people:body", kwargs={"slug": request.tenant.slug, "body_id": row.pk})  # type: ignore[attr-defined]


def _account_address(request: StaffRequest, row: Account) -> str:
    given = {"slug": request.tenant.slug, "account_id": row.pk}  # type: ignore[attr-defined]
    return reverse("people:account", kwargs=given)
