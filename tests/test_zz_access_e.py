import pytest
from tests.access import sitting
from tests.test_access import arranged, each, opened, world, wrongs
@pytest.mark.parametrize("row", each(sitting.ROWS))
def test_a(row, world, watch):
    parts, data = arranged(row, world.home, watch)
    assert list(wrongs(row, world, parts, data, foreign=False)) == []
@pytest.mark.parametrize("row", each(sitting.ROWS))
def test_b(row, world, watch):
    parts, data = arranged(row, world.abroad, watch)
    assert list(wrongs(row, world, parts, data, foreign=True)) == []
