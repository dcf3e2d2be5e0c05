"""The demo's deliberation: a question that people talk over now, one that was agreed and signed, one not taken up.

All of it invented, and told through the real acts.
"""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.ids import uuid7
from shangliang.deliberation.actions import (
    agreements,
    arriving,
    conversations,
    investigation,
    invitations,
    lines,
    meetings,
    minutes,
    opinions,
    public_rules,
    signing,
    sitting,
    topics,
)
from shangliang.deliberation.actions.lines import Written
from shangliang.deliberation.actions.meetings import Plan
from shangliang.deliberation.actions.sitting import Wording
from shangliang.deliberation.live_map import Maps
from shangliang.deliberation.models import Attendee, Conversation, Finding, Hearing, Item, Meeting, Side, Topic
from shangliang.deliberation.queries.meetings import at_table
from shangliang.deliberation.queries.topics import topic as read_topic
from shangliang.deliberation.voters import Voter
from shangliang.delivery import actions as delivery
from shangliang.delivery.actions.consensus import Given, hand_over_consensus
from shangliang.delivery.models import HandOver
from shangliang.delivery.queries import consensus, handed_points
from shangliang.files.actions import store_document, store_photos
from shangliang.gathering import actions as gathering
from shangliang.manage.demo_matters import Cast, days_ago, say
from shangliang.matters.models import Matter, Point
from shangliang.people.models import Body, Person
from shangliang.playbooks.queries import calendar, in_force
from shangliang.tenants.models import Tenant
from shangliang.voices.actions import clear_words

STUDIO, WHERE = "同光委员工作室（演示）", "光明社区 2 楼议事厅"
Kind = Finding.Kind
Heard = tuple[str, str, int, int, str]  # side, how it is touched, about how many, heard, what they said
HEARD: tuple[Heard, ...] = (
    ("夜班住户", "一个月充二十几回", 40, 12, "要有月卡，回来走得动。"),
    ("一楼住户", "窗户正对着棚子", 16, 11, "夜里滴滴响，离窗远一点。"),
    ("不骑车的住户", "电费不能摊到他们头上", 120, 18, "账要公开。"),
)
FOUND: tuple[tuple[str, str, str], ...] = (
    (Kind.FACT, "3 号院有电动车 143 辆，棚里充电口 24 个。", "社区 10 月 20 日清点（演示）"),
    (Kind.FACT, "别的院每度收 0.9 到 1.4 元。", "走访 5 个院的收费牌（演示）"),
    (Kind.SITE, "棚子离最近的窗 4.2 米，夜里 11 点量到 52 分贝。", "委员小分队（演示）"),
    (Kind.COST, "电表和后台一年 3600 元，按 24 个口摊，每度 0.12 元。", "运营方报价（演示）"),
    (Kind.AUTHORITY, "收费由业主大会定，区发改局管的是电价。", "区发改局答复（演示）"),
)
SAID = (
    "账要公开，半年贴一次。",
    "充满自动断电，不收占位费，只提醒。",
    "月卡 30 元，随便充。",
    "夜里 11 点以后不许充。",
    "离窗户 6 米以内的口先拆掉。",
    "烟感和断电的钱政府出过了，服务费里不该再算一遍。",
    "按度收费，一度最多收 1 元。",
    "外院的车不能充。",
    "下夜班的人要留两个口。",
    "声音关小，滴滴声换成亮灯。",
)
# How three invented circles of people vote on them: agree, disagree, in hundredths.
LEANINGS = (
    ((96, 2), (88, 6), (91, 5), (3, 94), (5, 90), (80, 10), (75, 10), (10, 80), (95, 2), (80, 12)),
    ((92, 3), (84, 10), (46, 44), (95, 3), (96, 2), (80, 12), (70, 22), (90, 5), (10, 85), (97, 1)),
    ((99, 0), (91, 4), (5, 92), (8, 88), (90, 6), (95, 1), (94, 2), (8, 88), (15, 80), (80, 10)),
)
SIZES = (26, 24, 11)
AIRING_HEARD: tuple[Heard, ...] = (
    ("朝北的住户", "阳台一年晒不到太阳", 28, 14, "装在东边，够长就行。"),
    ("一楼住户", "架子离窗户近了滴水", 16, 11, "离窗远一点，别挡光。"),
)
AIRING_FOUND: tuple[tuple[str, str, str], ...] = (
    (Kind.FACT, "5 号楼 62 户，阳台朝北的 28 户。", "社区台账（演示）"),
    (Kind.SITE, "东侧空地 22 米长，堆着三堆旧家具，离一楼窗户 5 米。", "委员小分队（演示）"),
    (Kind.COST, "20 米双排架子连安装 6800 元。", "两家询价（演示）"),
    (Kind.AUTHORITY, "空地归业主共有，物业没有意见。", "区房管局答复（演示）"),
)
RULE = (
    "车头朝外停，不压盲道。\n晚上十点以后不鸣笛。\n消防通道不停车，停了请当场挪走。",
    "车头朝外停，不压盲道。\n晚上九点半以后不鸣笛，不热车。\n消防通道不停车，停了请当场挪走。\n来客停车最多两小时。",
)
AGREED: tuple[tuple[str, str, str, int], ...] = (  # text, outcome, owner, days
    ("在 5 号楼东侧空地装 20 米晾衣架，两排。", "task", "区城管执法局", 30),
    ("移走空地上的三堆旧家具。", "task", "新沟桥街道", 10),
    ("架子离一楼窗户不少于 3 米，画线。", "task", "区房管局", 20),
    ("晾衣架的地面做防滑。", "task", "区房管局", 30),
    ("架子旁边装一盏灯。", "task", "区城管执法局", 30),
    ("下雨天谁家的先收谁家的，不占别人的杆。", "undertaking", "5 号楼居民", 15),
)


