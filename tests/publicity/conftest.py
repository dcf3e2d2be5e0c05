from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django_scopes import scope

from tests.cast import cast, opened
from tests.publicity.quarter import Quarter, build

__all__ = ["cast", "opened"]


@pytest.fixture
def quarter(db: None) -> Iterator[Quarter]:
    """A small district; the test runs inside it."""
    cache.clear()  # of what limits counted in other tests
    built = build()
    with scope(tenant=built.tenant):
        yield built
