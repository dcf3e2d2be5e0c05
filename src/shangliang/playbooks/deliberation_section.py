"""Reading the section `deliberation` of a playbook: every mistake is named by its line and path."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import TypeVar

from django.utils.translation import gettext as _

from shangliang.people.models import Body
from shangliang.playbooks import words
from shangliang.playbooks.deliberation_rules import (
    NEEDS,
    Criterion,
    Decide,
    DeliberationRules,
    Levels,
    MeetingForm,
    Outcome,
    Part,
    Question,
    Quota,
    Route,
    SeatRule,
    Selection,
    StatementRules,
    Step,
    Window,
    upstream,
)
from shangliang.playbooks.nodes import Mistakes, Node

FIELDS = ("sources", "selection", "steps", "meetings", "outcomes", "levels", "statements")
ALSO = ("open_at_most", "least", "season", "routes", "guided_by", "note")
STEP = ("label", "by"), ("note", "after", "does", "needs", "approvals", "asks", "days", "optional", "form")
SELECTING = ("rule", "by"), ("criteria", "least", "voters")
FORM = ("label", "how"), ("where", "when", "size", "notice", "papers", "minutes", "lasts", "decide", "seats", "agenda")
QUOTA = ("label", "of", "per", "least"), ("form", "every", "each", "most")
LABEL, SHORT, SENTENCE = 20, 12, 200  # characters
PEOPLE = 2000  # at one meeting
MADE_BY = {
    "posted": "post",
    "online": "online",
    "meetings": "meet",
}  # what a gate counts, and the act that alone makes it
T = TypeVar("T")
CONSENSUS = Decide("consensus", 10_000, "present", "hands", ("person",), 0)


def deliberation_rules(node: Node) -> DeliberationRules:
    """The section `deliberation`. Raises PlaybookError at the first line that is wrong, with all the others."""
    found = node.fields(FIELDS, ALSO)
    with Mistakes() as reading:
        return DeliberationRules(
            note=reading(_text, found, "note", SENTENCE),
            sources=reading(found["sources"].each, lambda _key, label: label.text(LABEL)),
            selection=reading(_selection, found["selection"]),
            open_at_most=reading(_number, found, "open_at_most", 0, 1000),
            steps=reading(_steps, found["steps"], list(found["meetings"].pairs())),
            meetings=reading(found["meetings"].each, _form),
            outcomes=reading(found["outcomes"].each, _outcome),
            routes=reading(_each, found, "routes", _route),
            levels=reading(_levels, found["levels"]),
            statements=reading(_statements, found["statements"]),
            least=reading(_quotas, found),
            season=reading(_season, found["season"]) if "season" in found else (),
            guided_by=reading(_words, found, "guided_by"),
        )


# --- the path ----------------------------------------------------------------------------------------


def _steps(node: Node, forms: Collection[str]) -> Mapping[str, Step]:
    nodes = node.keyed()
    steps = node.each(lambda key, part: _step(key, part, list(nodes), forms))
    if around := _circle(steps):
        raise nodes[around[0]].wrong(
            _("这几步绕成了一圈：%(steps)s。谁也等不到谁，改掉其中一个 after。") % {"steps": "、".join(around)}
        )
    with Mistakes() as mistakes:
        first, *others = (key for key, step in steps.items() if not step.after)
        mistakes.found += [
            nodes[key].wrong(
                _("只能有一个开头，%(first)s 和它都没写 after。给它补上接在哪一步后面。") % {"first": first}
            )
            for key in others
        ]
        for key in steps:
            mistakes(_in_order, steps, key, nodes[key])
    return steps


def _circle(steps: Mapping[str, Step]) -> list[str]:
    """The steps that wait for one another in a circle; none in a sound path."""
    left = {key: set(step.after) for key, step in steps.items()}
    while loose := [
        key
        for key, after in left.items()
        if not after & left.keys() or not any(key in waits for waits in left.values())
    ]:
        for key in loose:
            del left[key]
    return list(left)


def _in_order(steps: Mapping[str, Step], key: str, node: Node) -> None:
    """Refuses a step that lives on something which no step before it makes."""
    step, before = steps[key], {does for one in upstream(steps, key) for does in steps[one].does}
    if "agree" in step.does and "meet" not in before.union(step.does):
        raise node.wrong(_("先要有一步开会（does: [meet]），才谈得上达成一致（agree）。"))
    for need, does in MADE_BY.items():
        if need in step.needs and does not in before:
            raise node.wrong(
                _("needs 里有 %(need)s，前面却没有一步的 does 里有 %(does)s，这道关口永远等不到。")
                % {"need": need, "does": does}
            )


def _step(key: str, node: Node, keys: Collection[str], forms: Collection[str]) -> Step:
    with Mistakes() as reading:
        found = node.known(reading, *STEP)
        step = Step(
            key=key,
            label=reading(_text, found, "label", SHORT),
            note=reading(_text, found, "note", SENTENCE),
            by=reading(_text, found, "by", 60),
            after=reading(_chosen, found, "after", keys),
            does=reading(_chosen, found, "does", words.DOES),
            needs=reading(_needs, found),
            approvals=reading(_words, found, "approvals"),
            asks=reading(_each, found, "asks", _question),
            days=reading(_number, found, "days", 0, 250),
            optional="optional" in found and reading(found["optional"].flag),
            form=reading(_word, found, "form", forms, ""),
        )
    if step.form and "meet" not in step.does:
        raise found["form"].wrong(_("这一步不开会（does 里没有 meet），用不着写开哪一种会。"))
    return step


def _needs(found: Mapping[str, Node]) -> Mapping[str, int]:
    if "needs" not in found:
        return MappingProxyType({})
    with Mistakes() as reading:
        needs = found["needs"].known(reading, (), NEEDS)
        return MappingProxyType({name: reading(part.number, 1, NEEDS[name]) for name, part in needs.items()})


def _question(key: str, node: Node) -> Question:
    found = node.fields(("label",), ("kind", "needed"))
    needed = "needed" in found and found["needed"].flag()
    return Question(key, found["label"].text(40), _word(found, "kind", words.ASKED, "text"), needed)


# --- topics ------------------------------------------------------------------------------------------


def _selection(node: Node) -> Selection:
    found = node.fields(*SELECTING)
    rule, criteria = found["rule"].one_of(words.SELECTION), _each(found, "criteria", _criterion)
    least = _number(found, "least", 0, 1_000_000)
    if rule == "score" and not criteria:
        raise node.wrong(_("打分选题，要写 criteria：看哪几样，每样最多几分。"))
    if rule == "score" and least > (most := sum(one.most for one in criteria.values())):
        raise found["least"].wrong(_("各样最多的分加起来是 %(most)s，够不到。") % {"most": most})
    if rule == "vote" and "voters" not in found:
        raise node.wrong(_("投票选题，要写 voters：谁来投，members 或 residents。"))
    return Selection(rule, found["by"].text(60), criteria, least, _word(found, "voters", words.VOTERS, ""))


def _criterion(key: str, node: Node) -> Criterion:
    found = node.fields(("label",), ("most",))
    return Criterion(key, found["label"].text(LABEL), _number(found, "most", 1, 100, 5))


def _route(key: str, node: Node) -> Route:
    found = node.fields(("label", "to"))
    return Route(key, found["label"].text(40), found["to"].one_of(words.ROUTES))


# --- meetings ----------------------------------------------------------------------------------------


def _form(key: str, node: Node) -> MeetingForm:
    with Mistakes() as reading:
        found = node.known(reading, *FORM)
        size = reading(_range, found["size"], 2) if "size" in found else (2, PEOPLE)
        parts = reading(found["agenda"].items) or [] if "agenda" in found else []
        form = MeetingForm(
            key=key,
            label=reading(_text, found, "label", LABEL),
            how=reading(_word, found, "how", words.HOW, ""),
            where=reading(_text, found, "where", 40),
            least=size[0] if size else 0,
            most=size[1] if size else 0,
            notice=reading(_number, found, "notice", 0, 60),
            papers=reading(_number, found, "papers", 0, 60),
            minutes=reading(_number, found, "minutes", 0, 60),
            lasts=reading(_number, found, "lasts", 5, 2000, 90),
            decide=reading(_decide, found["decide"]) if "decide" in found else CONSENSUS,
            seats=reading(_each, found, "seats", _seat),
            agenda=tuple(reading(_part, part) for part in parts),
            when=reading(_text, found, "when", 40),
        )
    _fits(form, found)
    return form


def _fits(form: MeetingForm, found: Mapping[str, Node]) -> None:
    """Refuses seats that are too many or too few for the table, and an agenda that is longer than the meeting."""
    if sum(seat.least for seat in form.seats.values()) > form.most:
        raise found["seats"].wrong(_("各方最少的人数加起来，比 size 里最多的还多。"))
    if form.seats and sum(seat.most for seat in form.seats.values()) < form.least:
        raise found["seats"].wrong(_("各方最多的人数加起来，不到 size 里最少的。"))
    if form.agenda and (whole := sum(part.minutes for part in form.agenda)) > form.lasts:
        raise found["agenda"].wrong(
            _("议程加起来 %(whole)s 分钟，比 lasts 的 %(lasts)s 分钟长。") % {"whole": whole, "lasts": form.lasts}
        )


def _decide(node: Node) -> Decide:
    found = node.fields(("rule",), ("percent", "of", "how", "by", "quorum"))
    rule = found["rule"].one_of(words.RULES)
    if rule == "share" and "percent" not in found:
        raise node.wrong(_("按比例定，要写 percent，比如 98 或 66.7。"))
    if rule != "share" and "percent" in found:
        raise found["percent"].wrong(_("只有按比例定（rule: share）才写 percent。"))
    share = {"consensus": 10_000, "majority": 5_000}.get(rule) or found["percent"].percent()
    return Decide(
        rule,
        share,
        _word(found, "of", words.BASES, "present"),
        _word(found, "how", words.COUNTING, "hands"),
        tuple(unit.one_of(words.UNITS) for unit in found["by"].items()) if "by" in found else ("person",),
        found["quorum"].percent() if "quorum" in found else 0,
    )


def _seat(key: str, node: Node) -> SeatRule:
    found = node.fields(("label",), ("seats", "by"))
    least, most = _range(found["seats"], 0) if "seats" in found else (0, PEOPLE)
    return SeatRule(key, found["label"].text(LABEL), least, most, _text(found, "by", 40))


def _part(node: Node) -> Part:
    found = node.fields(("label", "minutes"), ("note",))
    return Part(found["label"].text(40), found["minutes"].number(1, 600), _text(found, "note", 80))


# --- what comes out, levels, clocks ------------------------------------------------------------------


def _outcome(key: str, node: Node) -> Outcome:
    found = node.fields(("label", "to"), ("days",))
    return Outcome(key, found["label"].text(LABEL), found["to"].one_of(words.OUTCOMES), _number(found, "days", 0, 250))


def _levels(node: Node) -> Levels:
    found = node.fields(("accept", "answer", "warn"))
    return Levels(found["accept"].number(1, 60), found["answer"].number(1, 250), found["warn"].number(0, 60))


def _statements(node: Node) -> StatementRules:
    found = node.fields(("words", "each", "check"))
    return StatementRules(
        found["words"].number(20, 500), found["each"].number(1, 100), found["check"].one_of(words.CHECKS)
    )


def _quotas(found: Mapping[str, Node]) -> tuple[Quota, ...]:
    forms = list(found["meetings"].pairs())
    return tuple(_each(found, "least", lambda key, part: _quota(key, part, forms)).values())


def _quota(key: str, node: Node, forms: Collection[str]) -> Quota:
    found = node.fields(*QUOTA)
    least, most = found["least"].number(0, 1000), _number(found, "most", 0, 1000)
    if most and most < least:
        raise found["most"].wrong(_("最多的不能比最少的还少。"))
    return Quota(
        key=key,
        label=found["label"].text(40),
        of=found["of"].one_of(words.COUNTED),
        form=_word(found, "form", forms, ""),
        per=found["per"].one_of(words.PERIODS),
        every=_number(found, "every", 1, 12, 1),
        each=tuple(kind.one_of(dict(Body.Kind.choices)) for kind in found["each"].items()) if "each" in found else (),
        least=least,
        most=most,
    )


def _season(node: Node) -> tuple[Window, ...]:
    windows: list[Window] = []
    for part in node.items():
        found = part.fields(("label", "from", "to"))
        window = Window(found["label"].text(40), found["from"].day_of_year(), found["to"].day_of_year())
        if window.last < window.first:
            raise found["to"].wrong(_("截止日在开始日前面。跨年的请分成两段写。"))
        for other in windows:
            if window.first <= other.last and other.first <= window.last:
                raise found["from"].wrong(
                    _("日期和“%(label)s”重叠了（%(first)s 到 %(last)s）。")
                    % {"label": other.label, "first": other.first, "last": other.last}
                )
        windows.append(window)
    return tuple(windows)


# --- what may be left out ----------------------------------------------------------------------------


def _chosen(found: Mapping[str, Node], name: str, allowed: Collection[str]) -> tuple[str, ...]:
    with Mistakes() as reading:
        listed = found[name].items() if name in found else []
        return tuple(reading(one.one_of, allowed) for one in listed)


def _text(found: Mapping[str, Node], name: str, longest: int) -> str:
    return found[name].text(longest) if name in found else ""


def _number(found: Mapping[str, Node], name: str, least: int, most: int, else_: int = 0) -> int:
    return found[name].number(least, most) if name in found else else_


def _word(found: Mapping[str, Node], name: str, allowed: Collection[str], else_: str) -> str:
    return found[name].one_of(allowed) if name in found else else_


def _words(found: Mapping[str, Node], name: str) -> tuple[str, ...]:
    return tuple(one.text(60) for one in found[name].items()) if name in found else ()


def _each(found: Mapping[str, Node], name: str, read: Callable[[str, Node], T]) -> Mapping[str, T]:
    return found[name].each(read) if name in found else MappingProxyType({})


def _range(node: Node, least: int) -> tuple[int, int]:
    """`[9, 11]`, or one number for exactly so many."""
    if not node.is_list and not node.is_number:
        raise node.wrong(_("写成 [最少, 最多]，比如 [9, 11]；正好几个，就写一个数。"))
    if not node.is_list:
        one = node.number(least, PEOPLE)
        return one, one
    parts = node.items(least=2)
    if len(parts) > 2:
        raise node.wrong(_("写成 [最少, 最多]。"))
    low, high = parts[0].number(least, PEOPLE), parts[1].number(least, PEOPLE)
    if high < low:
        raise node.wrong(_("最多的不能比最少的还少。"))
    return low, high
