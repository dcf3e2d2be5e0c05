"""Log-ins for members: names proposed from their own, passwords shown once, all or none."""

from __future__ import annotations

import re

import pytest

from shangliang.core.errors import NotAllowed, Refused
from shangliang.ledger.models import Entry
from shangliang.people import actions, queries
from shangliang.people.login_names import propose
from shangliang.people.models import Account, Person
from tests.cast import Cast


def recorded(cast: Cast, key: str, name: str) -> Person:
    return actions.record_member(cast.office, key=key, name=name, given={}).person


def test_names_are_proposed_in_pinyin_and_numbered_where_taken() -> None:
    assert propose(["沈见青", "李", "Ana Maria"], ()) == ["shenjianqing", "wyli", "anamaria"]
    assert propose(["沈见青", "沈见青"], {"shenjianqing"}) == ["shenjianqing2", "shenjianqing3"]


def test_those_ticked_get_a_log_in_and_a_password_that_is_shown_once(cast: Cast) -> None:
    shen, lu = recorded(cast, "012", "沈见青"), recorded(cast, "013", "陆时遥")
    office, address = cast.client("office"), cast.url("people:logins")
    page = office.get(address).content.decode()
    assert 'value="shenjianqing"' in page
    given = {f"give-{shen.pk}": "yes", f"name-{shen.pk}": "Shen.JQ", f"name-{lu.pk}": "lushiyao"}
    response = office.post(address, given)
    passwords = re.findall(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", response.content.decode())
    account = Account.objects.get(person=shen)
    assert (account.username, account.must_change_password) == ("shen.jq", True)
    assert account.check_password(passwords[0])
    assert "no-store" in response["Cache-Control"]
    assert [row.person_id for row in queries.without_login()] == [lu.pk]
    entry = Entry.objects.order_by("-seq")[0]
    assert entry.kind == "accounts.opened"
    assert passwords[0] not in entry.body


@pytest.mark.parametrize(
    ("username", "why"), [("office", "已经有人用了"), ("沈", "登录名用字母"), ("ab", "登录名用字母")]
)
def test_a_name_that_cannot_be_one_is_refused_and_none_is_opened(cast: Cast, username: str, why: str) -> None:
    shen, lu = recorded(cast, "012", "沈见青"), recorded(cast, "013", "陆时遥")
    before = Account.objects.count()
    with pytest.raises(Refused, match=why):
        actions.give_logins(cast.office, [(shen, "shenjianqing"), (lu, username)])
    assert Account.objects.count() == before
    response = cast.client("office").post(
        cast.url("people:logins"), {f"give-{lu.pk}": "yes", f"name-{lu.pk}": username}
    )
    assert response.status_code == 422
    assert why in response.content.decode()


def test_a_second_log_in_for_the_same_person_is_refused(cast: Cast) -> None:
    shen = recorded(cast, "012", "沈见青")
    actions.give_logins(cast.office, [(shen, "shenjianqing")])
    with pytest.raises(Refused, match="已经有账号了"):
        actions.give_logins(cast.office, [(shen, "shenjianqing2")])


def test_only_the_district_office_gives_log_ins(cast: Cast) -> None:
    shen = recorded(cast, "012", "沈见青")
    with pytest.raises(NotAllowed):
        actions.give_logins(cast.convenor, [(shen, "shenjianqing")])
    assert cast.client("street").get(cast.url("people:logins")).status_code == 404
