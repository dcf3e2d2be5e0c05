"""`shangliang verify`: the ledger held against itself, and the rows held against the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.core.errors import Refused
from shangliang.ledger import heads
from shangliang.ledger.heads import Head
from shangliang.ledger.models import Entry
from shangliang.ledger.verify import verify as verify_ledger
from shangliang.matters.models import Counter, Matter
from shangliang.tenants.models import Tenant
from shangliang.voices.models import Voice

SPOKEN = frozenset({"voice.raised", "voice.added"})
AT_ONCE = 2000


def verify(tenants: Sequence[Tenant], head_file: str | None = None) -> int:
    """Check these tenants, and print what is wrong. Gives 1 when something is.

    `head_file` holds heads exported earlier, one a line: each is held against the ledger it names.
    Raises Refused when it cannot be read, or names none of these tenants.
    """
    given = _heads(head_file, tenants)
    wrong = False
    for tenant in tenants:
        wrong |= not _is_whole(tenant, given.get(tenant.slug))
    return int(wrong)


def differences(tenant: Tenant) -> Iterator[str]:
    """Where the rows of the tenant in scope say other than its ledger, one sentence each."""
    status, spoken = _told(tenant)
    matters = Matter.objects.filter(tenant=tenant)
    numbers = set()
    for row_id, number, now in matters.values_list("pk", "number", "status").iterator(AT_ONCE):
        numbers.add(number)
        said = status.pop(row_id, None)
        if said is None:
            yield _("事项 %(number)s 在账本里没有记录。") % {"number": number}
        elif said[1] != now:
            yield _("事项 %(number)s 现在是 %(now)s，账本里最后记的是 %(said)s。") % {
                "number": number,
                "now": now,
                "said": said[1],
            }
    for number, _status in status.values():
        yield _("账本里有事项 %(number)s，现在却没有了。") % {"number": number}
    for voice_id in Voice.objects.filter(tenant=tenant).values_list("pk", flat=True).iterator(AT_ONCE):
        if voice_id not in spoken:
            yield _("有一条意见（%(id)s）在账本里没有记录。") % {"id": voice_id}
        spoken.discard(voice_id)
    for voice_id in spoken:
        yield _("账本里有一条意见（%(id)s），现在却没有了。") % {"id": voice_id}
    yield from _gaps(tenant, numbers)


def _is_whole(tenant: Tenant, head: Head | None) -> bool:
    report = verify_ledger(tenant, head)
    for problem in report.problems:
        print(f"{tenant.slug}: {problem}")
    if report.more:
        print(_("%(slug)s：还有 %(more)d 处没有列出。") % {"slug": tenant.slug, "more": report.more})
    with scope(tenant=tenant):
        apart = list(differences(tenant))
    for sentence in apart:
        print(f"{tenant.slug}: {sentence}")
    if report.ok and not apart:
        checked = {"slug": tenant.slug, "entries": report.entries, "words": report.words}
        print(_("%(slug)s：%(entries)d 条记录、%(words)d 段文字，都对得上。") % checked)
    return report.ok and not apart


def _told(tenant: Tenant) -> tuple[dict[UUID, tuple[str, str]], set[UUID]]:
    """What the ledger says: number and status of each matter after the last entry about it, and who spoke."""
    status: dict[UUID, tuple[str, str]] = {}
    spoken: set[UUID] = set()
    rows = Entry.objects.filter(tenant=tenant).order_by("seq").values_list("kind", "body")
    for kind, text in rows.iterator(AT_ONCE):
        body = json.loads(text)
        if "status" in body["facts"]:
            # The first matter an entry names is the one its facts are about.
            about = next((UUID(row_id) for name, row_id in body["subjects"] if name == "matter"), None)
            if about:
                status[about] = (body["facts"]["number"], body["facts"]["status"])
        if kind in SPOKEN:
            spoken.update(UUID(row_id) for name, row_id in body["subjects"] if name == "voice")
    return status, spoken


def _gaps(tenant: Tenant, numbers: set[str]) -> Iterator[str]:
    """Numbers that were given out and are gone, and numbers that were never given out."""
    expected = {
        f"{tenant.slug}-{year}-{number:06d}"
        for year, last in Counter.objects.filter(tenant=tenant).values_list("year", "last")
        for number in range(1, last + 1)
    }
    for number in sorted(expected - numbers):
        yield _("编号 %(number)s 空着。") % {"number": number}
    for number in sorted(numbers - expected):
        yield _("编号 %(number)s 不是按顺序发出的。") % {"number": number}


def _heads(file: str | None, tenants: Sequence[Tenant]) -> dict[str, Head]:
    if file is None:
        return {}
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(_("读不到文件 %(path)s。") % {"path": file}) from error
    given = {head.tenant: head for head in (heads.read(line) for line in lines if line.strip())}
    if not given.keys() & {tenant.slug for tenant in tenants}:
        raise Refused(_("%(path)s 里没有要核对的这一家的封条。") % {"path": file})
    return given
