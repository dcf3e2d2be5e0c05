"""Members hear that a community asks for them, with a link that answers; who whistled hears the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.core import mail

from shangliang.gathering import actions
from shangliang.notices import staff_reader
from shangliang.notices.actions import send_staff_waiting
from shangliang.notices.channels import to_log
from shangliang.notices.models import StaffNotice
from shangliang.voices.contacts import Reach
from tests.cast import Cast
from tests.gathering.circle import Circle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def circle(cast: Cast, freeze: Callable[[str], dt.datetime]) -> Circle:
    freeze("2026-11-23 09:00")
    return Circle(cast)


def heard(cast: Cast) -> list[tuple[str, str, str]]:
    """Who was told what since the last call, and where it leads."""
    StaffNotice.objects.all().delete()
    staff_reader.read(cast.tenant)
    rows = StaffNotice.objects.select_related("person").order_by("seq", "person__name")
    return [(row.person.name, row.sentence, row.path) for row in rows]


def test_each_who_is_asked_gets_a_link_of_their_own(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    said = {name: (sentence, path) for name, sentence, path in heard(cast)}
    assert set(said) == {"许望舒", "何其安"}
    sentence, path = said["许望舒"]
    assert sentence.startswith("光明社区请您来看：请来看看充电棚建在哪里。")
    assert path == actions.link_for(circle.asked(whistle, "许望舒"))
    assert path != said["何其安"][1]


def test_the_community_hears_who_comes_and_the_others_that_they_need_not(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    heard(cast)
    circle.says(whistle, "许望舒")
    page = cast.url("gathering:whistle", whistle_id=whistle.pk)
    assert set(heard(cast)) == {
        ("沈青", "许望舒 11 月 23 日（周一）11:00 来光明社区。", page),
        ("何其安", "光明社区这一次不用您跑了，谢谢您。", ""),
    }


def test_who_lets_the_time_pass_hears_nothing_and_the_next_is_asked(
    cast: Cast, circle: Circle, freeze: Callable[[str], dt.datetime]
) -> None:
    whistle = circle.blown("许望舒")
    heard(cast)
    freeze("2026-12-01 10:00")
    actions.go_on(cast.tenant)
    (following,) = set(circle.answers(whistle)) - {"许望舒"}
    assert [(name, sentence[:9]) for name, sentence, _path in heard(cast)] == [(following, "光明社区请您来看：")]


def test_the_mail_carries_the_address_where_the_site_has_a_name(
    cast: Cast, circle: Circle, settings: LazySettings
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://shangliang.example"]
    account = cast.accounts["community"]
    account.email = "shenqing@example.org"
    account.save()
    whistle = circle.blown("许望舒")
    circle.says(whistle, "许望舒")
    heard(cast)
    send_staff_waiting(cast.tenant)
    (sent,) = mail.outbox
    assert f"https://shangliang.example{cast.url('gathering:whistle', whistle_id=whistle.pk)}" in str(sent.body)


def test_the_log_keeps_no_address_by_which_somebody_else_could_answer(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "shangliang.notices"):
        to_log(Reach("许望舒", "13700000001", ""), "光明社区请您来看。 https://shangliang.example/420107/whistle/abc/")
    assert "abc" not in caplog.text
    assert "光明社区请您来看" in caplog.text
