"""One person, one say: by what a voter is known in a conversation. No address is kept, and no name.

A browser carries a random number in a signed cookie; where the place wants more, the voice of a slip that was shown,
or the person signed in. What is stored is a keyed hash, another one in each conversation.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from shangliang.core.seal import keyed_hash
from shangliang.deliberation.models import Conversation
from shangliang.people.queries import actor_of
from shangliang.tenants.models import Tenant

DEVICE, SLIP = "talk", "talk-slip"
YEAR, DAY = 365 * 24 * 3600, 24 * 3600


@dataclass(frozen=True, slots=True)
class Voter:
    """What a request shows of who speaks."""

    device: str = ""
    slip: str = ""
    person: UUID | None = None
    is_new: bool = False  # the device is one that we have only just named

    def key(self, conversation: Conversation) -> bytes | None:
        """What they are known by there; None when they have not shown what the place asks for."""
        shown = {"device": self.device, "slip": self.slip, "account": self.person and str(self.person)}
        proof = shown[conversation.check_by]
        return keyed_hash(f"{conversation.check_by}:{proof}", f"talk:{conversation.pk}") if proof else None


def of_request(request: HttpRequest, tenant: Tenant, *, naming: bool = False) -> Voter:
    """Who speaks; a person only with a seat in this tenant. `naming` gives a browser without a cookie a number, which
    `know_device` then puts on the answer.
    """
    person = None
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        actor = actor_of(request.user, tenant.pk)
        person = actor.person_id if actor.seats else None
    known = _cookie(request, DEVICE, tenant, YEAR)
    device = known or (secrets.token_urlsafe(16) if naming else "")
    return Voter(device, _cookie(request, SLIP, tenant, DAY), person, is_new=not known)


def know_device(response: HttpResponse, voter: Voter, tenant: Tenant) -> None:
    """Let this browser be known again, if it was not yet."""
    if voter.is_new and voter.device:
        _set(response, DEVICE, voter.device, tenant, YEAR)


def know_slip(response: HttpResponse, voice_id: UUID, tenant: Tenant) -> None:
    """Remember for a day that this browser has shown a slip; not which code."""
    _set(response, SLIP, keyed_hash(voice_id.hex, f"talk-slip:{tenant.pk}").hex(), tenant, DAY)


def _set(response: HttpResponse, name: str, value: str, tenant: Tenant, life: int) -> None:
    response.set_signed_cookie(
        name,
        value,
        salt=f"deliberation.{name}.{tenant.pk}",
        max_age=life,
        path=f"/{tenant.slug}/",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _cookie(request: HttpRequest, name: str, tenant: Tenant, life: int) -> str:
    try:
        return str(request.get_signed_cookie(name, salt=f"deliberation.{name}.{tenant.pk}", max_age=life))
    except (KeyError, signing.BadSignature):
        return ""
