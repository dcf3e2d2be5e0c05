"""The one small interface to the outside: a function that sends a sentence to somebody.

A channel takes a Reach and a sentence, and raises OSError (or a subclass, such as an SMTP error)
when it could not send. SMS and WeChat need a provider's contract: until one is written here, they
go to the log, with the number masked.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from django.core.mail import send_mail
from django.utils.translation import gettext as _

from shangliang.voices.contacts import Reach
from shangliang.voices.screening import masked

Send = Callable[[Reach, str], None]
ADDRESS = re.compile(r"https?://\S+")
log = logging.getLogger("shangliang.notices")


def by_email(reach: Reach, sentence: str) -> None:
    """An e-mail in plain text, with the sentence as its body."""
    send_mail(_("您提的事有进展"), sentence, None, [reach.email])


def to_log(reach: Reach, sentence: str) -> None:
    """What would be sent, to the log: no number, no name, no address by which somebody else could answer."""
    log.info("to %s: %s", masked(reach.phone) or "?", masked(ADDRESS.sub("…", sentence)))


CHANNELS: dict[str, Send] = {"email": by_email, "sms": to_log, "wechat": to_log}
