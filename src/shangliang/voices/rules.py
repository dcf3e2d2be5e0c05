"""Who may speak, see words and contacts, and let the public read them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Verdict, no, yes
from shangliang.matters.models import Matter
from shangliang.matters.rules import works_on
from shangliang.people.rules import CASE_DUTIES, may_manage
from shangliang.voices.models import Voice


def may_enter(actor: Actor) -> Verdict:
    """Staff of a community, a street, a studio or the office write down what others say."""
    seats = actor.seats_with(*reversed(CASE_DUTIES))
    return yes(seats[0]) if seats else no(_("登记由社区、街道和区政协办公室来做。"))


def may_import(actor: Actor) -> Verdict:
    """Those who enter voices may also import a file of them."""
    return may_enter(actor)


def may_see_contact(actor: Actor, matter: Matter) -> Verdict:
    """Only those who work on the matter see who spoke; every look is recorded."""
    return works_on(actor, matter)


def may_clear(actor: Actor, voice: Voice, matter: Matter) -> Verdict:
    """Words show to the public only with the speaker's consent and a look by staff."""
    if voice.openness != Voice.Openness.PUBLIC:
        return no(_("本人没有同意公开。"))
    if voice.consent_withdrawn_at is not None:
        return no(_("本人已收回公开的同意。"))
    return works_on(actor, matter)


def may_erase(actor: Actor) -> Verdict:
    """The district office answers for personal data: it alone destroys what somebody said."""
    return may_manage(actor)