def tell_of_deliberation(tenant: Tenant, cast: Cast) -> None:
    """Let the demo's topics happen, the oldest first."""
    _rule(cast)
    _agreed(tenant, cast)
    _passed_up(tenant, cast)
    _turned_down(tenant, cast)
    _going_on(tenant, cast)


def _agreed(tenant: Tenant, cast: Cast) -> None:
    """Clothes-lines: chosen a month ago, met three weeks ago, signed on the spot."""
    with days_ago(32):
        topic = _topic(
            tenant, cast, "没有地方晒被子，绳子拉得满院都是。", "5 号楼前面晾衣架装在哪里", "装几米，装在哪，谁来管？"
        )
    with days_ago(29):
        _investigate(cast, topic, AIRING_HEARD, AIRING_FOUND)
        starts_at = clock.start_of(clock.today() + dt.timedelta(days=10)) + dt.timedelta(hours=19)
        meeting = _call(cast, topic, starts_at, 6)
    with clock.pretending(starts_at):
        _sit(cast, meeting)
    with clock.pretending(starts_at + dt.timedelta(minutes=85)):
        minutes.close(cast["convenor"], meeting.pk, None)
        sheet = store_document(tenant.pk, _drawing())
        signing.sign_on_paper(
            cast["convenor"], meeting.pk, attendees=[one.pk for one in at_table(meeting)], sheet=sheet
        )
        minutes.finish(cast["convenor"], meeting.pk, None)
    with clock.pretending(starts_at + dt.timedelta(hours=15)):
        _hand_over(cast, topic)
    with days_ago(12):
        row = HandOver.objects.select_related("body").get(body__name="新沟桥街道", matter=topic.matter_id)
        (furniture,) = handed_points(row)
        done = {furniture.pk: delivery.Answer(Point.Status.DONE, "旧家具清走了，一共两车。")}
        delivery.reply(cast["street"], row, None, answers=done, words="三堆旧家具 11 日清走了。")
    with days_ago(3):
        undertaking = Item.objects.get(meeting=meeting, outcome="undertaking")
        agreements.settle_undertaking(cast["convenor"], undertaking, kept=True, words="下了两场雨，没人占别人的杆。")


def _passed_up(tenant: Tenant, cast: Cast) -> None:
    """What the community cannot decide: the street took it, and its answer is due in two working days."""
    days = calendar(tenant.pk)
    taken = clock.start_of(days.back(clock.today(), _answer_days(tenant.pk) - 2)) + dt.timedelta(hours=10)
    with clock.pretending(taken - dt.timedelta(days=5)):
        topic = _topic(
            tenant, cast, "公交站离院门太近，早上出不去车。", "院门口的公交站往哪里挪", "挪多远，挪了老人多走几步？"
        )
    with clock.pretending(taken - dt.timedelta(days=1)):
        gathering.refer(
            cast["community"], topic.matter_id, None, to_body=_body("新沟桥街道"), why="站牌归区里定，要街道去问。"
        )
    with clock.pretending(taken):
        gathering.take_referral(cast["street"], topic.matter_id, None)


