from __future__ import annotations

import pytest

from tests.cast import cast, opened
from tests.guard import Watch
from tests.town import Town, open_town

__all__ = ["cast", "opened"]


@pytest.fixture
def town(db: None, watch: Watch) -> Town:
    with watch.exempt():
        return open_town()
