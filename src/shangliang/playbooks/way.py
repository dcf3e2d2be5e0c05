"""A playbook told to people who never saw its file: the path step by step, topics, meetings, clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shangliang.playbooks import words
from shangliang.playbooks.definition import Playbook
from shangliang.playbooks.deliberation_rules import DeliberationRules, MeetingForm, Step
from shangliang.playbooks.picture import Picture, picture


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step of the path in words."""

    step: Step
    number: int
    after: tuple[str, ...]  # labels of the steps it waits for, where it is not simply the one above
    does: tuple[str, ...]
    gate: tuple[str, ...]  # what must be there before it
    asks: tuple[str, ...]  # what is to be filled in besides
    comes_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeetingTold:
    """A form of meeting in words."""

    form: MeetingForm
    how: str
    people: str
    clocks: tuple[str, ...]
    decided: str
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A playbook as a page or the command line tells it."""

    playbook: Playbook
    picture: Picture
    steps: tuple[StepTold, ...]
    topics: tuple[str, ...]
    meetings: tuple[MeetingTold, ...]
    quotas: tuple[str, ...]
    season: tuple[str, ...]
    levels: tuple[str, ...]
    clocks: tuple[tuple[str, int], ...]  # what, and in how many working days

    @property
    def may_skip(self) -> bool:
        """Whether a step may be passed by."""
        return any(one.step.optional for one in self.steps)


def told(playbook: Playbook) -> Way:
    """What a playbook says, in words."""
    rules = playbook.deliberation
    return Way(
        playbook=playbook,
        picture=picture(rules.steps),
        steps=tuple(_steps(rules)),
        topics=tuple(_topics(rules)),
        meetings=tuple(_meeting(form) for form in rules.meetings.values()),
        quotas=tuple(
            _("%(label)s：%(said)s") % {"label": one.label, "said": words.quota(one, rules.meetings, playbook.levels)}
            for one in rules.least
        ),
        season=tuple(f"{one.label}：{one.first}–{one.last}" for one in rules.season),
        levels=tuple(_levels(playbook)),
        clocks=tuple((str(words.CLOCKS[name]), days) for name, days in playbook.clocks.items()),
    )


def _steps(rules: DeliberationRules) -> Iterator[StepTold]:
    before = ""
    for number, (key, step) in enumerate(rules.steps.items(), 1):
        simply = step.after in ((), (before,))
        yield StepTold(
            step=step,
            number=number,
            after=() if simply else tuple(rules.steps[one].label for one in step.after),
            does=tuple(_does(does, step, rules) for does in step.does),
            gate=tuple(_gate(step)),
            asks=tuple(
                one.label if one.needed else _("%(label)s（可以不填）") % {"label": one.label}
                for one in step.asks.values()
            ),
            comes_out=tuple(_outcomes(rules)) if "agree" in step.does else (),
        )
        before = key


def _does(does: str, step: Step, rules: DeliberationRules) -> str:
    if does == "meet" and step.form:
        return _("开会（%(form)s）") % {"form": rules.meetings[step.form].label}
    return str(words.DOES[does])


def _gate(step: Step) -> Iterator[str]:
    yield from (str(words.NEEDS[need]) % {"n": least} for need, least in step.needs.items())
    yield from (_("%(who)s同意") % {"who": who} for who in step.approvals)


def _outcomes(rules: DeliberationRules) -> Iterator[str]:
    for one in rules.outcomes.values():
        yield _("%(label)s（%(n)s 个工作日内）") % {"label": one.label, "n": one.days} if one.days else one.label


def _topics(rules: DeliberationRules) -> Iterator[str]:
    chosen = rules.selection
    yield _("从哪里来：%(sources)s") % {"sources": "、".join(rules.sources.values())}
    yield _("怎么选：%(rule)s（%(by)s）") % {"rule": words.SELECTION[chosen.rule], "by": chosen.by}
    if chosen.voters:
        yield _("谁来投：%(who)s") % {"who": words.VOTERS[chosen.voters]}
    if chosen.criteria:
        parts = (
            _("%(label)s（最多 %(n)s 分）") % {"label": one.label, "n": one.most} for one in chosen.criteria.values()
        )
        yield _("看这几样：%(parts)s") % {"parts": "、".join(parts)}
    if chosen.least:
        least = {"n": chosen.least}
        yield _("至少 %(n)s 票才选上") % least if chosen.rule == "vote" else _("至少 %(n)s 分才选上") % least
    if rules.open_at_most:
        yield _("一个单位同时最多 %(n)s 个议题") % {"n": rules.open_at_most}
    if rules.routes:
        yield _("没选上的，写明原因，可以：%(routes)s") % {
            "routes": "、".join(one.label for one in rules.routes.values())
        }


def _meeting(form: MeetingForm) -> MeetingTold:
    seats = (
        f"{one.label} {words.people(one.least, one.most)}".strip()
        + (_("（%(by)s）") % {"by": one.by} if one.by else "")
        for one in form.seats.values()
    )
    return MeetingTold(
        form=form,
        how=form.where or str(words.HOW[form.how]),
        people=words.people(form.least, form.most) if form.least > 2 or form.most < words.MANY else "",
        clocks=tuple(words.clocks_of(form)),
        decided=words.decided(form.decide),
        seats=tuple(seats),
    )


def _levels(playbook: Playbook) -> Iterator[str]:
    levels = playbook.deliberation.levels
    yield _("从下往上：%(levels)s") % {"levels": "、".join(playbook.levels.values())}
    yield _("转上一级以后，%(n)s 个工作日内说接、退还是并") % {"n": levels.accept}
    yield _("接了以后，%(n)s 个工作日内回话，一级一级传回来") % {"n": levels.answer}
