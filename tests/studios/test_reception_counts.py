"""What came of the talks at a studio's desk."""

from __future__ import annotations

from shangliang.studios.models import Reception
from tests.cast import Cast
from tests.scenes_reception import studio_of, talked


def test_what_came_of_the_talks_stands_on_the_studios_page(cast: Cast) -> None:
    talked(cast)
    page = cast.client("convenor").get(cast.url("studios:done", studio_id=studio_of(cast).pk)).content.decode()
    assert "谈了 1 次" in page
    assert str(Reception.Outcome.TALK.label) in page
