"""After the torture: is every voice whose receipt was shown there, once, and does it all hang together?"""

from __future__ import annotations

from collections import Counter
from html import unescape
from urllib.parse import urlencode

from torture_clients import Browser, Receipt, Shared


def through_pages(shared: Shared) -> list[str]:
    """Look every receipt up, as its owner does: the page must show its number and the words."""
    faults = []
    for code, times in Counter(receipt.code for receipt in shared.receipts).items():
        if times > 1:
            faults.append(f"the code {code} was given out {times} times")
    for receipt in shared.receipts:
        body = urlencode({"code": receipt.code}).encode()
        answer = Browser(shared.port, "198.18.255.255").ask("POST", "/s/", body, "application/x-www-form-urlencoded")
        text = unescape(answer.text)
        if answer.status != 200 or receipt.number not in text or receipt.words not in text:
            faults.append(f"{receipt} shows {answer.status} and not its matter")
    return faults


def in_database(shared: Shared, slug: str) -> list[str]:
    """Look everything up in the database, after the worker has caught up."""
    import django

    django.setup()
    from django_scopes import scope

    from shangliang.tenants.models import Tenant

    tenant = Tenant.objects.get(slug=slug)
    with scope(tenant=tenant):
        return [*_voices(shared), *_readers()]


def _voices(shared: Shared) -> list[str]:
    from shangliang.files import storage
    from shangliang.ledger.models import Entry
    from shangliang.ledger.queries import read
    from shangliang.voices.models import Slip, Voice
    from shangliang.voices.queries import slip_code
    from shangliang.voices.slips import grouped

    faults = []
    rows = Voice.objects.filter(key__startswith="web:").select_related("words", "matter")
    voices = {voice.pk: (voice, read(voice.words)) for voice in rows.prefetch_related("photos__attachment")}
    known = {receipt.words: receipt for receipt in shared.receipts}
    pending = set(shared.unanswered)
    slips: dict[object, list[str]] = {}
    for slip in Slip.objects.filter(voice__in=list(voices)):
        slips.setdefault(slip.voice_id, []).append(grouped(slip_code(slip)))
    raised = Counter(Entry.objects.filter(kind="voice.raised", subjects__subject__in=list(voices)).values_list(
        "subjects__subject", flat=True))  # fmt: skip
    counts = Counter(words for _voice, words in voices.values())
    faults += [f"lost: {receipt}" for words, receipt in known.items() if not counts[words]]
    faults += [f"there {times} times: {words}" for words, times in counts.items() if times > 1]
    for voice, words in voices.values():
        receipt: Receipt | None = known.get(words)
        if receipt is None and words not in pending:
            faults.append(f"nobody said this: {words}")
        if len(slips.get(voice.pk, [])) != 1:
            faults.append(f"{len(slips.get(voice.pk, []))} slips for: {words}")
        elif receipt and (slips[voice.pk][0], voice.matter.number) != (receipt.code, receipt.number):
            faults.append(f"another slip or number than the one shown: {receipt}")
        if raised[voice.pk] != 1:
            faults.append(f"{raised[voice.pk]} entries for: {words}")
        photos = list(voice.photos.all())
        if receipt and len(photos) != receipt.photo:
            faults.append(f"{len(photos)} photos for: {receipt}")
        for photo in photos:
            storage.read(photo.attachment)
    return faults


def _readers() -> list[str]:
    """What readers of the ledger made of it: nothing left out, nothing counted twice."""
    from django.db.models import Sum

    from shangliang.figures.models import EVERYWHERE, Course, Tally
    from shangliang.ledger.models import Bookmark, Chain
    from shangliang.matters.models import Matter

    size = Chain.objects.get().size
    faults = [f"{mark.reader} came to {mark.seq} of {size}" for mark in Bookmark.objects.all() if mark.seq != size]
    if Course.objects.count() != Matter.objects.count():
        faults.append(f"{Course.objects.count()} courses for {Matter.objects.count()} matters")
    counted = Tally.objects.filter(name="raised", place=EVERYWHERE).aggregate(n=Sum("value"))["n"]
    right = Course.objects.filter(held=False).count()
    if counted != right:
        faults.append(f"counted {counted} matters raised, there are {right}")
    return faults
