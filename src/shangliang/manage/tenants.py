"""Places and tenants from the command line."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.people import actions as people
from shangliang.places import actions, queries
from shangliang.places.divisions import STAND_INS
from shangliang.places.models import Place
from shangliang.playbooks.actions import seed_calendar
from shangliang.tenants.models import Tenant


def tenant_of(slug: str) -> Tenant:
    """The tenant called `slug`. Raises Refused when there is none."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        known = "、".join(Tenant.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise Refused(_("没有叫“%(slug)s”的。现在有：%(known)s") % {"slug": slug, "known": known or _("一个也没有")})
    return tenant


def tenants_of(slug: str | None) -> list[Tenant]:
    """The one tenant called `slug`, or all of them. Raises Refused when there is none of that name."""
    return [tenant_of(slug)] if slug else list(Tenant.objects.order_by("slug"))


def load_places(code: str) -> int:
    """Load a division with everything below it, and say how much that is."""
    place = actions.load(code)
    print(_("%(name)s：%(count)d 个地方。") % {"name": queries.full_name(place), "count": len(queries.below(place))})
    return 0


def load_boundaries(code: str, file: str | None) -> int:
    """Take the outlines of a division's places from a GeoJSON file. Gives 1 when some fitted no place."""
    if file is None:
        raise Refused(_("要给一个 GeoJSON 文件。"))
    report = actions.load_boundaries(file, _loaded(code))
    print(_("对上 %(count)d 个地方的边界。") % {"count": len(report.matched)})
    for name in report.unmatched:
        print(_("没对上：%(name)s") % {"name": name})
    return 1 if report.unmatched else 0


def invent_places(code: str, names: list[str]) -> int:
    """A city of test places, named first, with its districts, for messages whose places are masked."""
    if len(names) < 2:
        raise Refused(_("先写市名，再写区名，例如：shangliang places test a-city A市 A1区 A2区"))
    actions.invent(code, names[0], names[1:])
    print(_("%(name)s：%(count)d 个地方。") % {"name": names[0], "count": len(names) - 1})
    return 0


def open_tenant(code: str, name: str) -> int:
    """Open a tenant for a loaded division, with its office, a body for each street and community, and the calendar."""
    place = _loaded(code)
    with transaction.atomic():
        seed_calendar()
        tenant = people.open_tenant(place, name or _everyday_name(place))
        with scope(tenant=tenant):
            bodies = people.open_receiving_bodies(Actor("system", tenant.pk), queries.below(place))
    print(
        _("开好了：%(name)s（%(slug)s），%(bodies)d 个街道和社区。")
        % {"name": tenant.name, "slug": tenant.slug, "bodies": len(bodies)}
    )
    return 0


def _loaded(code: str) -> Place:
    place = queries.find(code)
    if place is None:
        raise Refused(_("还没有载入代码为“%(code)s”的地方，先运行 shangliang places load %(code)s") % {"code": code})
    return place


def _everyday_name(place: Place) -> str:
    """A place with the one above it: 武汉市青山区."""
    named = [each.short_name for each in [*queries.ancestors(place), place] if each.name not in STAND_INS]
    return "".join(dict.fromkeys(named[-2:]))
