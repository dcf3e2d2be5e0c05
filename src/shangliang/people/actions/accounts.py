"""Log-ins."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.ledger.actions import append
from shangliang.people import queries, rules
from shangliang.people.actions.bodies import seat
from shangliang.people.actions.checks import manager_of, one_at_a_time
from shangliang.people.models import Account, Body, Membership, Person

USERNAME = re.compile(r"[a-z0-9._-]{3,30}")
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is mistaken for something else


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A log-in to hand over. The password is shown once and kept nowhere."""

    name: str
    username: str
    password: str


@transaction.atomic
def take_on(
    actor: Actor,
    body: Body,
    duty: str,
    *,
    username: str = "",
    name: str = "",
    person: Person | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    signs: Sequence[str] = (),
) -> tuple[Membership, str]:
    """Give a seat to `person`, who needs no log-in; else to whoever logs in by `username`; with a `name`, to
    somebody new, whose log-in is opened first.

    Gives the seat, and for somebody new the password to hand over, which is kept nowhere. Raises as
    `seat` does, and Refused when the name of the log-in is taken, or nobody has it.
    """
    manager = manager_of(actor)
    if person is not None:
        return seat(actor, person, body, duty, since=since, until=until, signs=signs), ""
    account, password = queries.by_username(username), ""
    if account and name:
        raise Refused(
            _("“%(username)s”已经有人用了。就是这个人，把姓名清空；是别人，换一个登录名。") % {"username": username},
            "username",
        )
    if account is None:
        if not name:
            raise Refused(_("没有人用“%(username)s”登录。要新开账号，就写上姓名。") % {"username": username}, "name")
        password = new_password()
        account = open_account(username.lower(), password, name, must_change_password=True)
        append(actor, "account.opened", _whom(account), {}, seat=manager)
    if account.person is None or not account.is_active:
        raise Refused(_("这个账号停用了，先恢复再安排。"), "username")
    return seat(actor, account.person, body, duty, since=since, until=until, signs=signs), password


@transaction.atomic
def give_logins(actor: Actor, wanted: Sequence[tuple[Person, str]]) -> list[HandedOut]:
    """Open a log-in for each of these people who have none, by the names given. Gives them with the passwords to
    hand over, which are kept nowhere. Raises NotAllowed, or Refused for a name that is taken, given twice or no
    name for a log-in, and for somebody who has one already; then none is opened."""
    manager = manager_of(actor)
    handed: list[HandedOut] = []
    for person, username in wanted:
        username = username.lower()
        if not USERNAME.fullmatch(username):
            raise Refused(
                _("%(name)s：登录名用字母、数字、点、横线，3 到 30 个。") % {"name": person.name}, str(person.pk)
            )
        if queries.by_username(username):
            taken = _("%(name)s：“%(username)s”已经有人用了，换一个。")
            raise Refused(taken % {"name": person.name, "username": username}, str(person.pk))
        if Account.objects.filter(person=person).exists():
            raise Refused(_("%(name)s已经有账号了。") % {"name": person.name}, str(person.pk))
        password = new_password()
        Account.objects.create(
            username=username, password=make_password(password), person=person, must_change_password=True
        )
        handed.append(HandedOut(person.name, username, password))
    if handed:
        named = [("person", person.pk) for person, _username in wanted]
        append(actor, "accounts.opened", named, {"accounts": len(handed)}, seat=manager)
    return handed


@transaction.atomic
def reset_account(actor: Actor, account: Account) -> str:
    """A new password to hand over, and the second factor taken off: for whoever lost either. All their
    sessions end. Gives the password, which is kept nowhere. Raises NotAllowed."""
    manager = _check_account(actor, account)
    password = new_password()
    account.password, account.must_change_password = make_password(password), True
    account.save(update_fields=["password", "must_change_password"])
    Authenticator.objects.filter(user=account).delete()
    append(actor, "account.reset", _whom(account), {}, seat=manager)
    return password


@transaction.atomic
def set_active(actor: Actor, account: Account, active: bool) -> None:
    """Close a log-in, or open it again. A closed one ends its sessions and keeps its seats. Raises NotAllowed,
    or Refused for the last one from which the tenant is managed."""
    manager = _check_account(actor, account)
    one_at_a_time(actor)
    if account.is_active == active:
        return
    sits_here = Membership.Duty.DISTRICT_OFFICE in {row.duty for row in queries.seats_held(account)}
    if not active and sits_here and queries.nobody_left_without(person_id=account.person_id):
        raise Refused(_("区政协办公室只剩这一个能用的账号，停了就没人能管这里。请先安排接替的人。"))
    account.is_active = active
    account.save(update_fields=["is_active"])
    kind = "account.reopened" if active else "account.closed"
    append(actor, kind, _whom(account), {}, seat=manager)


def new_password() -> str:
    """A password that can be read aloud: three groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


def open_account(
    username: str,
    password: str,
    name: str,
    *,
    is_operator: bool = False,
    email: str = "",
    must_change_password: bool = False,
) -> Account:
    """A person with a log-in. Global: no tenant and no entry."""
    person = Person.objects.create(name=name)
    return Account.objects.create(
        username=username,
        password=make_password(password),
        email=email,
        person=person,
        is_operator=is_operator,
        must_change_password=must_change_password,
    )


def _whom(account: Account) -> list[tuple[str, UUID]]:
    return [("person", account.person_id or account.pk)]


def _check_account(actor: Actor, account: Account) -> Seat | None:
    elsewhere = queries.sits_elsewhere(account, actor.tenant_id)
    return rules.may_keep_account(actor, account, elsewhere=elsewhere).grant()
