"""青山区 of 武汉, loaded from the divisions shipped: real places with real traps in their names."""

from __future__ import annotations

import pytest

from shangliang.places import actions
from shangliang.places.models import Place


@pytest.fixture
def qingshan(db: None) -> Place:
    return actions.load("420107")
