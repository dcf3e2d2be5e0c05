"""The JSON schema of a playbook file, for editors that check and explain while one types.

It says the same as the readers of `definition`, `studio_rules` and `deliberation_section`, as far as a schema can: what
one value has to do with another (circles, dates that overlap) is for `shangliang playbook check`. The schema
lies beside the package's own playbook as `data/playbook.schema.json`; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import override

from shangliang.people.models import Body
from shangliang.people.rules import DUTIES_IN
from shangliang.playbooks import definition, words
from shangliang.playbooks import deliberation_rules as rules
from shangliang.playbooks import deliberation_section as section
from shangliang.playbooks import studio_rules as studios
from shangliang.playbooks.nodes import KEY

Schema = dict[str, Any]
LABEL = {"type": ["string", "number"], "title": "叫什么", "maxLength": section.LABEL}
DAY = {"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$"}


def schema() -> Schema:
    """The schema, in the language of the files."""
    with override("zh-hans"):
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "工作法",
            "description": "写了 format 的是完整的一份；不写的，只写和通用的一份不同的地方。",
            **_object("工作法", ("name", "version"), _whole()),
            "if": {"required": ["format"]},
            "then": {
                "required": list(definition.FIRST),
                "properties": {
                    "studios": {"required": list(studios.FIELDS)},
                    "deliberation": {"required": list(section.FIELDS)},
                },
            },
        }


# --- shapes ------------------------------------------------------------------------------------------


def _text(title: str, most: int, said: str = "") -> Schema:
    return {"type": ["string", "number"], "title": title, "maxLength": most} | ({"description": said} if said else {})


def _number(title: str, least: int, most: int, said: str = "") -> Schema:
    return {"type": "integer", "title": title, "minimum": least, "maximum": most} | (
        {"description": said} if said else {}
    )


def _flag(title: str) -> Schema:
    return {"title": title, "description": "写 yes 或者 no", "enum": ["yes", "no", True, False]}


def _one(title: str, codes: Iterable[str], called: Mapping[str, Any] | None = None) -> Schema:
    said = "；".join(f"{code} {called[code]}" for code in codes) if called else ""
    return {"title": title, "enum": list(codes)} | ({"description": said} if said else {})


def _object(title: str, needed: Collection[str], parts: Mapping[str, Schema]) -> Schema:
    return {
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "required": list(needed),
        "properties": dict(parts),
    }


def _keyed(title: str, one: Schema, said: str = "代号用小写字母、数字和下划线，自己起") -> Schema:
    return {
        "title": title,
        "description": said,
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{KEY.pattern}$"},
        "additionalProperties": one,
    }


def _list(title: str, one: Schema, least: int = 1, said: str = "") -> Schema:
    return {"title": title, "type": "array", "minItems": least, "items": one} | ({"description": said} if said else {})


def _range(title: str, least: int) -> Schema:
    number = {"type": "integer", "minimum": least, "maximum": section.PEOPLE}
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    return {"title": title, "description": "写 [最少, 最多]，或者写一个数", "anyOf": [number, pair]}


def _percent(title: str) -> Schema:
    said = "比如 98 或 66.7，最多两位小数，不写百分号"
    return {"title": title, "description": said, "type": "number", "exclusiveMinimum": 0, "maximum": 100}


# --- sections ----------------------------------------------------------------------------------------


def _whole() -> dict[str, Schema]:
    limits = {"extensions": "一次交办最多延期几次", "photos": "一次最多传几张照片", "words": "一次最多写多少字"}
    whistle = {"hours": "几个工作小时没回话，就请下一位", "at_once": "一次同时请几位", "at_most": "一共最多请几位"}
    ends = {"label": LABEL, "elsewhere": _text("可以去哪里", 200, "原样写给提的人看")}
    clocks = {
        name: _number(str(words.CLOCKS[name]), 0, definition.DAYS_AT_MOST, "几个工作日") for name in definition.CLOCKS
    }
    return {
        "format": _number("格式", 1, definition.FORMAT, f"现在是 {definition.FORMAT}；只写不同的地方，就不写这一项"),
        "name": _text("工作法的名称", 60),
        "version": _text("第几版", 20),
        "levels": _object("从下往上，事情往哪一级报", (), dict.fromkeys(Body.Kind.values, LABEL)),
        "categories": _keyed("事情的分类", LABEL),
        "clocks": _object("时限", definition.CLOCKS, clocks),
        "limits": _object(
            "最多多少",
            definition.LIMITS,
            {name: _number(limits[name], *ends_) for name, ends_ in definition.LIMITS.items()},
        ),
        "decline_reasons": _keyed("不予受理的理由", _object("一条理由", tuple(ends), ends)),
        "stages": _object("各个阶段叫什么", definition.STAGES, dict.fromkeys(definition.STAGES, LABEL)),
        "ratings": _object("好差评五级", definition.RATINGS, dict.fromkeys(definition.RATINGS, LABEL)),
        "sign_off": _list("部门答复发出以前，要过的几道手", LABEL),
        "studios": _studios(),
        "whistle": _object(
            "社区吹哨，委员报到",
            studios.WHISTLE,
            {name: _number(whistle[name], *ends_) for name, ends_ in studios.WHISTLE.items()},
        ),
        "deliberation": _deliberation(),
    }


def _studios() -> Schema:
    marks = {
        "online": _flag("没有房间，只在网上"),
        "under": _flag("挂在别的工作室下面"),
        "ends": _flag("事情办完就结束"),
    }
    activity = {"label": LABEL, "per": _one("多久", studios.PERIODS, words.PERIODS), "least": _number("几次", 1, 400)}
    item = {"label": LABEL, "ask": _text("检查时问的那一句", 120)}
    standard = {"name": LABEL, "items": _keyed("每一有", _object("一有", tuple(item), item))}
    return _object(
        "委员工作室",
        (),
        {
            "kinds": _keyed("有哪几种", _object("一种", ("label",), {"label": LABEL, **marks})),
            "life": _object("从提出到退出", studios.NEEDED, {status: _life(status) for status in studios.WAYS}),
            "standard": _object("几有标准", tuple(standard), standard),
            "roles": _object("各个职责在当地叫什么", (), {str(duty): LABEL for duty in DUTIES_IN[Body.Kind.STUDIO]}),
            "post": _list("要上墙的规矩", _text("题目", 40)),
            "activity": _keyed("最少做多少", _object("一样", tuple(activity), activity)),
            "exit_reasons": _keyed("为什么退出", _text("原因", 40)),
            "stars": _flag("检查时评不评星"),
            "duty": _list("新工作室一开始的值班规则", {"type": "object", "required": ["hours"]}, 0),
        },
    )


def _life(status: str) -> Schema:
    parts = {"label": LABEL, "by": _text("谁定", studios.WHO)}
    if status != "proposed":
        ways = [one for one, to in studios.WAYS.items() if status in to]
        parts["after"] = _list("接在哪一步后面", _one("哪一步", ways))
    also = {"paper": _flag("要不要文件"), "least_days": _number("在这一步至少待几天", 0, 400)}
    return _object("一步", tuple(parts), parts | also)


def _deliberation() -> Schema:
    outcome = {
        "label": LABEL,
        "to": _one("变成什么", rules.OUTCOMES, words.OUTCOMES),
        "days": _number("几个工作日内", 0, 250),
    }
    route = {"label": _text("怎么说", 40), "to": _one("去哪里", rules.ROUTES, words.ROUTES)}
    levels = {
        "accept": _number("几个工作日内说接、退还是并", 1, 60),
        "answer": _number("接了以后，几个工作日内回话", 1, 250),
        "warn": _number("提前几个工作日变黄", 0, 60),
    }
    online = {
        "words": _number("最多几个字", 20, 500),
        "each": _number("一人几条", 1, 100),
        "check": _one("怎么认人", rules.CHECKS, words.CHECKS),
    }
    window = {
        "label": _text("叫什么", 40),
        "from": {"title": "从几月几日", **DAY},
        "to": {"title": "到几月几日", **DAY},
    }
    return _object(
        "协商",
        (),
        {
            "note": _text("一句话说明", section.SENTENCE),
            "sources": _keyed("议题从哪里来", LABEL),
            "selection": _selection(),
            "open_at_most": _number("一个单位同时最多几个议题", 0, 1000, "0 是不限"),
            "steps": _keyed("走哪几步", _step(), "前面是代号，用小写字母自己起；只有一个开头，不能绕圈"),
            "meetings": _keyed("会有哪几种", _meeting()),
            "outcomes": _keyed("谈成的事怎么往下走", _object("一种去向", ("label", "to"), outcome)),
            "routes": _keyed("没选上的，可以去哪里", _object("一条路", tuple(route), route)),
            "levels": _object("转上一级", tuple(levels), levels),
            "statements": _object("线上说一条", tuple(online), online),
            "least": _keyed("最少做多少", _quota()),
            "season": _list("一年里哪几段开会", _object("一段", tuple(window), window), 1, "跨年的分两段写，不能重叠"),
            "guided_by": _list("谁来指导", _text("谁", 60)),
        },
    )


def _selection() -> Schema:
    criterion = {"label": LABEL, "most": _number("最多几分", 1, 100)}
    return _object(
        "怎么选议题",
        section.SELECTING[0],
        {
            "rule": _one("办法", rules.SELECTION, words.SELECTION),
            "by": _text("由谁定", 60),
            "criteria": _keyed("打分看哪几样", _object("一样", ("label",), criterion)),
            "least": _number("至少几分、几票", 0, 1_000_000),
            "voters": _one("谁来投", rules.VOTERS, words.VOTERS),
        },
    )


def _step() -> Schema:
    needs = {
        need: _number(str(words.NEEDS[need]).replace("%(n)s", "几"), 1, most) for need, most in rules.NEEDS.items()
    }
    asked = {
        "label": _text("问什么", 40),
        "kind": _one("填什么", rules.ASKED, words.ASKED),
        "needed": _flag("一定要填"),
    }
    before = "写前面那一步的代号；写了几步，就等几步都完。开头那一步不写"
    return _object(
        "一步",
        section.STEP[0],
        {
            "label": _text("叫什么", section.SHORT, f"最多 {section.SHORT} 个字，要写进图里"),
            "by": _text("谁来做", 60),
            "note": _text("说明", section.SENTENCE),
            "after": _list("接在哪一步后面", {"type": "string"}, 1, before),
            "does": _list("这一步办什么", _one("办什么", rules.DOES, words.DOES), 1, "不写，就由人写一句话表示做完了"),
            "needs": _object("关口：开始以前要先有什么", (), needs),
            "approvals": _list("谁同意了才能开始", _text("谁", 60)),
            "asks": _keyed("另外要填什么", _object("一项", ("label",), asked)),
            "days": _number("几个工作日之内", 0, 250),
            "optional": _flag("可以跳过，走别的一条路"),
            "form": {"title": "开哪一种会", "description": "meetings 里的代号；不写就哪一种都行", "type": "string"},
        },
    )


def _meeting() -> Schema:
    decide = {
        "rule": _one("怎么算定", rules.RULES, words.RULES),
        "percent": _percent("按比例定：百分之几"),
        "of": _one("按谁算", rules.BASES, words.BASES),
        "how": _one("怎么数", rules.COUNTING, words.COUNTING),
        "by": _list("按什么数，每一样都要够", _one("按什么数", rules.UNITS, words.UNITS)),
        "quorum": _percent("有权表示的人里，至少百分之几来了才算"),
    }
    seat = {"label": LABEL, "seats": _range("几个座位", 0), "by": _text("怎么产生", 40, "比如：抽签、推选、报名")}
    part = {"label": _text("做什么", 40), "minutes": _number("几分钟", 1, 600), "note": _text("说明", 80)}
    return _object(
        "一种会",
        section.FORM[0],
        {
            "label": LABEL,
            "how": _one("怎么开", rules.HOW, words.HOW),
            "where": _text("在什么样的地方开", 40),
            "when": _text("平常哪天开", 40, "比如：每月 10 日、25 日傍晚"),
            "size": _range("几个人", 2),
            "notice": _number("提前几个工作日通知", 0, 60),
            "papers": _number("提前几个工作日发材料", 0, 60),
            "minutes": _number("会后几个工作日内出纪要", 0, 60),
            "lasts": _number("开多少分钟", 5, 2000),
            "decide": _object("怎么定", ("rule",), decide),
            "seats": _keyed("哪几方坐上桌", _object("一方", ("label",), seat)),
            "agenda": _list("议程", _object("一项", ("label", "minutes"), part)),
        },
    )


def _quota() -> Schema:
    return _object(
        "一项",
        section.QUOTA[0],
        {
            "label": _text("叫什么", 40),
            "of": _one("数什么", rules.COUNTED, words.COUNTED),
            "form": {"title": "哪一种会", "description": "meetings 里的代号；不写就都算", "type": "string"},
            "per": _one("多久", rules.PERIODS, words.PERIODS),
            "every": _number("几个这么久算一次", 1, 12, "每两个月一次：per 写 month，every 写 2"),
            "each": _list("哪一类机构每个都要做到", _one("哪一类", Body.Kind.values), 1, "不写就是全区一起算"),
            "least": _number("至少几个、几场", 0, 1000),
            "most": _number("至多几个、几场", 0, 1000, "0 是不限"),
        },
    )
