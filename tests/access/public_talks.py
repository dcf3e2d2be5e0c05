"""Access to the public pages of deliberation: topics, minutes, rules."""

from __future__ import annotations

from tests import scenes_investigation as investigation
from tests import scenes_minutes as minutes
from tests import scenes_topics as topics
from tests.access.rows import Row
from tests.cast import Cast
from tests.scenes import Parts


def residents_choose(cast: Cast) -> Parts:
    """A topic of a public matter that waits for residents' votes."""
    topics.working_by(cast, topics.RESIDENTS)
    return topics.put_parts(cast)


ROWS = [
    Row("publicity:topics", "everybody", post=200),
    Row("publicity:topic", "everybody", post=200, of=investigation.chosen),
    Row("publicity:vote_for_topic", "everybody", get=405, post=303, of=residents_choose),
    Row("publicity:minutes", "everybody", post=200, of=minutes.finished),
    Row("publicity:minutes", "not there", of=minutes.all_signed),  # read aloud, not signed by all yet
    Row("publicity:rules", "everybody", post=200),
    Row("publicity:rule", "everybody", post=200, of=minutes.rule_in_force),
    Row("publicity:rule", "not there", of=minutes.rule),
]
