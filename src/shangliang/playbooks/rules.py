"""Who may change the calendar and adopt a playbook."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Verdict, no, yes
from shangliang.people.models import Account
from shangliang.people.rules import may_manage


def may_edit_calendar(actor: Actor) -> Verdict:
    """The district office keeps the tenant's own exceptions to the calendar."""
    return may_manage(actor)


def may_adopt(actor: Actor) -> Verdict:
    """The district office records which playbook was adopted, and by which document."""
    return may_manage(actor)


def may_operate(account: Account) -> Verdict:
    """Whoever runs the machine opens tenants; it gives no right in any of them."""
    if account.is_active and account.is_operator:
        return yes()
    return no(_("这由系统管理员来做。"))


def may_keep_national_days(account: Account) -> Verdict:
    """National days are the same for all tenants: whoever runs the machine keeps them."""
    if account.is_active and account.is_operator:
        return yes()
    return no(_("全国放假安排由系统管理员录入。"))
