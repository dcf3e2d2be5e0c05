"""What a row of the table of access says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests import scenes
from tests.cast import Cast
from tests.scenes import Parts

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
    "over a place":" L   +   +   +   .   +   +   .   .   .   +   F   S   .   . ",
    "just office": " L   .   .   .   .   .   .   .   .   .   +   F   S   .   . ",
    "who runs it": " L   .   .   +   .   .   .   .   .   .   +   F   S   .   . ",
    "both sides":  " L   +   .   +   .   .   .   .   .   .   +   F   S   .   . ",
    "the member":  " L   .   .   .   +   .   .   .   .   .   .   F   S   .   . ",
    "operator":    " L   .   .   .   .   .   .   .   .   .   .   .   .   +   . ",
    "nobody":      " L   .   .   .   .   .   .   .   .   .   .   F   S   .   . ",
    "not there":   " .   .   .   .   .   .   .   .   .   .   .   .   .   .   . ",
}  # fmt: skip
SEATED = ("case", "case, hand", "staff", "who runs it", "the member")
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
