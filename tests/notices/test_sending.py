"""Messages go out once; what cannot be sent is tried again, later and later, and then given up."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from shangliang.core import clock
from shangliang.gathering import actions as gathering
from shangliang.notices import actions, reader
from shangliang.notices.models import Notice
from shangliang.voices.contacts import Reach
from tests.cast import Cast

Freeze = Callable[[str | dt.datetime], dt.datetime]


class NoServer(EmailBackend):
    """Outgoing mail while the server is away."""

    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError("nobody answers")


class QuickerWorker(EmailBackend):
    """Outgoing mail during which another worker sends the same."""

    def send_messages(self, messages: list[object]) -> int:
        Notice.objects.update(status=Notice.Status.SENT)
        return len(messages)


@pytest.fixture
def notice(cast: Cast, freeze: Freeze) -> Notice:
    """One message that waits to be sent by mail."""
    freeze("2026-11-20 09:00")
    said = cast.said(hear_by="email", reach=Reach(email="wang@example.org"))
    gathering.accept(cast.community, said.voice.matter_id, None, title="楼道里有人充电")
    reader.read(cast.tenant)
    return Notice.objects.get()


def test_a_message_is_sent_once(cast: Cast, notice: Notice) -> None:
    assert actions.send_waiting(cast.tenant) == 1
    assert actions.send_waiting(cast.tenant) == 0
    (sent,) = mail.outbox
    assert (sent.to, sent.body) == (["wang@example.org"], notice.sentence)
    notice.refresh_from_db()
    assert (notice.status, notice.sent_at) == (Notice.Status.SENT, clock.now())


def test_a_text_message_without_a_provider_goes_to_the_log_without_the_number(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    said = cast.said(hear_by="sms", reach=Reach(phone="13812345678"))
    gathering.accept(cast.community, said.voice.matter_id, None, title="楼道里有人充电")
    reader.read(cast.tenant)
    with caplog.at_level(logging.INFO, "shangliang.notices"):
        assert actions.send_waiting(cast.tenant) == 1
    assert "受理" in caplog.text
    assert "13812345678" not in caplog.text


def test_a_failed_message_waits_before_it_is_tried_again(
    cast: Cast, notice: Notice, freeze: Freeze, settings: SimpleNamespace
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.NoServer"
    assert actions.send_waiting(cast.tenant) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert actions.send_waiting(cast.tenant) == 0  # not at once
    freeze("2026-11-20 09:01")
    assert actions.send_waiting(cast.tenant) == 1


def test_a_message_that_never_goes_out_is_given_up_and_marked(
    cast: Cast, notice: Notice, freeze: Freeze, settings: SimpleNamespace
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.NoServer"
    now = clock.now()
    for pause in (*actions.PAUSES, dt.timedelta()):
        actions.send_waiting(cast.tenant)
        now = freeze(now + pause)
    notice.refresh_from_db()
    assert (notice.status, notice.tries) == (Notice.Status.FAILED, len(actions.PAUSES) + 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    freeze("2027-01-01 00:00")
    assert actions.send_waiting(cast.tenant) == 0


def test_one_that_fails_does_not_hold_up_the_others(cast: Cast, notice: Notice, freeze: Freeze) -> None:
    Notice.objects.update(channel="sms")
    said = cast.said(hear_by="email", reach=Reach(email="no address\nat all"))
    gathering.accept(cast.community, said.voice.matter_id, None, title="另一件事")
    reader.read(cast.tenant)
    assert actions.send_waiting(cast.tenant) == 1
    assert set(Notice.objects.values_list("channel", "status")) == {("sms", "sent"), ("email", "waiting")}


def test_a_message_that_another_worker_sent_meanwhile_is_not_counted_and_stops_nothing(
    cast: Cast, notice: Notice, settings: SimpleNamespace
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.QuickerWorker"
    assert actions.send_waiting(cast.tenant) == 0
    assert Notice.objects.get().status == Notice.Status.SENT
