"""`shangliang verify` and `head`: the rows and the ledger tell the same story."""

from __future__ import annotations

from pathlib import Path

import pytest

from shangliang.core.ids import uuid7
from shangliang.manage.cli import main
from shangliang.manage.verifying import differences
from shangliang.matters.models import Counter as Numbers
from shangliang.matters.models import Matter
from shangliang.voices.models import Voice
from tests.desk.counter import Counter, open_counter
from tests.desk.tables import answered, row

pytestmark = [pytest.mark.django_db, pytest.mark.rollup]


@pytest.fixture
def counter() -> Counter:
    made = open_counter()
    made.bring_in([row("1"), answered("2"), row("3")])
    return made


def apart(counter: Counter) -> list[str]:
    with counter.scope():
        return list(differences(counter.tenant))


def test_what_was_done_properly_agrees(counter: Counter, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--tenant", "420107"]) == 0
    assert "都对得上" in capsys.readouterr().out


def test_a_status_changed_behind_the_ledgers_back_is_found(counter: Counter) -> None:
    with counter.scope():
        Matter.objects.filter(number=counter.matters()[1].number).update(status="done")
    assert apart(counter) == [f"事项 {counter.matters()[1].number} 现在是 done，账本里最后记的是 explained。"]


def test_a_number_that_was_given_out_and_is_gone_is_found(counter: Counter) -> None:
    with counter.scope():
        Numbers.objects.update(last=4)
    (sentence,) = apart(counter)
    assert sentence.endswith("-000004 空着。")


def test_a_number_nobody_gave_out_is_found(counter: Counter) -> None:
    with counter.scope():
        Numbers.objects.update(last=2)
    (sentence,) = apart(counter)
    assert "000003 不是按顺序发出的" in sentence


def test_a_voice_without_an_entry_is_found(counter: Counter) -> None:
    with counter.scope():
        voice = Voice.objects.order_by("id").first()
        assert voice is not None
        voice.pk, voice.key = uuid7(), "stray"
        voice.save(force_insert=True)
    assert apart(counter) == [f"有一条意见（{voice.pk}）在账本里没有记录。"]


def test_verify_prints_what_is_wrong_and_fails(counter: Counter, capsys: pytest.CaptureFixture[str]) -> None:
    with counter.scope():
        Numbers.objects.update(last=4)
    assert main(["verify"]) == 1
    assert "420107: 编号" in capsys.readouterr().out


def test_a_head_kept_outside_still_fits_later(
    counter: Counter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["head", "--tenant", "420107"]) == 0
    kept = tmp_path / "head"
    kept.write_text(capsys.readouterr().out)
    counter.bring_in([row("4")])
    assert main(["verify", "--tenant", "420107", "--head", str(kept)]) == 0


def test_a_head_that_was_changed_is_found(counter: Counter, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["head", "--tenant", "420107"])
    kept = tmp_path / "head"
    kept.write_text(capsys.readouterr().out.replace('"size":', '"size":1'))
    assert main(["verify", "--tenant", "420107", "--head", str(kept)]) == 1


def test_an_unknown_tenant_is_said_so(counter: Counter, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--tenant", "nowhere"]) == 1
    assert "没有叫“nowhere”的。现在有：420107" in capsys.readouterr().err
