"""The first log-ins of an installation: nobody could hand them out on a page yet."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.people import actions
from shangliang.people.models import Membership
from shangliang.people.queries import by_username, district_office
from shangliang.tenants.models import Tenant


def open_account(username: str, name: str, tenant: Tenant | None) -> int:
    """A log-in for the office of `tenant`, or without one for who runs the machine. Prints its password, once.

    Raises Refused for a log-in that is taken, or a name that cannot be one.
    """
    if not re.fullmatch(r"[A-Za-z0-9._-]{3,30}", username):
        raise Refused(_("登录名用字母、数字、点、横线，3 到 30 个。"))
    if by_username(username):
        raise Refused(_("“%(username)s”已经有人用了，换一个登录名。") % {"username": username})
    if tenant is None:
        password = actions.new_password()
        actions.open_account(username.lower(), password, name, is_operator=True, must_change_password=True)
    else:
        with scope(tenant=tenant):
            system, duty = Actor("system", tenant.pk), Membership.Duty.DISTRICT_OFFICE
            _seat, password = actions.take_on(system, district_office(), duty, username=username, name=name)
    print(_("登录名 %(username)s，密码 %(password)s") % {"username": username.lower(), "password": password})
    print(_("只显示这一次。第一次登录要换密码，再设动态口令。"))
    return 0