def _rule(cast: Cast) -> None:
    """A rule that holds, and its second version, which people may comment on now."""
    act, studio = cast["convenor"], _body(STUDIO)
    with days_ago(62):
        first = public_rules.draft(act, studio, title="3 号院停车公约", text=RULE[0])
        public_rules.open_comment(act, first.pk, until=clock.today() + dt.timedelta(days=14))
    with days_ago(46):
        public_rules.adopt(
            act,
            first.pk,
            by="3 号院居民会议（演示）",
            on=clock.today(),
            in_force_from=clock.today() + dt.timedelta(days=5),
            yes=171,
            base=214,
        )
    with days_ago(5):
        second = public_rules.draft_next(act, first.rule_id, text=RULE[1])
        public_rules.open_comment(act, second.pk, until=clock.today() + dt.timedelta(days=19))


def _turned_down(tenant: Tenant, cast: Cast) -> None:
    with days_ago(12):
        matter = _matter(tenant, cast, "门口的夜市太吵，能不能挪走。", "东门夜市能不能挪")
        topic = topics.put_forward(
            cast["convenor"], matter.pk, None, title="东门夜市挪不挪", question="挪到哪里？", source="residents"
        )
    with days_ago(9):
        topics.turn_down(
            cast["convenor"],
            topic,
            None,
            why="夜市归街道统一安排，今年的点位已经定了，先请街道当面答复。",
            route="answer",
        )


def _going_on(tenant: Tenant, cast: Cast) -> None:
    """What the charging shed should cost: people talk online, a meeting is called."""
    with days_ago(16):
        topic = _topic(
            tenant, cast, "充电棚建好了，收费没说清楚。", "充电棚收费怎么定", "一度电收多少，月卡要不要，钱怎么公开？"
        )
    with days_ago(13):
        _investigate(cast, topic, HEARD, FOUND)
    with days_ago(10):
        talk = conversations.open_conversation(
            cast["convenor"],
            topic,
            question="充电棚收费怎么定，您怎么看？",
            about="先说给大家听，开会的时候逐条商量。",
            seeds=SAID,
        )
        _vote(talk)
        Maps().draw(Conversation.objects.get(pk=talk.pk))
        conversations.name_groups(cast["convenor"], talk, {"0": "要近便", "1": "要安静安全", "2": "要省钱"})
    with days_ago(3):
        day = calendar(tenant.pk).add_working_days(clock.today(), 7).due
        meeting = _call(cast, topic, clock.start_of(day) + dt.timedelta(hours=19), 4, form="hybrid")
    with days_ago(1):
        for number, one in enumerate(Attendee.objects.filter(meeting=meeting).order_by("pk")):
            if number != 1:  # one has not answered yet
                invitations.answer(cast["convenor"], one, coming=number != 3)


def _hand_over(cast: Cast, topic: Topic) -> None:
    """What the meeting agreed on goes to those who said they would do it."""
    found = consensus(Matter.objects.get(pk=topic.matter_id))
    given = [Given(one.point_id, one.owner, one.due) for one in found if one.point_id and one.owner and one.due]
    hand_over_consensus(cast["community"], topic.matter_id, None, given=given)


# --- the parts ------------------------------------------------------------------------------------------


def _matter(tenant: Tenant, cast: Cast, words: str, title: str) -> Matter:
    voice = say(tenant, words, where="3 号院")
    matter = gathering.accept(cast["community"], voice.matter_id, None, title=title, summary=words, category="suggest")
    clear_words(cast["community"], voice, show=True)
    return matter


def _topic(tenant: Tenant, cast: Cast, words: str, title: str, question: str) -> Topic:
    matter = _matter(tenant, cast, words, title)
    act = cast["convenor"]
    row = topics.put_forward(act, matter.pk, None, title=title, question=question, source="residents")
    topics.choose(act, row, None, chair=_person(act), by="同光委员工作室（演示）")
    found = read_topic(row.pk)
    assert found is not None
    return found


def _investigate(cast: Cast, topic: Topic, sides: Sequence[Heard], found: Sequence[tuple[str, str, str]]) -> None:
    act = cast["convenor"]
    for label, touched, about, people, said in sides:
        side = investigation.name_side(act, topic, label=label, touched=touched, about_how_many=about)
        investigation.hear(
            act, side, how=Hearing.How.VISIT, people=people, chosen="按门牌隔一户敲一户", said=said, on=clock.today()
        )
    for kind, text, source in found:
        _find(act, topic, kind, text, source)


