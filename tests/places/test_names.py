"""Short names, statistical areas, and text made comparable."""

from __future__ import annotations

import pytest

from shangliang.places.names import comparable, is_statistical, short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("119街社区居委会", "119街社区"),
        ("光明社区居民委员会", "光明社区"),
        ("绿景苑社区居委", "绿景苑社区"),
        ("田家社区居民委会员", "田家社区"),
        ("三合社区", "三合社区"),
        ("武东村委会", "武东村"),
        ("新村村委会", "新村"),
        ("下马庙村村民委员会", "下马庙村"),
        ("小王庄村民委员会", "小王庄村"),
        ("城关社区村民委员会", "城关社区"),
        ("巴音嘎查村民委员会", "巴音嘎查"),
        ("东门居民委员会", "东门居委会"),
        ("双山村委会（长春工业经济开发区）（省级）", "双山村"),
        ("名居花园（万科）居委会", "名居花园（万科）居委会"),
        ("武钢集团虚拟社区", "武钢集团虚拟社区"),
        ("新沟桥街道办事处", "新沟桥街道"),
        ("郑场镇", "郑场镇"),
    ],
)
def test_a_short_name_is_what_people_say(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("name", "above", "short"),
    [
        ("花山街道红焰社区居委会", "花山街道", "红焰社区"),
        ("内蒙古自治区鄂尔多斯市伊金霍洛旗阿勒腾席热镇西苑社区居民委员会", "阿勒腾席热镇", "西苑社区"),
        ("郑场镇村委会", "郑场镇", "郑场镇村"),
        ("光明社区居委会", "新沟桥街道", "光明社区"),
    ],
)
def test_a_short_name_leaves_out_the_street(name: str, above: str, short: str) -> None:
    assert short_name(name, above) == short


@pytest.mark.parametrize(
    ("code", "name", "statistical"),
    [
        ("420107001", "红卫路街道", False),
        ("429004100", "郑场镇", False),
        ("420107400", "武钢集团", True),
        ("429004401", "九合垸原种场", True),
        ("420107400498", "武钢集团虚拟社区", True),
        ("420107005400", "武汉钢铁有限公司社区", False),
        ("42", "湖北省", False),
    ],
)
def test_areas_that_only_statistics_know_are_told_by_code_and_name(code: str, name: str, statistical: bool) -> None:
    assert is_statistical(code, name) is statistical


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("一一〇街", "110街"),
        ("一一零街", "110街"),
        ("十九街", "19街"),
        ("二十街", "20街"),
        ("一百一十九街", "119街"),
        ("一百零五街", "105街"),
        ("１１９街", "119街"),
        (" 119 街，坊", "119街坊"),
        ("鋼花村街道", "钢花村街道"),
        ("百步亭", "百步亭"),
        ("", ""),
    ],
)
def test_ways_to_write_the_same_compare_equal(text: str, plain: str) -> None:
    assert comparable(text).plain == plain


def test_numerals_of_two_scripts_do_not_run_together() -> None:
    text = comparable("五一3号")
    assert (text.plain, text.breaks) == ("513号", {2})
    assert text.slice(0, 2) == "五一"
