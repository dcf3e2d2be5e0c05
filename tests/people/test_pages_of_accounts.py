"""Log-ins: resetting and closing them, and the second factor that the district office cannot do without."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import timeline
from shangliang.people import actions
from shangliang.people.models import Account, Body, Membership
from tests.cast import Cast, open_cast

pytestmark = pytest.mark.rollup  # whether somebody also sits in another tenant is asked of all of them
PASSWORD = "a-long-password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[-1]))


def sign_in(username: str, password: str = PASSWORD) -> Client:
    cache.clear()
    browser = Client()
    browser.post("/accounts/login/", {"login": username, "password": password})
    return browser


def is_signed_in(browser: Client) -> bool:
    return browser.get("/me/").status_code == 200


def set_up(browser: Client) -> str:
    """Set up the second factor as the page says, after giving the password once more; gives its secret."""
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/accounts/2fa/totp/activate/", follow=True).content.decode()
    found = re.search(r"<code[^>]*>([A-Z2-7]+)</code>", page)
    assert found, page
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code_of(found[1])}).status_code == 302
    return found[1]


# --- the second factor --------------------------------------------------------------------------------


def test_the_district_office_gets_nowhere_before_it_has_set_up_a_second_factor(cast: Cast) -> None:
    browser = sign_in("new_office")
    for name in ("desk:queue", "people:bodies", "desk:calendar"):
        assert browser.get(cast.url(name))["Location"] == "/accounts/2fa/totp/activate/"
    set_up(browser)
    assert browser.get(cast.url("desk:queue")).status_code == 200


def test_signing_in_with_the_password_alone_is_not_signing_in(cast: Cast) -> None:
    secret = set_up(sign_in("new_office"))
    browser = sign_in("new_office")
    assert not is_signed_in(browser)
    assert browser.get(cast.url("desk:queue"))["Location"].startswith("/accounts/login/")
    browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert browser.get(cast.url("desk:queue")).status_code == 200


def test_a_session_begun_before_the_factor_was_set_up_must_give_a_code(cast: Cast) -> None:
    older = sign_in("new_office")
    secret = set_up(sign_in("new_office"))
    answer = older.get(cast.url("desk:queue"))
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/?next=/420107/desk/")
    cache.clear()
    answer = older.post(answer["Location"], {"code": code_of(secret), "next": cast.url("desk:queue")})
    assert answer["Location"] == cast.url("desk:queue")
    assert older.get(cast.url("desk:queue")).status_code == 200


def test_the_district_office_cannot_switch_its_factor_off(cast: Cast) -> None:
    browser = sign_in("new_office")
    set_up(browser)
    browser.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=cast.accounts["new_office"], type="totp").exists()


def test_a_factor_that_is_gone_closes_the_session_that_had_proved_it(cast: Cast) -> None:
    browser = sign_in("new_office")
    set_up(browser)
    Authenticator.objects.filter(user=cast.accounts["new_office"]).delete()
    assert browser.get(cast.url("desk:queue"))["Location"] == "/accounts/2fa/totp/activate/"


def test_others_may_have_a_second_factor_and_may_switch_it_off(cast: Cast) -> None:
    browser = sign_in("street")
    assert browser.get(cast.url("desk:queue")).status_code == 200
    set_up(browser)
    browser.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=cast.accounts["street"]).exists()


def test_who_comes_into_the_office_later_needs_the_factor_from_that_day_on(cast: Cast) -> None:
    browser = sign_in("street")
    person = cast.accounts["street"].person
    assert person is not None
    actions.seat(cast.office, person, cast.body("青山区政协办公室"), Membership.Duty.DISTRICT_OFFICE)
    assert browser.get(cast.url("desk:queue"))["Location"] == "/accounts/2fa/totp/activate/"


def test_the_secret_of_the_factor_is_sealed(cast: Cast) -> None:
    totp = TOTP.activate(cast.accounts["street"], SECRET)
    assert SECRET not in str(totp.instance.data)
    assert totp.validate_code(code_of(SECRET))


# --- resetting ----------------------------------------------------------------------------------------


def test_a_reset_gives_a_new_password_takes_the_factor_off_and_ends_every_session(cast: Cast) -> None:
    account = cast.accounts["street"]
    TOTP.activate(account, SECRET)
    browser = cast.client("street")
    answer = cast.client("office").post(cast.url("people:reset", account_id=account.pk))
    found = re.search(r"初始密码</dt><dd><code[^>]*>([^<]+)</code>", answer.content.decode())
    assert found
    assert answer["Cache-Control"] == "private, no-store"
    assert not is_signed_in(browser)
    assert not Authenticator.objects.filter(user=account).exists()
    assert not is_signed_in(sign_in("street"))
    assert sign_in("street", found[1]).get(cast.url("desk:queue"))["Location"] == "/accounts/password/change/"
    line = timeline(account.person_id)[0]  # type: ignore[arg-type]
    assert (line.entry.kind, line.facts, line.words) == ("account.reset", {}, {})


def test_nobody_resets_the_log_in_of_somebody_who_also_sits_elsewhere(cast: Cast) -> None:
    abroad = open_cast("420106", "武昌区")
    account = abroad.accounts["office"]
    with scope(tenant=cast.tenant):
        body = Body.objects.get(name="区房管局")
        actions.take_on(cast.office, body, Membership.Duty.HANDLER, username=account.username)
        for act in (
            lambda: actions.reset_account(cast.office, account),
            lambda: actions.set_active(cast.office, account, False),
        ):
            with pytest.raises(NotAllowed, match="在别的地方也有席位"):
                act()
        page = cast.client("office").get(cast.url("people:account", account_id=account.pk)).content.decode()
    assert "在别的地方也有席位" in page
    assert "重置密码和登录保护" not in page


def test_ones_own_log_in_and_that_of_an_operator_are_not_the_offices_to_reset(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="自己的密码"):
        actions.reset_account(cast.office, cast.accounts["office"])
    with pytest.raises(NotAllowed, match="系统管理员"):
        actions.reset_account(cast.office, cast.accounts["operator"])


def test_the_log_in_of_a_stranger_is_not_there(cast: Cast) -> None:
    address = cast.url("people:account", account_id=cast.accounts["operator"].pk)
    assert cast.client("office").get(address).status_code == 404


# --- closing ------------------------------------------------------------------------------------------


def test_a_closed_log_in_does_not_let_in_and_its_sessions_end(cast: Cast) -> None:
    account, browser = cast.accounts["street"], sign_in("street")
    assert is_signed_in(browser)
    cast.client("office").post(cast.url("people:set_active", account_id=account.pk))
    assert not is_signed_in(browser)
    assert browser.get(cast.url("desk:queue"))["Location"].startswith("/accounts/login/")
    assert not is_signed_in(sign_in("street"))
    assert Entry.objects.order_by("-seq")[0].kind == "account.closed"


def test_a_closed_log_in_keeps_its_seats_and_can_be_opened_again(cast: Cast) -> None:
    account = cast.accounts["street"]
    actions.set_active(cast.office, account, False)
    assert Membership.objects.filter(person=account.person_id, until=None).exists()
    cast.client("office").post(cast.url("people:set_active", account_id=account.pk), {"active": "yes"})
    assert sign_in("street").get(cast.url("desk:queue")).status_code == 200
    assert Entry.objects.order_by("-seq")[0].kind == "account.reopened"


def test_the_last_log_in_of_the_office_is_not_closed(cast: Cast) -> None:
    seat = Membership.objects.get(person=cast.accounts["office"].person_id)
    Membership.objects.filter(pk=seat.pk).update(until=clock.today())  # leaves tonight
    with pytest.raises(Refused, match="只剩这一个"):
        actions.set_active(cast.office, cast.accounts["new_office"], False)
    assert Account.objects.get(pk=cast.accounts["new_office"].pk).is_active


def test_ones_own_page_leads_to_password_and_second_factor(cast: Cast) -> None:
    page = cast.client("street").get("/me/").content.decode()
    assert "/accounts/password/change/" in page
    assert "/accounts/2fa/" in page
    assert cast.client("street").get("/home/")["Location"] == cast.url("desk:queue")
