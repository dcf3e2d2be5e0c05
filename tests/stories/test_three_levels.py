"""A topic goes up through all three levels; the answer owed turns amber, then red, in front of the resident, and comes
down every step."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.stories.conftest import OpenPage, Server
from tests.stories.people import do, look_up, say, signed_in, work_on

WORDS = "几个小区的车都停到消防通道上了，社区管不过来，要区里拿个主意。"

# What happens beside the browsers: the community makes a topic of it, and it goes up twice.
UP = """
from django_scopes import scope
from shangliang.deliberation.actions import topics
from shangliang.gathering import actions
from shangliang.matters.models import Matter
from shangliang.people.models import Account
from shangliang.people.queries import actor_of, level_up
from shangliang.tenants.models import Tenant
tenant = Tenant.objects.get(slug="420107")
who = lambda name: actor_of(Account.objects.get(username=name), tenant.pk)
with scope(tenant=tenant):
    matter = Matter.objects.select_related("holder__place").get(number="{number}")
    community, street, office = who("community"), who("street"), who("office")
    actions.accept(community, matter.pk, None, title="消防通道上停满了车")
    topic = topics.put_forward(community, matter.pk, None, title="消防通道怎么腾出来", source="residents")
    topics.choose(community, topic, None)
    above = level_up(matter.holder)
    actions.refer(community, matter.pk, None, to_body=above, why="几个社区都有。")
    actions.take_referral(street, matter.pk, None)
    actions.refer(street, matter.pk, None, to_body=level_up(above), why="要区里定。")
    actions.take_referral(office, matter.pk, None)
"""
# Time passes: everything that was passed up was passed up earlier, so that it is due on another day.
LATER = """
from django_scopes import scope
from shangliang.core import clock
from shangliang.matters.models import Matter, Referral
from shangliang.matters.owed import owed
from shangliang.playbooks.queries import calendar
from shangliang.tenants.models import Tenant
tenant = Tenant.objects.get(slug="420107")
with scope(tenant=tenant):
    matter, days = Matter.objects.get(number="{number}"), calendar(tenant.pk)
    now, left = owed(matter).now, {left}
    due = days.add_working_days(clock.today(), left).due if left > 0 else days.back(clock.today(), -left)
    passed = now.due - due
    for row in Referral.objects.filter(matter=matter):
        Referral.objects.filter(pk=row.pk).update(due=row.due - passed, sent_at=row.sent_at - passed)
    Matter.objects.filter(pk=matter.pk).update(due=matter.due - passed, due_started=matter.due_started - passed)
"""


def later(server: Server, number: str, left: int) -> None:
    """So much time passes that `left` working days are left; negative: that it is late."""
    server.command("django", "shell", "-c", LATER.format(number=number, left=left))


def stands(resident: Page, code: str, level: str, words: str) -> None:
    """What the owner of the slip sees of the answer that is owed."""
    look_up(resident, code)
    owed = resident.locator(".owed")
    expect(owed).to_have_attribute("data-l", level)
    expect(owed).to_contain_text(words)


def test_what_is_passed_up_comes_back_down_late_and_everybody_sees_how_late(
    server: Server, open_page: OpenPage
) -> None:
    resident = open_page("/420107/say/")
    code, number = say(resident, WORDS)
    server.command("django", "shell", "-c", UP.format(number=number))

    stands(resident, code, "ok", "转到区里，青山区政协办公室最晚")
    expect(resident.locator(".owed")).to_contain_text("新沟桥街道等着这句话，收到以后接着答复光明社区。")
    later(server, number, 2)
    stands(resident, code, "soon", "还有 2 个工作日")
    later(server, number, -3)
    stands(resident, code, "late", "晚了 3 个工作日")

    office = signed_in(server, open_page, "office")
    work_on(office, number, "回话")
    office.fill("#id_answer", "区里牵头划车位，钱区里出。")
    do(office, "回话")
    stands(resident, code, "ok", "转到街道，新沟桥街道最晚")

    street = signed_in(server, open_page, "street")
    work_on(street, number, "回话")
    street.fill("#id_answer", "街道下个月先划一百个车位。")
    do(street, "回话")
    look_up(resident, code)
    expect(resident.locator(".owed")).to_have_count(0)
    expect(resident.get_by_text("区里牵头划车位，钱区里出。")).to_be_visible()
    expect(resident.get_by_text("街道下个月先划一百个车位。")).to_be_visible()
