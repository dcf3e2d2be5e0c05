from __future__ import annotations

import pytest

from tests.guard import Watch
from tests.town import Town, open_town


@pytest.fixture
def town(db: None, watch: Watch) -> Town:
    with watch.exempt():
        return open_town()
