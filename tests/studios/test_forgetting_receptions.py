"""What was noted at the desk of a voice does not outlive the voice's words."""

from __future__ import annotations

import pytest

from shangliang.studios import reader
from shangliang.studios.actions import reception
from shangliang.studios.models import Reception
from shangliang.voices.actions import erase_voice
from shangliang.voices.models import Voice
from tests.cast import Cast
from tests.scenes_reception import note, studio_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_erasing_a_voice_erases_the_note_of_its_reception_and_no_other(cast: Cast) -> None:
    studio = studio_of(cast)
    gone = reception.record(cast.convenor, cast.tenant, studio, note(cast), "one").reception
    kept = reception.record(cast.convenor, cast.tenant, studio, note(cast), "two").reception
    reader.forget(cast.tenant)
    assert gone.voice_id is not None
    erase_voice(cast.office, Voice.objects.get(pk=gone.voice_id), "request")
    reader.forget(cast.tenant)
    assert Reception.objects.get(pk=gone.pk).sealed is None
    assert Reception.objects.get(pk=gone.pk).phone_hash is None
    assert Reception.objects.get(pk=kept.pk).sealed is not None
