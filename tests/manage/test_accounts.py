"""`shangliang account`: whoever follows the readme can sign in."""

from __future__ import annotations

import pytest
from django.test import Client
from django_scopes import scope

from shangliang.manage.cli import main
from shangliang.people.models import Account, Membership
from tests.desk.counter import Counter, open_counter

pytestmark = [pytest.mark.django_db, pytest.mark.rollup]
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def counter() -> Counter:
    return open_counter()


def signed_in(printed: str, username: str) -> Client:
    """A browser in which the printed password was given."""
    password = printed.split("密码 ")[1].split()[0]
    client = Client()
    client.post("/accounts/login/", {"login": username, "password": password})
    return client


def test_the_first_log_in_of_a_district_leads_its_office(counter: Counter, capsys: Printed) -> None:
    assert main(["account", "First.Office", "--name", "方圆", "--tenant", counter.tenant.slug]) == 0
    client = signed_in(capsys.readouterr().out, "first.office")
    assert client.get(f"/{counter.tenant.slug}/desk/")["Location"].startswith("/accounts/password/change/")
    with scope(tenant=counter.tenant):
        (seat,) = Membership.objects.filter(person__account__username="first.office")
    assert seat.duty == Membership.Duty.DISTRICT_OFFICE


def test_without_a_tenant_it_runs_the_machine(counter: Counter, capsys: Printed) -> None:
    assert main(["account", "keeper", "--name", "方圆"]) == 0
    assert signed_in(capsys.readouterr().out, "keeper").get("/operate/").status_code == 302
    assert Account.objects.get(username="keeper").is_operator


@pytest.mark.parametrize(("username", "why"), [("KEEPER", "已经有人用了"), ("方圆", "登录名用字母")])
def test_a_name_that_is_taken_or_none_is_refused(counter: Counter, capsys: Printed, username: str, why: str) -> None:
    main(["account", "keeper", "--name", "方圆"])
    capsys.readouterr()
    assert main(["account", username, "--name", "方圆"]) == 1
    assert why in capsys.readouterr().err
