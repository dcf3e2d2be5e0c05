"""Who gets what from every address: each URL × each role × the own tenant's object and a foreign one.

A page of a matter one may not see is not there (404), never forbidden. Somebody who sees a matter but
may not do an act is told why (403). A row stands for one URL in one situation; a URL without a row fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, resolve, reverse
from django.urls.resolvers import URLResolver
from django_scopes import scope

from tests import scenes
from tests.cast import Cast, open_cast
from tests.guard import Watch
from tests.scenes import Parts, in_days

LEADS = {
    "L": "/accounts/login/?next=",
    "F": "/accounts/2fa/totp/activate/",
    "S": "/accounts/2fa/reauthenticate/?next=",
}
FOREIGNER = "foreigner"  # staff of a street of the same name, in another tenant
STRANGERS = ("resident", "operator", FOREIGNER)  # without a seat in this tenant
WRONG_CODE = "000-0000-0000-0000"
SLIP_ACTS = ("add", "withdraw", "confirm", "send_back", "support")

# Which roles pass to a page (+), are asked to sign in (L), to give the code of their second factor (S) or to set one
# up first (F), or find no page (.). `new_office` has no second factor, `late_office` has not given its code.
ROLES = """resident community neighbour convenor member street far_street
           handler section citymanager office new_office late_office operator foreigner""".split()
#                   res com nei con mem str far han sec cit off new lat ope for
DOORS = {
    "everybody":   " +   +   +   +   +   +   +   +   +   +   +   +   +   +   + ",
    "signed in":   " L   +   +   +   +   +   +   +   +   +   +   +   +   +   + ",
    "staff":       " L   +   +   +   +   +   +   +   +   +   +   F   S   .   . ",
    "no members":  " L   +   +   +   .   +   +   +   +   +   +   F   S   .   . ",
    "case":        " L   +   .   +   .   +   .   .   .   .   +   F   S   .   . ",
    "case, hand":  " L   +   .   +   .   +   .   .   .   +   +   F   S   .   . ",
    "case, house": " L   +   .   +   .   +   .   +   +   .   +   F   S   .   . ",
    "all but far": " L   +   .   +   +   +   .   .   .   .   +   F   S   .   . ",
    "all at hand": " L   +   .   +   +   +   .   .   .   +   +   F   S   .   . ",
    "just office": " L   .   .   .   .   .   .   .   .   .   +   F   S   .   . ",
    "operator":    " L   .   .   .   .   .   .   .   .   .   .   .   .   +   . ",
    "nobody":      " L   .   .   .   .   .   .   .   .   .   .   F   S   .   . ",
    "not there":   " .   .   .   .   .   .   .   .   .   .   .   .   .   .   . ",
}  # fmt: skip
SEATED = ("case", "case, hand", "staff")
CASE = ("community", "convenor", "street", "office")
DEPARTMENTS = ("handler", "section", "citymanager")


@dataclass(frozen=True)
class Row:
    """One URL: who passes, what they get for a GET and for a POST with `data`, and who is refused the act."""

    name: str
    door: str
    get: int = 200
    post: int = 405
    of: Callable[[Cast], Parts] = scenes.nothing
    data: dict[str, Any] | Callable[[Cast, Parts], dict[str, Any]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()  # roles that see the page, and get 403 for the POST
    asks_elsewhere: bool = False  # it asks on purpose where else somebody sits

    @property
    def is_of_a_tenant(self) -> bool:
        """Whether its address names something that belongs to one tenant. A slip knows its tenant by itself."""
        return self.of not in (scenes.nothing, scenes.topic) and not self.name.startswith("slip:")

    def __str__(self) -> str:
        return f"{self.name} of {self.of.__name__}"


def act(name: str, of: Callable[[Cast], Parts], data: Any = None, door: str = "case", **more: Any) -> Row:
    """The page of an act: GET asks, POST does and goes back to the matter."""
    return Row(name, door, post=302, of=of, data=data or {"seen": ""}, **more)


def its_slip(**more: str) -> Callable[[Cast, Parts], dict[str, Any]]:
    """A POST that shows the code of a slip whose matter has ended."""
    return lambda cast, parts: scenes.slip(cast) | more


WHY = {"why": "说明一句"}
SPOKEN = {"words": "路灯不亮", "openness": "public", "speaks_for": "self"}


ROWS = [
    # gathering
    act("gathering:accept", scenes.raised, {"title": "楼道灯坏了"}),
    act("gathering:describe", scenes.gathered, {"title": "楼道灯坏了三个月"}),
    act("gathering:decline", scenes.raised, {"reason": "lawsuit", "why": "法院在办。"}),
    act("gathering:join", scenes.gathered, lambda cast, parts: {"lead_number": scenes.gathered(cast)["number"]}),
    act("gathering:take_out", scenes.joined, WHY),
    act(
        "gathering:refer",
        scenes.gathered,
        lambda cast, parts: {"to_body": cast.body("新沟桥街道").pk, "why": "请统一出面。"},
    ),
    act("gathering:take_referral", scenes.referred, refused=("community", "convenor", "office")),
    act("gathering:return_referral", scenes.referred, WHY, refused=("community", "convenor", "office")),
    act(
        "gathering:answer_referral", scenes.referred, {"answer": "谈好了"}, refused=("community", "convenor", "office")
    ),
    # delivery, on matters
    act(
        "delivery:hand_over",
        scenes.gathered,
        lambda cast, parts: {"body": cast.body("区房管局").pk, "points": "换灯\n查线路", "days": 15},
    ),
    act("delivery:supervise", scenes.matter_handed_over, {"words": "请抓紧"}),
    act("delivery:close", scenes.gathered, {"words": "修好了", "outcome": "done"}),
    act("delivery:reopen", scenes.ended, WHY),
    # delivery, on hand-overs and promises
    act("delivery:take_in_hand", scenes.handed_over, door="case, hand", refused=CASE),
    act("delivery:return", scenes.handed_over, WHY, door="case, hand", refused=CASE),
    act("delivery:progress", scenes.handed_over, {"words": "量好了尺寸"}, door="case, hand", refused=CASE),
    act(
        "delivery:extend",
        scenes.handed_over,
        {"days": 5, "approved_by": "分管领导", "why": "等配件"},
        door="case, hand",
        refused=CASE,
    ),
    act(
        "delivery:reassign",
        scenes.handed_over,
        lambda cast, parts: {"person": cast.accounts["citymanager"].person_id},
        door="case, hand",
        refused=CASE,
    ),
    act("delivery:reply", scenes.handed_over, scenes.answers, door="case, hand", refused=CASE),
    act("delivery:sign", scenes.signing, {"words": "同意"}, door="case, house", refused=(*CASE, "handler")),
    act("delivery:send_draft_back", scenes.signing, WHY, door="case, house", refused=(*CASE, "handler")),
    act("delivery:pass_back", scenes.replied, WHY, door="case, hand", refused=("citymanager",)),
    Row("delivery:make_link", "case, hand", get=405, post=200, of=scenes.handed_over),
    act("delivery:settle_promise", scenes.promise, {"kept": "yes", "words": "办到了"}, door="case, hand"),
    act("delivery:move_promise", scenes.promise, {"by_when": in_days(60), "why": "等材料"}, door="case, hand"),
    Row("delivery:by_link", "everybody", post=200, of=scenes.link, data=scenes.answers),
    # the desk
    Row("desk:queue", "staff", post=200),
    Row("desk:matters", "staff", post=200),
    Row("desk:matter", "case", post=200, of=scenes.raised),
    Row("desk:matter", "all but far", post=200, of=scenes.gathered),
    Row("desk:matter", "all at hand", post=200, of=scenes.matter_handed_over),
    Row(
        "desk:enter",
        "staff",
        post=302,
        data=SPOKEN | {"channel": "phone"},
        refused=("member", *DEPARTMENTS),
    ),
    Row("desk:lost_slip", "staff", post=200, data={"number": "420107-2026-000001"}),
    Row("desk:receipt", "nobody", post=404, of=scenes.voice),
    Row("desk:letter", "case", get=405, post=200, of=scenes.voice),
    Row("desk:reissue", "case", get=405, post=302, of=scenes.voice),
    Row("desk:contact", "case", get=405, post=200, of=scenes.voice),
    Row("desk:let_through", "case", get=405, post=302, of=scenes.voice),
    Row("desk:clear_words", "case", get=405, post=302, of=scenes.voice, data={"show": "1"}),
    Row("desk:photo", "case", post=200, of=scenes.private_photo),
    Row("desk:reply_file", "case, hand", post=200, of=scenes.file_of_a_reply),
    Row("desk:hand_overs", "no members", post=200),
    Row(
        "desk:calendar",
        "staff",
        post=302,
        data={"day": in_days(9), "working": "no", "reason": "停电"},
        refused=("community", "neighbour", "convenor", "member", "street", "far_street", *DEPARTMENTS),
    ),
    Row("desk:import", "staff", post=302, data=scenes.message_file, refused=("member", *DEPARTMENTS)),
    Row("desk:import_template", "staff", post=200),
    Row("desk:import_check", "just office", post=200, of=scenes.put_aside),
    Row("desk:import_problems", "just office", post=200, of=scenes.put_aside),
    Row("desk:take_back", "staff", get=405, post=302),
    Row("desk:count_anew", "staff", get=405, post=302),
    # what only the office does
    Row("voices:erase", "just office", post=302, of=scenes.voice, data={"reason": "request"}),
    Row("people:bodies", "just office", post=200),
    Row("people:new_body", "just office", post=302, data={"kind": "department", "name": "区水务局"}),
    Row("people:body", "just office", post=302, of=scenes.body, data={"phone": "027-0000-0099"}),
    Row(
        "people:give_seat",
        "just office",
        post=200,  # with the password of the new log-in
        of=scenes.body,
        data={"username": "newcomer", "name": "方圆", "duty": "handler", "since": in_days(0)},
    ),
    Row("people:end_seat", "just office", post=302, of=scenes.seat, data={"off": in_days(0)}),
    Row("people:account", "just office", post=200, of=scenes.account, asks_elsewhere=True),
    Row("people:reset", "just office", get=405, post=200, of=scenes.account, asks_elsewhere=True),
    Row("people:set_active", "just office", get=405, post=302, of=scenes.account, asks_elsewhere=True),
    Row("delivery:close_body", "just office", post=302, of=scenes.body, data={"on": in_days(0)}),
    # who runs the machine
    Row("playbooks:operate", "operator", post=200),
    Row("playbooks:open_tenant", "operator", post=422),
    Row("playbooks:days", "operator", post=422),
    # the public pages
    Row("publicity:front", "everybody", post=200),
    Row("publicity:home", "everybody", post=200),
    Row("publicity:figures", "everybody", post=200),
    Row("publicity:about", "everybody", post=200, of=scenes.topic),
    Row("publicity:matters", "everybody", post=200),
    Row("publicity:matter", "everybody", post=200, of=scenes.gathered),
    Row("publicity:matter", "not there", of=scenes.raised),
    Row("publicity:matter", "not there", of=scenes.hidden),
    Row("publicity:photo", "everybody", post=200, of=scenes.public_photo_in_public),
    Row("publicity:photo", "not there", of=scenes.private_photo_in_public),
    Row("publicity:photo_small", "everybody", post=200, of=scenes.public_photo_in_public),
    Row("publicity:photo_small", "not there", of=scenes.private_photo_in_public),
    Row("voices:say", "everybody", post=303, data=SPOKEN | {"hear_by": "page"}),
    Row("voices:receipt", "everybody", get=404),  # only for the browser that has just raised a voice
    Row("voices:support", "everybody", get=405, post=303, of=scenes.gathered),
    Row("voices:support", "everybody", get=405, post=404, of=scenes.hidden),
    # slips: whoever has the code, and nobody else
    Row("slip:lookup", "everybody", post=200, data=its_slip()),
    Row("slip:lookup", "everybody", post=404, data={"code": WRONG_CODE}),
    Row("slip:thread", "everybody", of=scenes.slip),
    Row("slip:thread", "everybody", get=404, of=scenes.wrong_slip),
    Row("slip:add", "everybody", get=405, post=200, data=its_slip(words="还是不亮")),
    Row("slip:withdraw", "everybody", get=405, post=200, data=its_slip()),
    Row("slip:confirm", "everybody", get=405, post=200, data=its_slip(solved="yes")),
    Row("slip:send_back", "everybody", get=405, post=200, data=its_slip(words="没修")),
    Row("slip:support", "everybody", get=405, post=409, data=its_slip()),  # what has ended needs no support
    *(Row(f"slip:{name}", "everybody", get=405, post=404, data={"code": WRONG_CODE}) for name in SLIP_ACTS),
]
# One's own account: the answers to GET and POST for somebody who has not signed in, who has, and who has with a
# second factor. None of it is a tenant's.
ACCOUNTS = {
    "/healthz": ("200 200", "200 200", "200 200"),
    "/home/": ("302 302", "302 302", "302 302"),
    "/me/": ("302 302", "200 200", "200 200"),
    "/accounts/login/": ("200 200", "302 302", "302 302"),
    "/accounts/logout/": ("302 302", "200 302", "200 302"),
    "/accounts/inactive/": ("200 405", "200 405", "200 405"),
    "/accounts/signup/": ("200 200", "302 302", "302 302"),  # it says that the office opens accounts
    "/accounts/reauthenticate/": ("302 302", "200 200", "200 200"),
    "/accounts/email/": ("302 302", "200 302", "200 302"),
    "/accounts/confirm-email/": ("200 405", "200 405", "200 405"),
    "/accounts/confirm-email/made-up/": ("200 404", "200 404", "200 404"),
    "/accounts/password/change/": ("302 302", "200 200", "200 200"),
    "/accounts/password/set/": ("302 302", "302 302", "302 302"),
    "/accounts/password/reset/": ("200 200", "200 200", "200 200"),
    "/accounts/password/reset/done/": ("200 405", "200 405", "200 405"),
    "/accounts/password/reset/key/1-made-up/": ("200 200", "200 200", "200 200"),
    "/accounts/password/reset/key/done/": ("200 405", "200 405", "200 405"),
    "/accounts/login/code/confirm/": ("302 302", "302 302", "302 302"),
    "/accounts/2fa/": ("302 302", "200 405", "200 405"),
    "/accounts/2fa/authenticate/": ("302 302", "302 302", "302 302"),
    "/accounts/2fa/reauthenticate/": ("302 302", "302 302", "200 200"),
    "/accounts/2fa/totp/activate/": ("302 302", "302 302", "302 302"),
    "/accounts/2fa/totp/deactivate/": ("302 302", "404 404", "302 302"),
    "/accounts/2fa/recovery-codes/": ("302 302", "404 405", "404 405"),
    "/accounts/2fa/recovery-codes/generate/": ("302 302", "302 302", "302 302"),
    "/accounts/2fa/recovery-codes/download/": ("302 302", "404 404", "404 404"),
}


def all_names() -> Iterator[str]:
    """The names of all addresses that the project answers to."""

    def below(resolver: URLResolver, before: tuple[str, ...]) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from below(entry, (*before, entry.namespace) if entry.namespace else before)
            else:
                yield ":".join((*before, entry.name or str(entry.pattern)))

    return below(get_resolver(), ())


def expected(row: Row, role: str, method: str, *, foreign: bool) -> int:
    """The status that the table promises."""
    mark = dict(zip(ROLES, DOORS[row.door].split(), strict=True))[role]
    if mark in LEADS:
        return 302
    if method == "GET" and row.get == 405 and (mark == "+" or (row.door in SEATED and role not in STRANGERS)):
        return 405  # to whoever has a seat, before anybody looks for the object
    if mark == "." or foreign:
        return 404
    if method == "GET":
        return row.get
    return 403 if role in row.refused else row.post


def address_of(name: str, tenant: str, parts: Parts) -> str:
    """The address of a page: of this tenant's, if the page is a tenant's."""
    for given in ({"slug": tenant, **parts}, parts, {"slug": tenant}, {}):
        with suppress(NoReverseMatch):
            return reverse(name, kwargs=given)
    raise AssertionError(f"no address is called {name}")


@pytest.fixture
def home(db: None, watch: Watch) -> Cast:
    with watch.exempt():
        return open_cast()


@pytest.fixture
def abroad(home: Cast, watch: Watch) -> Cast:
    with watch.exempt():
        return open_cast("420106", "武昌区")


def ask(client: Client, method: str, address: str, data: dict[str, Any]) -> Any:
    """What this browser is answered. Whatever it did is undone."""
    cache.clear()  # of what limits count
    for file in (value for value in data.values() if hasattr(value, "seek")):
        file.seek(0)  # an earlier role has read it
    with transaction.atomic():
        response = client.get(address) if method == "GET" else client.post(address, data)
        transaction.set_rollback(True)
    return response


def each(rows: list[Row]) -> list[Any]:
    return [pytest.param(row, marks=[pytest.mark.rollup] * row.asks_elsewhere, id=str(row)) for row in rows]


def browser_of(role: str, home: Cast, abroad: Cast) -> Client:
    if role == FOREIGNER:
        return abroad.client("street")
    if role != "late_office":
        return home.client("" if role == "resident" else role)
    client = Client()
    client.force_login(home.accounts["office"])  # by the password alone
    return client


def arranged(row: Row, cast: Cast, watch: Watch) -> tuple[Parts, dict[str, Any]]:
    """The object of a row, and what is to be posted to it."""
    with watch.exempt(), scope(tenant=cast.tenant):
        parts = row.of(cast)
        return parts, row.data(cast, parts) if callable(row.data) else row.data


def wrongs(row: Row, home: Cast, abroad: Cast, parts: Parts, data: dict[str, Any], *, foreign: bool) -> Iterator[str]:
    address = address_of(row.name, home.tenant.slug, parts)
    for role in ROLES:
        client = browser_of(role, home, abroad)
        for method in ("GET", "POST"):
            response, wanted = ask(client, method, address, data), expected(row, role, method, foreign=foreign)
            mark = dict(zip(ROLES, DOORS[row.door].split(), strict=True))[role]
            if response.status_code != wanted:
                yield f"{role}: {method} gives {response.status_code}, not {wanted}"
            elif mark in LEADS and not response["Location"].startswith(LEADS[mark]):
                yield f"{role}: {method} leads to {response['Location']}"


@pytest.mark.parametrize("row", each(ROWS))
def test_each_role_gets_what_the_table_says(row: Row, home: Cast, abroad: Cast, watch: Watch) -> None:
    parts, data = arranged(row, home, watch)
    found = list(wrongs(row, home, abroad, parts, data, foreign=False))
    assert found == []


@pytest.mark.parametrize("row", each([row for row in ROWS if row.is_of_a_tenant]))
def test_what_belongs_to_another_tenant_is_not_there(row: Row, home: Cast, abroad: Cast, watch: Watch) -> None:
    parts, data = arranged(row, abroad, watch)
    found = list(wrongs(row, home, abroad, parts, data, foreign=True))
    assert found == []


@pytest.mark.rollup  # some of them list where somebody works
@pytest.mark.parametrize("address", ACCOUNTS)
def test_ones_own_account_is_for_whoever_signed_in(address: str, home: Cast) -> None:
    given = {
        role: " ".join(
            str(ask(home.client("" if role == "resident" else role), method, address, {}).status_code)
            for method in ("GET", "POST")
        )
        for role in ("resident", "street", "office")
    }
    assert tuple(given.values()) == ACCOUNTS[address]


def test_every_address_has_a_row() -> None:
    accounts = {resolve(address).view_name for address in ACCOUNTS}
    accounts.add("mfa_activate_totp")  # people:activate_totp answers in its place
    assert {row.name for row in ROWS} | accounts == set(all_names())
