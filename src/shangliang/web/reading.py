"""How one reader wants pages: type size, light or dark, language. Kept in a cookie, never in a session."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest

COOKIE = "reading"
YEAR = 365 * 24 * 3600
CHOICES = {
    "mode": frozenset({"standard", "elder"}),
    "theme": frozenset({"system", "light", "dark"}),
    "lang": frozenset({"zh-hans", "en"}),
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a page needs to know of its reader. In templates: `reading.mode`, `reading.theme`, `reading.lang`."""

    mode: str = "standard"
    theme: str = "system"
    lang: str = "zh-hans"

    @property
    def is_elder(self) -> bool:
        return self.mode == "elder"

    @property
    def html_lang(self) -> str:
        """The language as `<html lang>` wants it."""
        return "en" if self.lang == "en" else "zh-CN"

    def cookie(self) -> str:
        return f"{self.mode}.{self.theme}.{self.lang}"


def of_cookie(value: str) -> Preferences:
    """The preferences written in a cookie; whatever is not one of ours is the default."""
    pieces = dict(zip(CHOICES, value.split("."), strict=False))
    return _with(Preferences(lang=settings.LANGUAGE_CODE), pieces)


def of_request(request: HttpRequest) -> tuple[Preferences, bool]:
    """What this request is to be shown as, and whether its address asks for a change."""
    kept = of_cookie(request.COOKIES.get(COOKIE, ""))
    asked = _with(kept, {name: request.GET.get(name, "") for name in CHOICES})
    return asked, asked != kept


def _with(preferences: Preferences, wanted: dict[str, str]) -> Preferences:
    return replace(preferences, **{name: value for name, value in wanted.items() if value in CHOICES[name]})