def _find(act: Actor, topic: Topic, kind: str, text: str, source: str) -> None:
    is_site = kind == Kind.SITE
    investigation.record_finding(
        act,
        topic,
        kind=kind,
        text=text,
        source=source,
        on=clock.today(),
        photos=store_photos(act.tenant_id, [_drawing()]) if is_site else (),
        position=(30.6387, 114.3702) if is_site else None,
    )


def _drawing() -> SimpleUploadedFile:
    """A drawn yard instead of a photo: nobody's window is shown."""
    picture = Image.new("RGB", (960, 720), (214, 226, 232))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 480, 960, 720), fill=(168, 170, 160))
    draw.rectangle((60, 120, 420, 480), fill=(226, 214, 196))
    for across in range(4):
        for up in range(3):
            draw.rectangle((90 + across * 84, 150 + up * 108, 140 + across * 84, 220 + up * 108), fill=(120, 150, 170))
    draw.polygon(((540, 360), (900, 360), (870, 330), (570, 330)), fill=(90, 110, 96))
    for post in (560, 670, 780, 880):
        draw.rectangle((post, 360, post + 8, 560), fill=(80, 84, 82))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return SimpleUploadedFile("演示.jpg", out.getvalue(), "image/jpeg")


def _call(cast: Cast, topic: Topic, starts_at: dt.datetime, residents: int, form: str = "council") -> Meeting:
    act, studio = cast["convenor"], _body(STUDIO)
    given: dict[str, Any] = {"by_side": {"residents": residents, "members": 2, "departments": 2}}
    if form != "council":
        given = {"seats": 40}
    plan = Plan(
        body=studio,
        chair=_person(act),
        recorder=_person(cast["community"]),
        starts_at=starts_at,
        title=topic.title,
        where=WHERE,
        papers="走访和询价的结果，见议题页上“先去问了谁，看到什么”。",
        **given,
    )
    meeting = meetings.plan(act, [topic], form, plan)
    seats = ("residents", "members", "departments") if form == "council" else ("", "", "")
    sides = list(Side.objects.filter(topic=topic).order_by("position"))
    for number in range(residents):
        invitations.invite_residents(act, meeting.pk, seats[0], count=1, side=sides[number % len(sides)])
    invitations.invite_person(act, meeting.pk, _person(cast["member"]), seats[1])
    invitations.invite_person(act, meeting.pk, _person(act), seats[1])
    for body in ("区房管局", "区城管执法局"):
        invitations.invite_body(act, meeting.pk, _body(body), seats[2])
    return meetings.call(act, meeting.pk, None)


def _sit(cast: Cast, meeting: Meeting) -> None:
    act = cast["convenor"]
    for one in Attendee.objects.filter(meeting=meeting).order_by("pk"):
        arriving.sign_in(act, one, Attendee.SignedIn.HAND)
    sitting.open_meeting(act, meeting.pk)
    people = at_table(meeting)
    said = (
        "东侧空地晒得到太阳，就是堆了旧家具。",
        "离我家窗户别太近，水滴下来受不了。",
        "家具这周就能清，架子要等预算。",
    )
    lines.write_lines(
        cast["community"],
        meeting.pk,
        [Written(uuid7(), text, attendee=one.pk, said_at=clock.now()) for one, text in zip(people, said, strict=False)],
    )
    for text, outcome, owner, days in AGREED:
        due = clock.today() + dt.timedelta(days=days)
        item = sitting.put_item(act, meeting.pk, Wording(text, outcome, owner, due))
        sitting.settle_item(act, item, item.version, Item.Status.AGREED)


def _answer_days(tenant_id: UUID) -> int:
    """Working days in which another level answers."""
    return in_force(tenant_id).deliberation.levels.answer


def _body(name: str) -> Body:
    return Body.objects.select_related("place").get(name=name)


def _vote(talk: Conversation) -> None:
    """Sixty-one invented people vote, each on most of what there is."""
    dice = random.Random(21)  # noqa: S311 (the same demo every time)
    for circle, size in enumerate(SIZES):
        for number in range(size):
            voter = Voter(device=f"demo-{circle}-{number}")
            for which, (agree, disagree) in enumerate(LEANINGS[circle], 1):
                if dice.random() < 0.85:
                    thrown = dice.randrange(100)
                    opinions.vote(
                        talk.pk, voter, which, 1 if thrown < agree else -1 if thrown < agree + disagree else 0
                    )


def _person(actor: Actor) -> Person:
    assert actor.person_id is not None
    return Person.objects.get(pk=actor.person_id)
