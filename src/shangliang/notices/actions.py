"""Queueing and sending messages, and the daily digest of staff. What is sent is a record, not an act: no entry."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Changed
from shangliang.core.states import move
from shangliang.delivery.queries import waits_for
from shangliang.notices import queries
from shangliang.notices.channels import CHANNELS
from shangliang.notices.models import Digest, Notice, StaffNotice
from shangliang.notices.wording import digest_text
from shangliang.people.models import Account, Person
from shangliang.people.queries import actor_of
from shangliang.people.rules import answering_bodies
from shangliang.playbooks.queries import calendar, in_force
from shangliang.tenants.models import Tenant
from shangliang.voices.queries import reach_of

log = logging.getLogger("shangliang.notices")
AT_ONCE = 50
# How long to wait after each failure: a mail server may be away for a night. After the last one, it is given up.
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 10, 60, 360, 1440))
DIGEST_PAUSE = 600  # seconds, after a digest could not be sent
DIGEST_HOUR = 8  # o'clock in Shanghai
DIGEST_ITEMS = 50


def queue(notices: Sequence[Notice]) -> None:
    """Keep notices to be sent. One voice hears of one entry once, however often this is called."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def send_waiting(tenant: Tenant) -> int:
    """Send what waits. A message that fails is tried again later (PAUSES), then given up and marked.

    Sent outside a transaction: killed between sending and marking, a message goes out twice rather
    than never.
    """
    return sum(_send(row) for row in queries.waiting(clock.now(), AT_ONCE))


def _send(row: Notice) -> bool:
    try:
        CHANNELS[row.channel](reach_of(row.voice), row.sentence)
    except (OSError, ValueError):  # ValueError: an address that no mail server takes
        log.exception("notice %s was not sent", row.pk)
        _try_later(row)
        return False
    return _mark(row, Notice.Status.SENT, sent_at=clock.now())


def _try_later(row: Notice | StaffNotice) -> None:
    if row.tries >= len(PAUSES):
        _mark(row, type(row).Status.FAILED, tries=row.tries + 1)
        return
    later = clock.now() + PAUSES[row.tries]
    type(row).objects.filter(pk=row.pk).update(tries=row.tries + 1, next_try_at=later)


def _mark(row: Notice | StaffNotice, status: str, **also: Any) -> bool:
    """Whether it was this worker that brought the message to its end: another may have been quicker, or it was
    taken back meanwhile, which must not keep the others of the batch waiting."""
    try:
        move(row, status, **also)
    except Changed:
        return False
    return True


def queue_for_staff(notices: Sequence[StaffNotice]) -> None:
    """Keep what people who work here are to be told. One person hears of one entry once."""
    StaffNotice.objects.bulk_create(notices, ignore_conflicts=True)


def send_staff_waiting(tenant: Tenant) -> int:
    """Send what waits for people who work here: by mail if their log-in has an address, else by phone if the
    directory of members knows it; else, and for who has no seat here any more, it stands on their page alone.
    Tried again as other messages are."""
    return sum(_send_to_staff(tenant, row) for row in queries.staff_waiting(clock.now(), AT_ONCE))


def _send_to_staff(tenant: Tenant, row: StaffNotice) -> bool:
    reach = queries.staff_reach(row.person)
    if not reach.email and not reach.phone:
        _mark(row, StaffNotice.Status.SHOWN)
        return False
    try:
        if reach.email:
            send_mail(
                _("%(tenant)s：有件事要您知道") % {"tenant": tenant.name}, _with_address(row), None, [reach.email]
            )
        else:
            CHANNELS["sms"](reach, _with_address(row))
    except (OSError, ValueError):
        log.exception("notice %s to staff was not sent", row.pk)
        _try_later(row)
        return False
    return _mark(row, StaffNotice.Status.SENT, sent_at=clock.now())


def _with_address(row: StaffNotice) -> str:
    """The sentence and the page it leads to, where the site has a name of its own (SHANGLIANG_HOSTS, over HTTPS)."""
    origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    return f"{row.sentence} {origin}{row.path}" if origin and row.path else row.sentence


def mark_read(person_id: UUID) -> None:
    """Somebody has seen what they were told."""
    StaffNotice.objects.filter(person=person_id, read_at=None).update(read_at=clock.now())


def send_digests(tenant: Tenant) -> int:
    """Once a working morning, to each member of staff: what they must do on top, then what is new.

    Nothing when there is nothing. Sent outside a transaction, for the same reason as messages.
    """
    now, today = clock.now(), clock.today()
    paused = f"digests:{tenant.pk}"
    if now.astimezone(clock.SHANGHAI).hour < DIGEST_HOUR or not calendar(tenant.pk).is_working(today):
        return 0
    if cache.get(paused):
        return 0
    done = set(Digest.objects.filter(day=today).values_list("person", flat=True))
    sent = 0
    for account in queries.digest_accounts(today):
        if account.person is None or account.person_id in done:
            continue
        try:
            sent += _send_digest(tenant, account, account.person, now)
        except (OSError, ValueError):
            log.exception("the digest of %s was not sent", account.pk)
            cache.set(paused, True, DIGEST_PAUSE)
    return sent


def _send_digest(tenant: Tenant, account: Account, person: Person, now: dt.datetime) -> bool:
    today, actor = clock.day_of(now), actor_of(account, tenant.pk)
    wake = in_force(tenant.pk).clocks["promise_wake"]
    bodies = answering_bodies(actor)
    must_do = waits_for(bodies, today, wake_days=wake, limit=DIGEST_ITEMS)
    news = queries.news(bodies, now - dt.timedelta(days=1), DIGEST_ITEMS)
    if must_do or news:
        subject = _("%(tenant)s：等您办 %(count)s 件") % {"tenant": tenant.name, "count": len(must_do)}
        send_mail(subject, digest_text(must_do, news, today), None, [account.email])
    # Another worker may have been quicker.
    row = Digest(tenant_id=tenant.pk, person=person, day=today, must_do=len(must_do), sent_at=now)
    Digest.objects.bulk_create([row], ignore_conflicts=True)
    return bool(must_do or news)
