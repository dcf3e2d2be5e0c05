"""The cast plays here, and members around it."""

import pytest

from tests.cast import Cast, cast, opened
from tests.gathering.circle import Circle

__all__ = ["cast", "circle", "opened"]


@pytest.fixture
def circle(cast: Cast) -> Circle:
    """Six members in two streets."""
    return Circle(cast)
