"""Everything that is written of bodies, people and their seats, by name: `from shangliang.people import actions`."""

from shangliang.people.actions.accounts import (
    give_logins,
    new_password,
    open_account,
    reset_account,
    set_active,
    take_on,
)
from shangliang.people.actions.bodies import (
    change_body,
    close_body,
    end_seat,
    open_body,
    open_receiving_bodies,
    open_tenant,
    seat,
)
from shangliang.people.actions.enrolment import enrol, settle
from shangliang.people.actions.guidance import end_guidance, guide
from shangliang.people.actions.looks import looked, looked_at_all
from shangliang.people.actions.members import import_members, leave, record_member

__all__ = [
    "change_body",
    "close_body",
    "end_guidance",
    "end_seat",
    "enrol",
    "give_logins",
    "guide",
    "import_members",
    "leave",
    "looked",
    "looked_at_all",
    "new_password",
    "open_account",
    "open_body",
    "open_receiving_bodies",
    "open_tenant",
    "record_member",
    "reset_account",
    "seat",
    "set_active",
    "settle",
    "take_on",
]
