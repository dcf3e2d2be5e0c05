"""How often one address may do something. Counts in Django's cache and keeps no address there, only its hash."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from shangliang.core import clock
from shangliang.core.seal import keyed_hash


def over_limit(request: HttpRequest, name: str, limit: int, seconds: int, who: str = "") -> bool:
    """Whether this address (or `who`, where something else tells people apart) now does `name` more than `limit`
    times within `seconds`; counts this time too.

    Windows are fixed: they begin at multiples of `seconds`.
    """
    key = _key(request, name, seconds, who)
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > limit
    except ValueError:  # the cache dropped the key in between
        return False


def is_over(request: HttpRequest, name: str, limit: int, seconds: int) -> bool:
    """Whether this address has used up its `limit`; counts nothing. For acts of which only failures are counted."""
    return int(cache.get(_key(request, name, seconds), 0)) >= limit


def _key(request: HttpRequest, name: str, seconds: int, who: str = "") -> str:
    window = int(clock.now().timestamp()) // seconds
    return f"limit:{name}:{window}:{keyed_hash(who or address_of(request), 'limit').hex()}"


def address_of(request: HttpRequest) -> str:
    """The caller's address: behind n trusted proxies, the n-th from the end of X-Forwarded-For.

    What stands further left was written by the caller and proves nothing.
    """
    here = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return here
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return passed[-settings.PROXIES] if len(passed) >= settings.PROXIES else here
