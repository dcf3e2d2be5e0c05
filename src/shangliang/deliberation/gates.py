"""关口: what is missing before a step of a topic's path may be begun. The only place that tells.

Whoever begins a step calls `require`: planning and calling a meeting, opening it, signing what was agreed, handing
over. A gate opens by evidence, or for what a chair let pass by a signed reason (`actions.gates.pass_gate`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.deliberation.models import Meeting, Topic
from shangliang.deliberation.progress import Missing, done_on, lacks, unmet, unsaid
from shangliang.deliberation.queries.evidence import Evidence, evidence
from shangliang.matters.models import Matter
from shangliang.playbooks.deliberation_rules import Step, earlier, upstream

__all__ = ["Missing", "before", "missing", "require", "require_of", "step_of"]

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


def require(topic: Topic, does: str, form: str = "") -> None:
    """Raises Refused, naming all that is missing, unless nothing is. Called by every act that begins a step."""
    if lacking := missing(topic, does, form):
        raise Refused(_("还不能往下走：%(missing)s。") % {"missing": "；".join(one.sentence for one in lacking)})


def require_of(matter: Matter, does: str) -> None:
    """The same of the topic that a matter is talked about as, or was agreed on; nothing where there is none. For
    acts on the matter itself, which must not lead round the gate."""
    rows = Topic.objects.filter(matter=matter, status__in=[Topic.Status.CHOSEN, Topic.Status.AGREED])
    if topic := rows.select_related("playbook").order_by("-put_at", "-pk").first():
        topic.matter = matter
        require(topic, does)


def step_of(seen: Evidence, does: str, form: str = "") -> Step | None:
    """The step in which `does` happens next: of several the first that is not done, else the last. A meeting belongs
    to the step that names its form, or to one that names none."""
    steps = [step for step in seen.rules.steps.values() if does in step.does]
    if not steps:
        return step_of(seen, STANDS_FOR[does], form) if does in STANDS_FOR else None
    if form:
        steps = [step for step in steps if step.form in (form, "")] or steps
        steps = [step for step in steps if step.form == form] or steps
    return next((step for step in steps if done_on(step, seen) is None), steps[-1])


def before(step: Step, seen: Evidence, *, passed: bool = True) -> list[Missing]:
    """What is missing before `step` may be begun; with `passed`, less what was let through for it.

    What it needs itself comes first; a step before it is named only if it lacks something else.
    """
    own = unmet(step.needs, seen) + unsaid(step, seen)
    listed = {one.key for one in own}
    let_through = _let_through(step, seen) if passed else set[str]()
    for key in earlier(seen.rules.steps, step.key):
        other = seen.rules.steps[key]
        if done_on(other, seen) is None and not _is_under_way(other, step, seen):
            lacking = {one.key for one in lacks(other, seen)}
            if not lacking or not lacking <= listed:
                own.append(Missing(f"step:{key}", _("前面的“%(step)s”还没做完") % {"step": other.label}))
    return [one for one in own if one.key not in let_through]


def _is_under_way(other: Step, step: Step, seen: Evidence) -> bool:
    """What is agreed is agreed while the meeting before it still sits, and signed with its minutes."""
    sits = any(one.status in (Meeting.Status.OPEN, Meeting.Status.READ) for one in seen.meetings)
    return sits and "agree" in step.does and "meet" in other.does


def _let_through(step: Step, seen: Evidence) -> set[str]:
    """The keys that were let through for this step, and the steps that were for one before it."""
    behind = set(upstream(seen.rules.steps, step.key))
    keys = set[str]()
    for one in seen.passes:
        if one.step == step.key:
            keys.update(one.missing)
        elif one.step in behind:
            keys.update(key for key in one.missing if key.startswith("step:"))
    return keys
