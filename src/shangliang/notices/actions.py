"""Queueing and sending messages, and the daily digest of staff. What is sent is a record, not an act: no entry."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.states import move
from shangliang.delivery.queries import waits_for
from shangliang.notices import queries
from shangliang.notices.channels import CHANNELS
from shangliang.notices.models import Digest, Notice
from shangliang.notices.wording import digest_text
from shangliang.people.queries import actor_of
from shangliang.playbooks.queries import in_force
from shangliang.tenants.models import Tenant
from shangliang.voices.queries import reach_of

log = logging.getLogger("shangliang.notices")
AT_ONCE, TRIES = 50, 5
DIGEST_HOUR = 8  # o'clock in Shanghai
DIGEST_ITEMS = 50


def queue(notices: Sequence[Notice]) -> None:
    """Keep notices to be sent. One voice hears of one entry once, however often this is called."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def send_waiting(tenant: Tenant) -> int:
    """Send what waits. A message that fails is tried again in later rounds, then given up and marked.

    Sent outside a transaction: killed between sending and marking, a message goes out twice rather
    than never.
    """
    return sum(_send(row) for row in queries.waiting(AT_ONCE))


def _send(row: Notice) -> bool:
    try:
        CHANNELS[row.channel](reach_of(row.voice), row.sentence)
    except OSError:
        log.exception("notice %s was not sent", row.pk)
        Notice.objects.filter(pk=row.pk).update(tries=row.tries + 1)
        if row.tries + 1 >= TRIES:
            move(row, Notice.Status.FAILED)
        return False
    move(row, Notice.Status.SENT, sent_at=clock.now())
    return True


def send_digests(tenant: Tenant) -> int:
    """Once a working morning, to each member of staff: what they must do on top, then what is new.

    Nothing when there is nothing.
    """
    now, today = clock.now(), clock.today()
    if now.astimezone(clock.SHANGHAI).hour < DIGEST_HOUR:
        return 0
    done = set(Digest.objects.filter(day=today).values_list("person", flat=True))
    wake = in_force(tenant.pk).clocks["promise_wake"]
    sent = 0
    for account in queries.digest_accounts(today):
        if account.person is None or account.person_id in done:
            continue
        actor = actor_of(account, tenant.pk)
        must_do = waits_for(actor.bodies, today, wake_days=wake, limit=DIGEST_ITEMS)
        news = queries.news(actor.bodies, now - dt.timedelta(days=1), DIGEST_ITEMS)
        try:
            with transaction.atomic():
                Digest.objects.create(
                    tenant_id=tenant.pk, person=account.person, day=today, must_do=len(must_do), sent_at=now
                )
                if must_do or news:
                    subject = _("%(tenant)s：等您办 %(count)s 件") % {"tenant": tenant.name, "count": len(must_do)}
                    send_mail(subject, digest_text(must_do, news, today), None, [account.email])
                    sent += 1
        except (OSError, IntegrityError):
            log.exception("the digest of %s was not sent", account.pk)
    return sent
