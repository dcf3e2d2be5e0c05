from __future__ import annotations

import pytest

from tests.cast import cast
from tests.guard import Watch
from tests.town import Town, open_town

__all__ = ["cast"]


@pytest.fixture
def town(db: None, watch: Watch) -> Town:
    with watch.exempt():
        return open_town()
