"""Editing the calendar and adopting a playbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

import chinese_calendar
from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.actors import Actor, Verdict
from shangliang.core.errors import NotAllowed, Refused
from shangliang.ledger.actions import append
from shangliang.people import actions as people
from shangliang.people.models import Account, Membership
from shangliang.people.queries import by_username, district_office
from shangliang.places.actions import load
from shangliang.places.queries import below, full_name
from shangliang.playbooks import queries, rules
from shangliang.playbooks.definition import DEFAULT, digest_of, parse
from shangliang.playbooks.models import Adoption, LocalDay, NationalDay, PlaybookText
from shangliang.tenants.models import Tenant


def seed_calendar() -> int:
    """Fill in the national days that `chinesecalendar` knows; the number of days written.

    Only years of which the table has nothing: a year once there is the operator's, and running
    this again changes nothing.
    """
    with transaction.atomic():
        known = {day.year for day in NationalDay.objects.values_list("day", flat=True)}
        constants = chinese_calendar.constants
        rows = [
            NationalDay(day=day, working=working, name=chinese_calendar.Holiday(name).chinese)
            for working, table in ((False, constants.holidays), (True, constants.workdays))
            for day, name in table.items()
            if day.year not in known
        ]
        if rows:
            NationalDay.objects.bulk_create(rows)
            queries.calendars.forget()
        return len(rows)


def publish_year(account: Account, year: int, days: Mapping[dt.date, tuple[bool, str]]) -> None:
    """Enter the State Council's notice for `year` whole: (works, name) of each day it names.

    Whole, because a year with national days counts as published and its deadlines stop being
    provisional. Raises NotAllowed, or Refused if it is not the year that comes next.
    """
    _require(rules.may_keep_national_days(account))
    with transaction.atomic():
        latest = NationalDay.objects.order_by("-day").values_list("day", flat=True).first()
        if latest and year != latest.year + 1:
            raise Refused(_("接下来该录 %(year)s 年的放假安排。") % {"year": latest.year + 1}, "year")
        if not days or any(day.year != year for day in days):
            raise Refused(_("把 %(year)s 年的放假和调休一次录全，别的年份不要夹进来。") % {"year": year}, "days")
        NationalDay.objects.bulk_create(
            NationalDay(day=day, working=working, name=_short(name, 40, _("写上是什么节。"), "days"))
            for day, (working, name) in days.items()
        )
        queries.calendars.forget()


def set_national_day(account: Account, day: dt.date, working: bool, name: str) -> None:
    """Correct one day of a published year, for all tenants. Raises NotAllowed or Refused."""
    _require(rules.may_keep_national_days(account))
    name = _short(name, 40, _("写上是什么节。"), "name")
    with transaction.atomic():
        if not NationalDay.objects.filter(day__year=day.year).exists():
            raise Refused(_("%(year)s 年的放假安排还没录，先把全年一次录全。") % {"year": day.year}, "day")
        NationalDay.objects.update_or_create(day=day, defaults={"working": working, "name": name})
        queries.calendars.forget()


def enter_days(account: Account, year: int, days: Mapping[dt.date, tuple[bool, str]]) -> None:
    """Publish `year` if it is not yet, else correct those of its days that are named. Raises as
    `publish_year` and `set_national_day` do."""
    with transaction.atomic():
        if not NationalDay.objects.filter(day__year=year).exists():
            publish_year(account, year, days)
        for change in queries.changes(days):
            set_national_day(account, change.day, change.working, change.name)


def open_tenant(
    account: Account, code: str, *, name: str, office_phone: str, office_hours: str, person: str, username: str
) -> tuple[Tenant, str]:
    """Open a tenant for a division: its places, its office, a body for each street and community, the
    calendar, and a first log-in for its office. Gives the tenant and the password to hand over.

    Raises NotAllowed, or Refused for a code that is none, a tenant there is, or a log-in that is taken.
    """
    _require(rules.may_operate(account))
    if known := Tenant.objects.filter(slug=code).first():
        raise Refused(_("%(name)s已经开过了。") % {"name": known.name}, "code")
    if by_username(username):
        raise Refused(_("“%(username)s”已经有人用了，换一个登录名。") % {"username": username}, "username")
    with transaction.atomic():
        seed_calendar()
        try:
            place = load(code)
        except Refused as refused:
            raise Refused(str(refused), "code") from refused
        tenant = people.open_tenant(
            place, name or full_name(place), slug=code, office_phone=office_phone, office_hours=office_hours
        )
        with scope(tenant=tenant):
            system = Actor("system", tenant.pk)
            people.open_receiving_bodies(system, below(place))
            office = district_office()
            _seat, password = people.take_on(
                system, office, Membership.Duty.DISTRICT_OFFICE, username=username, name=person
            )
    return tenant, password


def set_local_day(actor: Actor, day: dt.date, working: bool, reason: str) -> LocalDay:
    """Make `day` a working day of this tenant, or not, against the national calendar.

    The reason is shown wherever a deadline passes this day. Raises NotAllowed, or Refused
    without a reason. Entry: calendar.day_set.
    """
    seat = _require(rules.may_edit_calendar(actor)).seat
    reason = _short(reason, 80, _("写一句原因，算期限的时候要给大家看。"), "reason")
    with transaction.atomic():
        row, _new = LocalDay.objects.update_or_create(
            tenant_id=actor.tenant_id, day=day, defaults={"working": working, "reason": reason}
        )
        queries.calendars.forget()
        append(
            actor,
            "calendar.day_set",
            [("calendar", actor.tenant_id), ("local_day", row.pk)],
            {"day": day.isoformat(), "working": working},
            {"reason": reason},
            seat=seat,
        )
    return row


def remove_local_day(actor: Actor, day: dt.date, reason: str) -> None:
    """Take the tenant's exception for `day` back: the national calendar holds again.

    Raises NotAllowed, or Refused without a reason or when there is no exception. Entry:
    calendar.day_removed.
    """
    seat = _require(rules.may_edit_calendar(actor)).seat
    reason = _short(reason, 80, _("写一句为什么改回去。"), "reason")
    with transaction.atomic():
        row = LocalDay.objects.select_for_update().filter(tenant_id=actor.tenant_id, day=day).first()
        if row is None:
            raise Refused(_("这一天本来就按国家的安排，不用改。"), "day")
        row_id = row.pk
        row.delete()
        queries.calendars.forget()
        append(
            actor,
            "calendar.day_removed",
            [("calendar", actor.tenant_id), ("local_day", row_id)],
            {"day": day.isoformat()},
            {"reason": reason},
            seat=seat,
        )


def adopt(actor: Actor, text: str, body_name: str, document: str, in_force_from: dt.date) -> Adoption:
    """Put a playbook in force from a date, by the document of a body.

    The text is kept by its hash, as it is but for line ends. Raises NotAllowed, PlaybookError
    naming the line that is wrong, or Refused when something is missing, when another playbook comes into force on
    that very day, or for a day gone by: what was done on it was done by another one. Only the first may be older,
    because a place has its way of working before it keeps its work here. Entry: playbook.adopted.
    """
    seat = _require(rules.may_adopt(actor)).seat
    # A browser sends line ends of its own; the hash should be that of the file people hold.
    text = text.replace("\r\n", "\n")
    playbook = parse(text)
    body_name = _short(body_name, 60, _("写上是哪个机构定的。"), "body_name")
    document = _short(document, 60, _("写上文号，比如 青政协办〔2026〕8号。"), "document")
    with transaction.atomic():
        own = {"tenant_id": actor.tenant_id}
        if Adoption.objects.filter(in_force_from=in_force_from, **own).exists():
            raise Refused(_("这一天已经有一份工作法启用，换个日期。"), "in_force_from")
        if in_force_from < clock.today() and Adoption.objects.filter(**own).exists():
            raise Refused(_("这一天已经过去了，那时的事是照当时的工作法办的。从今天或者以后启用。"), "in_force_from")
        kept, _new = PlaybookText.objects.get_or_create(
            digest=digest_of(text), defaults={"name": playbook.name, "text": text}, **own
        )
        adoption = Adoption.objects.create(
            playbook=kept, body_name=body_name, document=document, in_force_from=in_force_from, **own
        )
        queries.adoptions.forget()
        append(
            actor,
            "playbook.adopted",
            [("playbook", kept.pk), ("adoption", adoption.pk)],
            {
                "digest": kept.digest,
                "name": playbook.name,
                "version": playbook.version,
                "body": body_name,
                "document": document,
                "from": in_force_from.isoformat(),
            },
            seat=seat,
        )
    return adoption


def keep(tenant_id: UUID) -> PlaybookText:
    """The text of the playbook in force today, stored under its hash: what begins now points at it.

    Also the package's own, so that a later release cannot change the rules of what has begun. No entry: part of
    the act that begins something.
    """
    playbook = queries.in_force(tenant_id)
    text = {"name": playbook.name, "text": DEFAULT.read_text(encoding="utf-8")}
    # Any other text was stored when it was adopted.
    row, _new = PlaybookText.objects.get_or_create(tenant_id=tenant_id, digest=playbook.digest, defaults=text)
    return row


def _require(verdict: Verdict) -> Verdict:
    if not verdict:
        raise NotAllowed(verdict.why_not)
    return verdict


def _short(text: str, longest: int, missing: str, field: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(missing, field)
    if len(text) > longest:
        raise Refused(_("最多 %(longest)s 个字，现在有 %(now)s 个。") % {"longest": longest, "now": len(text)}, field)
    return text
