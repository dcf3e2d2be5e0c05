"""`shangliang demo`: a district whose streets are real and whose matters and people are invented and say so."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import transaction
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.manage.conversations import import_example
from shangliang.manage.demo_deliberation import tell_of_deliberation
from shangliang.manage.demo_localities import tell_all
from shangliang.manage.demo_matters import tell
from shangliang.manage.demo_studio import tell_of_studio
from shangliang.people.actions import open_account, open_body, open_receiving_bodies, open_tenant, seat
from shangliang.people.models import Account, Body, Membership
from shangliang.people.queries import actor_of, district_office
from shangliang.places.actions import load
from shangliang.places.models import Place
from shangliang.playbooks.actions import seed_calendar
from shangliang.tenants.models import Tenant

CODE, NAME = "420107", "武汉市青山区"
THERE = "演示区已经有了；账号在 $SHANGLIANG_DATA/demo-accounts.txt"
PHONE = "027-0000-0012"
DEPARTMENTS: tuple[tuple[str, str, list[str]], ...] = (
    ("区房管局", "027-0000-0021", ["科室", "领导"]),
    ("区城管执法局", "027-0000-0022", []),
    ("区水务局", "027-0000-0023", []),
    ("区教育局", "027-0000-0024", []),
    ("区消防救援大队", "027-0000-0025", []),
    ("区民政局", "027-0000-0026", []),
)


@dataclass(frozen=True, slots=True)
class Role:
    """An account of the demo: how it logs in, where it sits."""

    username: str
    name: str
    body: str
    duty: str
    what: str
    signs: tuple[str, ...] = ()


Duty = Membership.Duty
ROLES = (
    Role("community", "演示·沈青", "光明社区", Duty.COMMUNITY_STAFF, "社区工作人员"),
    Role("convenor", "演示·林知夏", "同光委员工作室（演示）", Duty.CONVENOR, "委员工作室召集人"),
    Role("member", "演示·周见山", "新沟桥街道联络委（演示）", Duty.MEMBER, "委员"),
    Role("street", "演示·周晴", "新沟桥街道", Duty.STREET_STAFF, "街道工作人员"),
    Role("handler", "演示·贺平", "区房管局", Duty.HANDLER, "部门经办"),
    Role("section", "演示·秦岚", "区房管局", Duty.HANDLER, "部门科室，签第一步", ("科室",)),
    Role("chief", "演示·孟川", "区房管局", Duty.HANDLER, "部门领导，签第二步", ("领导",)),
    Role("citymanager", "演示·唐渡", "区城管执法局", Duty.HANDLER, "另一个部门的经办"),
    Role("office", "演示·江远帆", "青山区政协办公室", Duty.DISTRICT_OFFICE, "区政协办公室"),
)


def demo(*, if_empty: bool, everywhere: bool = False) -> int:
    """Open the demo district with accounts and matters, and print the accounts once; `everywhere`, also the other
    localities that ship. Gives the exit status."""
    if if_empty and Tenant.objects.exists():
        print(THERE)
        return 0
    if Tenant.objects.filter(slug=CODE).exists():
        print(THERE)
    else:
        _print_accounts(_district())
    if everywhere:
        _print_accounts(tell_all(open_office))
    return 0


def _district() -> list[str]:
    """青山, with its matters in every stage; gives the lines of its accounts."""
    with transaction.atomic():
        seed_calendar()
        district = load(CODE)
        with clock.pretending(clock.now() - dt.timedelta(days=90)):
            tenant = open_tenant(
                district, NAME, slug=CODE, office_phone=PHONE, office_hours="工作日 9:00–17:00", is_demo=True
            )
        with scope(tenant=tenant):
            with clock.pretending(clock.now() - dt.timedelta(days=89)):
                lines = _people(tenant, district)
            cast = {role.username: _actor(role.username, tenant) for role in ROLES}
            tell(tenant, cast)
            tell_of_studio(tenant, cast)
            tell_of_deliberation(tenant, cast)
            import_example(tenant)
    return ["# 演示账号，只用于演示：用户名 密码 动态口令密钥 身份", *lines]


def _print_accounts(lines: list[str]) -> None:
    if not lines:
        return
    text = "\n".join([*lines, ""])
    path = Path(settings.DATA) / "demo-accounts.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(text)
    print(text)


def open_office(tenant: Tenant, name: str) -> tuple[Account, str]:
    """Somebody at the office of a tenant: whoever is there, or a new log-in with its line; "" when there was one."""
    office = district_office()
    seated = Membership.objects.filter(body=office).values("person")
    if known := Account.objects.filter(person__in=seated, is_active=True).order_by("pk").first():
        return known, ""
    role = Role(f"office-{tenant.slug}", "演示·办公室", office.name, Duty.DISTRICT_OFFICE, f"{name}政协办公室")
    line = _account(Actor("system", tenant.pk), role)
    return Account.objects.get(username=role.username), line


def _people(tenant: Tenant, district: Place) -> list[str]:
    system = Actor("system", tenant.pk)
    places = list(Place.objects.filter(path__startswith=district.path + "/").order_by("code"))
    open_receiving_bodies(system, places, phone=PHONE)
    for name, phone, steps in DEPARTMENTS:
        open_body(system, Body.Kind.DEPARTMENT, name, district, phone=phone, sign_off=steps)
    street = Place.objects.get(code="420107003")
    community = Place.objects.get(code="420107003011")
    open_body(system, Body.Kind.LIAISON_COMMITTEE, "新沟桥街道联络委（演示）", street, phone=PHONE)
    open_body(system, Body.Kind.STUDIO, "同光委员工作室（演示）", community, phone=PHONE)
    lines = [_account(system, role) for role in ROLES]
    password = _password()
    account = open_account("operator", password, "演示·系统员", is_operator=True)
    lines.append(f"operator {password} {_second_factor(account)} 系统运行员（看不到任何事项）")
    return lines


def _account(system: Actor, role: Role) -> str:
    password = _password()
    account = open_account(role.username, password, role.name)
    body = Body.objects.get(name=role.body)
    if account.person is not None:
        seat(system, account.person, body, role.duty, signs=role.signs)
    secret = _second_factor(account) if role.duty == Duty.DISTRICT_OFFICE else "-"
    return f"{role.username} {password} {secret} {role.what}，{role.body}"


def _second_factor(account: Account) -> str:
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    return str(secret)


def _password() -> str:
    return secrets.token_urlsafe(12)


def _actor(username: str, tenant: Tenant) -> Actor:
    return actor_of(Account.objects.get(username=username), tenant.pk)
