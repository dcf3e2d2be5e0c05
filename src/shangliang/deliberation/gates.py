"""关口: what is missing before a step of a topic's path may be begun. The only place that tells.

Whoever begins a step calls `require`: planning and calling a meeting, opening it, signing what was agreed, handing
over. A gate opens by evidence, or for what a chair let pass by a signed reason (`actions.gates.pass_gate`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.deliberation.models import Meeting, Topic
from shangliang.deliberation.progress import Missing, done_on, lacks, let_through, remaining, unmet, unsaid
from shangliang.deliberation.queries.evidence import Evidence, evidence
from shangliang.deliberation.queries.topics import behind
from shangliang.matters.models import Matter
from shangliang.playbooks.deliberation_rules import Step, earlier, upstream

__all__ = ["Missing", "before", "missing", "require", "require_of", "sizes", "step_of"]

# A path without a step for an act still has the gate of the one it leads to or follows: where nothing is said of
# invitations, they go out when the meeting may be held.
STANDS_FOR: Mapping[str, str] = MappingProxyType(
    {"plan": "invite", "invite": "meet", "agree": "meet", "hand_over": "agree"}
)


def missing(topic: Topic, does: str, form: str = "") -> list[Missing]:
    """What is missing before the step in which the product's act `does` happens (post, meet, agree, hand_over …),
    what the chair let pass left out. Empty where the path has no such step. `form` is that of the meeting, where a
    path has several."""
    seen = evidence(topic)
    step = step_of(seen, does, form)
    return before(step, seen) if step else []


def require(topic: Topic, does: str, form: str = "", *, field: str | None = None) -> None:
    """Raises Refused, naming all that is missing, unless nothing is. Called by every act that begins a step."""
    if lacking := missing(topic, does, form):
        raise Refused(_("还不能往下走：%(missing)s。") % {"missing": "；".join(one.sentence for one in lacking)}, field)


def require_of(matter: Matter, does: str) -> None:
    """The same of the topic that a matter is talked about as, or was agreed on; where it is none, of those that were
    joined to it while they were talked about. For acts on the matter itself, which must not lead round the gate."""
    for topic in behind(matter):
        require(topic, does)


def step_of(seen: Evidence, does: str, form: str = "") -> Step | None:
    """The step in which `does` happens next: of several the first that is not done, else the last. A meeting belongs
    to the step that names its form, or to one that names none; one that sits already is in the step before."""
    steps = _steps(seen, does, form)
    ahead = [step for step in steps if done_on(step, seen) is None]
    if does == "meet":
        sitting = [one for one in seen.meetings if one.status == Meeting.Status.OPEN]
        ahead = ahead[sum(steps[0].form in (one.form, "") for one in sitting) :]
    return next(iter(ahead or steps[-1:]), None)


def _steps(seen: Evidence, does: str, form: str) -> list[Step]:
    steps = [step for step in seen.rules.steps.values() if does in step.does]
    if not steps:
        return _steps(seen, STANDS_FOR[does], form) if does in STANDS_FOR else []
    own = [step for step in steps if step.form == form] or [step for step in steps if not step.form]
    return (own or steps) if form else steps


def before(step: Step, seen: Evidence, *, passed: bool = True) -> list[Missing]:
    """What is missing before `step` may be begun; with `passed`, less what was let through for it.

    What it needs itself comes first; a step before it is named only if it lacks something else.
    """
    own = unmet(step.needs, seen) + unsaid(step, seen)
    listed = {one.key for one in own}
    for key in earlier(seen.rules.steps, step.key):
        other = seen.rules.steps[key]
        if done_on(other, seen) is None and not _is_under_way(other, step, seen):
            lacking = {one.key for one in lacks(other, seen)}
            if not lacking or not lacking <= listed:
                words = {"step": other.label}
                then = _("前面的“%(step)s”没有做完") % words
                own.append(Missing(f"step:{key}", _("前面的“%(step)s”还没做完") % words, then=then))
    return remaining(own, _let_through(step, seen)) if passed else own


def _is_under_way(other: Step, step: Step, seen: Evidence) -> bool:
    """What is agreed is agreed while the meeting before it still sits, and signed with its minutes."""
    sits = any(one.status in (Meeting.Status.OPEN, Meeting.Status.READ) for one in seen.meetings)
    return sits and "agree" in step.does and "meet" in other.does


def _let_through(step: Step, seen: Evidence) -> dict[str, int]:
    """What was let through for this step, and the steps that were for one before it."""
    behind = set(upstream(seen.rules.steps, step.key))
    steps = let_through(one for one in seen.standing if one.step in behind)
    own = let_through(one for one in seen.standing if one.step == step.key)
    return {key: short for key, short in steps.items() if key.startswith("step:")} | own


def sizes(missing: Iterable[Missing]) -> dict[str, int]:
    """How much of each is missing, by its key: what a chair signs under."""
    return {one.key: one.short for one in missing}
