"""The invented matters of the demo: at least one in every stage and every end, told through the real acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.seal import keyed_hash
from shangliang.delivery import actions as delivery
from shangliang.delivery.models import HandOver
from shangliang.delivery.queries import handed_points
from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter, Point
from shangliang.people.models import Body
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant
from shangliang.voices.actions import Speech, clear_words, raise_voice, support
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Voice

GUANGMING, STREET_CODE = "420107003011", "420107003"
Cast = dict[str, Actor]


@contextmanager
def days_ago(days: float, hour: int = 10) -> Iterator[None]:
    """Inside, it is `hour` o'clock (Shanghai) so many days ago."""
    day = clock.today() - dt.timedelta(days=int(days))
    with clock.pretending(clock.start_of(day) + dt.timedelta(hours=hour, minutes=int(days * 7) % 60)):
        yield


def tell(tenant: Tenant, cast: Cast) -> None:
    """Let every matter of the demo happen, the oldest first."""
    _handrails(tenant, cast)
    _shed(tenant, cast)
    _water(tenant, cast)
    _parking(tenant, cast)
    _court(tenant, cast)
    _school(tenant, cast)
    _corridor(tenant, cast)
    _fresh(tenant)


def say(
    tenant: Tenant, words: str, code: str = GUANGMING, *, openness: str = Voice.Openness.PUBLIC, where: str = ""
) -> Voice:
    speech = Speech(
        words=words,
        place=Place.objects.get(code=code),
        key=f"demo-{uuid4()}",
        place_words=where,
        openness=openness,
        reach=Reach(phone="13800000000") if openness != Voice.Openness.ANONYMOUS else Reach(),
    )
    return raise_voice(Actor("resident", tenant.pk), tenant, speech).voice


def _accepted(
    tenant: Tenant, by: Actor, days: int, words: str, title: str, summary: str, category: str, *, code: str = GUANGMING
) -> tuple[Matter, Voice]:
    with days_ago(days, 9):
        voice = say(tenant, words, code)
    with days_ago(days - 1, 15):
        matter = gathering.accept(by, voice.matter_id, None, title=title, summary=summary, category=category)
        clear_words(by, voice, show=True)
    return matter, voice


def _supported(tenant: Tenant, matter: Matter, times: int) -> None:
    matter.refresh_from_db()
    for _ in range(times):
        support(Actor("resident", tenant.pk), matter, keyed_hash(str(uuid4()), "device"))


def _body(name: str) -> Body:
    return Body.objects.get(name=name)


def _answered(cast: Cast, who: str, row: HandOver, answers: list[delivery.Answer], words: str) -> None:
    row = HandOver.objects.select_related("body").get(pk=row.pk)
    handed = handed_points(row)
    delivery.reply(
        cast[who],
        row,
        None,
        answers={item.pk: answer for item, answer in zip(handed, answers, strict=True)},
        words=words,
    )


def _handrails(tenant: Tenant, cast: Cast) -> None:
    """Raised, handed over, done, confirmed."""
    matter, voice = _accepted(
        tenant,
        cast["community"],
        70,
        "健安里门口四处台阶没有扶手，老人下雨天不敢走，摔过两回了。",
        "健安里小区四处台阶缺扶手",
        "居民反映健安里四处台阶没有扶手，雨天难走，希望装上。",
        "help",
    )
    _supported(tenant, matter, 3)
    with days_ago(66):
        row = delivery.hand_over(
            cast["street"], matter.pk, None, body=_body("区城管执法局"), points=["四处台阶装扶手", "台阶边沿贴防滑条"]
        )
    with days_ago(64):
        delivery.take_in_hand(cast["citymanager"], row, None, own_number="CG-演示-0031")
    with days_ago(55):
        delivery.report_progress(cast["citymanager"], row, None, words="已量好尺寸，扶手在加工，下周安装。")
    with days_ago(48):
        _answered(
            cast,
            "citymanager",
            row,
            [
                delivery.Answer(Point.Status.DONE, "四处扶手都装好了，共 26 米。"),
                delivery.Answer(Point.Status.DONE, "台阶边沿已贴防滑条。"),
            ],
            "两点都已办好，请大家去看看。",
        )
    with days_ago(46):
        delivery.close(cast["street"], matter.pk, None, words="四处扶手和防滑条都装好了。")
    with days_ago(44):
        delivery.confirm(Actor("resident", tenant.pk), voice, solved="yes", rating=5, words="走着踏实了。")


def _shed(tenant: Tenant, cast: Cast) -> None:
    """Promised: one point done, one with a date; another voice joined under it."""
    matter, _voice = _accepted(
        tenant,
        cast["community"],
        50,
        "3 号院电动车到处停，有人从四楼拉线下来充电，看着心慌。能不能建个充电棚？",
        "光明社区 3 号院的电动车充电棚，建在哪里好",
        "居民反映 3 号院电动车乱停、飞线充电，希望建一个离楼远些的充电棚。",
        "suggest",
    )
    other, _voice = _accepted(
        tenant,
        cast["community"],
        47,
        "4 号院门厅也停满了电动车，出门都要侧着身子。",
        "4 号院门厅停满电动车",
        "居民反映 4 号院门厅停满电动车，影响出入。",
        "complaint",
    )
    with days_ago(45):
        gathering.join(cast["community"], other.pk, None, lead_number=matter.number)
    _supported(tenant, matter, 12)
    with days_ago(40):
        row = delivery.hand_over(
            cast["street"],
            matter.pk,
            None,
            body=_body("区房管局"),
            points=["清掉楼道里的飞线", "在东门南侧空地建充电棚", "充电服务费怎么定，向大家说清"],
        )
    with days_ago(38):
        delivery.take_in_hand(cast["handler"], row, None)
    with days_ago(30):
        _answered(
            cast,
            "handler",
            row,
            [
                delivery.Answer(Point.Status.DONE, "楼道飞线 9 处已全部拆除。"),
                delivery.Answer(
                    Point.Status.PROMISED,
                    "位置已定，年前开工，明年 3 月底前通电。",
                    clock.today() + dt.timedelta(days=160),
                ),
                delivery.Answer(Point.Status.EXPLAINED, "棚还没建，收费要等建好后由业主商量，我们不能先定。"),
            ],
            "三点答复如下。",
        )
    for who, days in (("section", 29), ("chief", 28)):
        with days_ago(days):
            delivery.sign(cast[who], HandOver.objects.select_related("body").get(pk=row.pk), None)
    with days_ago(26):
        delivery.close(cast["street"], matter.pk, None, words="飞线已拆；充电棚列入计划，到期前会再来说。")


def _water(tenant: Tenant, cast: Cast) -> None:
    """Being delivered, late, supervised."""
    matter, _voice = _accepted(
        tenant,
        cast["street"],
        34,
        "六楼半夜水压上不来，洗澡要等到凌晨。",
        "钢花新村 118 街坊半夜水压上不了六楼",
        "居民反映 118 街坊六楼夜间水压不足。",
        "help",
        code="420107003008",
    )
    with days_ago(30):
        row = delivery.hand_over(
            cast["street"],
            matter.pk,
            None,
            body=_body("区城管执法局"),
            points=["查清夜里水压低的原因", "拿出解决办法和时间"],
            days=12,
        )
    with days_ago(29):
        delivery.take_in_hand(cast["citymanager"], row, None, own_number="CG-演示-0047")
    with days_ago(3):
        delivery.supervise(cast["street"], matter.pk, None, words="已经过了期限，请三天内给个说法。")
    _supported(tenant, matter, 7)


def _parking(tenant: Tenant, cast: Cast) -> None:
    """Handed over, the answer waits for a signature inside the department."""
    matter, _voice = _accepted(
        tenant,
        cast["community"],
        15,
        "院里消防通道天天停车，消防车根本进不来。",
        "光明社区 5 号院消防通道被占",
        "居民反映 5 号院消防通道长期停车。",
        "complaint",
    )
    with days_ago(12):
        row = delivery.hand_over(
            cast["street"], matter.pk, None, body=_body("区房管局"), points=["督促物业清出消防通道", "划线并装隔离桩"]
        )
    with days_ago(2):
        _answered(
            cast,
            "handler",
            row,
            [
                delivery.Answer(Point.Status.DONE, "物业已清走 7 辆车，通道畅通。"),
                delivery.Answer(Point.Status.PROMISED, "年底前划线装桩。", clock.today() + dt.timedelta(days=45)),
            ],
            "请领导审签。",
        )


def _court(tenant: Tenant, cast: Cast) -> None:
    """Declined, with where it can go instead."""
    with days_ago(20):
        voice = say(
            tenant, "我和邻居的官司法院判了两个月还没执行，你们能不能催一催。", openness=Voice.Openness.HANDLERS
        )
    with days_ago(19):
        gathering.decline(
            cast["community"],
            voice.matter_id,
            None,
            reason="lawsuit",
            elsewhere="法院执行问题可以打 12368。",
            why="案子已经在法院执行，我们不能插手。",
        )


def _school(tenant: Tenant, cast: Cast) -> None:
    """Explained: answered on the spot, without a hand-over; sent back by the one who asked."""
    matter, voice = _accepted(
        tenant,
        cast["community"],
        25,
        "幼儿园收的伙食费涨了，有没有人管？",
        "幼儿园伙食费上涨有没有依据",
        "居民询问幼儿园伙食费上涨的依据。",
        "consult",
    )
    with days_ago(22):
        delivery.close(
            cast["community"],
            matter.pk,
            None,
            words="伙食费由家委会按成本定，账目已贴在园门口；每月 5 日可以查账。",
            outcome="explained",
        )
    with days_ago(20):
        delivery.confirm(
            Actor("resident", tenant.pk), voice, solved="no", rating=3, words="门口没看到账目。", sent_back=True
        )


def _corridor(tenant: Tenant, cast: Cast) -> None:
    """Gathered, and passed up to the district with an answer owed."""
    matter, _voice = _accepted(
        tenant,
        cast["community"],
        8,
        "菜场改造完，老摊贩的摊位费涨了一半，生意没法做。",
        "菜场改造后摊位费涨了一半",
        "居民反映菜场改造后摊位费上涨较多。",
        "complaint",
    )
    with days_ago(4):
        gathering.refer(
            cast["community"], matter.pk, None, to_body=_body("新沟桥街道"), why="几个社区都有，请街道统一出面谈。"
        )
    _supported(tenant, matter, 5)


def _fresh(tenant: Tenant) -> None:
    """Just raised, by several kinds of people."""
    with days_ago(2, 20):
        say(tenant, "楼下棋牌室夜里一点还在打，孩子睡不了。", where="光明社区 5 号院")
    with days_ago(1, 8):
        say(tenant, "幼儿园门口的树挡住了信号灯，昨天差点出事。", STREET_CODE, where="新沟桥小学往东 50 米")
    with days_ago(0, 0):
        say(tenant, "家里老人没人照看，想问社区食堂周日能不能也开。", openness=Voice.Openness.ANONYMOUS)
