"""The demo's own studio: opened, kept to its standard, on duty for months, with visitors, a pairing and a call."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.gathering import actions as gathering
from shangliang.manage.demo_matters import Cast, days_ago
from shangliang.manage.demo_people import MARK, PHONE
from shangliang.people import actions as people
from shangliang.people.models import Body, Membership, Person
from shangliang.studios.actions import calls, duty, life, pairings, reception, standard
from shangliang.studios.models import Reception, Studio, StudioVoice, Turn
from shangliang.studios.reception_notes import Kept, Note
from shangliang.tenants.models import Tenant
from shangliang.voices.actions import Speech
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Voice

NAME, COMMUNITY, PAPER = "同光委员工作室（演示）", "光明社区", "演示文件"
WHERE = "光明社区党群服务中心 2 楼"
HELD = 60  # days ago, since when it is rostered
AHEAD = dt.timedelta(days=150)
WEDNESDAYS = {"weekdays": [3], "hours": "15:00-17:00"}
SATURDAYS = {"weekdays": [6], "nth": [1, 3, 4], "hours": "9:00-11:00"}
Outcome = Reception.Outcome


@dataclass(frozen=True, slots=True)
class Guest:
    """A member who sits in the studio."""

    name: str
    sector: str
    specialties: tuple[str, ...]
    home: str


GUESTS = (
    Guest("演示·周见山", "社会和法制界", ("物业纠纷", "调解"), "新沟桥街道光明社区5号"),
    Guest("演示·林知夏", "科技界", ("建筑", "加装电梯"), "新沟桥街道馨园社区2号"),
    Guest("演示·何其安", "医药卫生界", ("老人照护",), "新沟桥街道光明社区18号"),
    Guest("演示·宋时雨", "教育界", ("入学", "托管"), "新沟桥街道车站社区7号"),
    Guest("演示·许望舒", "经济界", ("小店经营",), "新沟桥街道蒋家墩社区9号"),
    Guest("演示·沈棠", "文艺界", ("社区文化",), "新沟桥街道临江社区3号"),
    Guest("演示·陆青禾", "农业界", ("种植", "屋顶绿化"), "工人村街道青和居社区11号"),
    Guest("演示·秦远舟", "青年界", ("就业",), "红钢城街道和悦社区6号"),
)
EVIDENCE = (
    ("venue", "党群服务中心 2 楼，60 平方米"),
    ("signage", "门牌、值班牌已挂"),
    ("rules", "值班、走访、议事 3 项"),
    ("activities", "本季 6 场，要求 3 场"),
    ("evaluation", "办结的都请人评过"),
)
DONE = (
    (8, "夜访 3 号院，数电动车", "deliberation", "2 位委员，走访 18 户"),
    (16, "物业费怎么看账，讲了一堂课", "study", "来了 46 人"),
    (34, "充电棚选址，和两个院的人一起商量", "deliberation", "形成 3 条共识"),
)
RULES = (
    ("值班接待制度", "按值班表来，来不了提前一天说，找人顶。居民来了先请坐，听完再记。"),
    ("学习制度", "每季度学一次，讲和院里的事有关的。"),
    ("协商议事制度", "先调研再开会。说定的一条一条写清楚，贴出来。"),
)
VISITORS = (
    (21, "来问医保在哪里办，告诉了。", Outcome.ELSEWHERE, "consult"),
    (18, "坐了一会儿，聊院里的树。", Outcome.TALK, "other"),
    (12, "问加装电梯要几户同意，当场讲清了。", Outcome.ANSWERED, "consult"),
    (4, "单元门的闭门器坏了，夜里关门很响，想请人修。", Outcome.VOICE, "help"),
)


def tell_of_studio(tenant: Tenant, cast: Cast) -> None:
    """Let the demo's studio come about and work for two months."""
    office, convenor = cast["office"], cast["convenor"]
    body = Body.objects.select_related("place").get(name=NAME)
    with days_ago(85):
        _sit(office, tenant, body)
    studio = _opened(office, body)
    _keep(office, studio)
    _receive(office, tenant, studio, convenor)
    _pair(office, studio, body)
    _ask(tenant, studio, convenor)
    _whistle(cast["community"], cast["member"], body)


def _sit(office: Actor, tenant: Tenant, body: Body) -> None:
    for number, guest in enumerate(GUESTS, 1):
        known = Person.objects.filter(name=guest.name).first()
        given = {"sector": guest.sector, "specialties": list(guest.specialties), "level": "district"}
        given |= {"phone": PHONE, "home": f"武汉市青山区{guest.home}"}
        row = people.record_member(office, key=f"同光{number:02}", name=guest.name, given=given, person=known)
        if guest.name != f"{MARK}林知夏":
            people.seat(office, row.person, body, Membership.Duty.MEMBER)
    people.enrol(office, tenant)


def _opened(office: Actor, body: Body) -> Studio:
    with days_ago(84):
        studio = life.propose(
            office, "member_studio", body=body, motto="住得近，说得上话", about="专谈老旧小区的事。", on=clock.today()
        )
        for to, paper in (("checked", ""), ("approved", PAPER), ("open", "")):
            life.move(
                office, studio.pk, to, on=clock.today(), decided_by="青山区政协（演示）", document=paper, why="演示"
            )
        life.describe(
            office,
            studio.pk,
            motto=studio.motto,
            about=studio.about,
            theme="老旧小区",
            online=False,
            way="坐 2 路到光明社区下，进院右手边那栋，上 2 楼。",
            shared_with=["光明社区党群服务中心"],
            ends_with="",
            phone="027-0000-0001",
            address=WHERE,
            hours="周三 15:00–17:00",
        )
    return Studio.objects.select_related("body__place").get(pk=studio.pk)


def _keep(office: Actor, studio: Studio) -> None:
    with days_ago(70):
        for title, text in RULES:
            standard.post_rule(office, studio.pk, title=title, text=text, since=clock.today())
        for item, what in EVIDENCE:
            standard.record(office, studio.pk, item, has=True, what=what, on=clock.today())
    soon = clock.today() + dt.timedelta(days=13)
    standard.record(office, studio.pk, "archives", has=False, what="缺 2 份会议纪要", on=clock.today(), mend_by=soon)
    for days, what, counts_as, note in DONE:
        with days_ago(days):
            today = clock.today()
            [planned] = standard.plan(office, studio.pk, today.year, [standard.Planned(today, what, counts_as)])
            standard.plan_done(office, planned.pk, on=today, note=note)


def _receive(office: Actor, tenant: Tenant, studio: Studio, convenor: Actor) -> None:
    with days_ago(HELD, 8):
        for rule in (WEDNESDAYS, SATURDAYS):
            duty.set_plan(office, studio.pk, rule, since=clock.today(), where=WHERE)
        duty.roster(office, studio.pk, clock.today(), clock.today() + AHEAD)
    with days_ago(1, 20):
        tomorrow = clock.today() + dt.timedelta(days=1)
        if not studio.shifts.filter(day=tomorrow).exists():
            host = Person.objects.get(name=convenor.name)
            hours = {"starts": dt.time(9), "ends": dt.time(11)}
            duty.add_shift(office, studio.pk, day=tomorrow, people=[host], where=WHERE, note="本月加一次", **hours)
    turns = Turn.objects.filter(shift__studio=studio, given_up_at=None).order_by("shift__day", "shift__starts")
    for turn in turns.filter(shift__day__lt=clock.today()):
        duty.attend(office, turn.pk, True)
    _handed_on(office, studio, turns.filter(shift__day__gt=clock.today()).select_related("person").first())
    for number, (days, words, outcome, category) in enumerate(VISITORS):
        with days_ago(days, 15):
            kept = Kept(name="演示·来访居民", phone=PHONE, words=words, openness=Voice.Openness.HANDLERS)
            note = Note(kept, outcome, category, 1, convenor.person_id, studio.body.place, place_settled=True)
            reception.record(convenor, tenant, studio, note, f"demo-visitor-{number}")


def _handed_on(office: Actor, studio: Studio, turn: Turn | None) -> None:
    """The next turn was given up, and somebody stands in."""
    if turn is None:
        return
    duty.give_up(office, turn.pk, "那天出差")
    sitting = Membership.objects.filter(body=studio.body_id).exclude(person=turn.person_id)
    duty.stand_in(office, turn.shift_id, sitting.select_related("person").order_by("pk")[2].person)


def _pair(office: Actor, studio: Studio, body: Body) -> None:
    community = Body.objects.get(name=COMMUNITY)
    with days_ago(75):
        today = clock.today()
        later = [today + dt.timedelta(days=days) for days in (30, 120, 300)]
        row = pairings.draft(
            office,
            body,
            community,
            title="一起把三个老院子管好",
            purpose="委员每月来院里走一趟，社区把难办的事先理清楚。",
            since=today,
            until=today + dt.timedelta(days=365),
            tasks=[
                pairings.Task(later[0], "走访 3 号院，列一张问题清单", body),
                pairings.Task(later[1], "腾出 2 楼的房间，周三给委员用", community),
                pairings.Task(later[2], "一起办一次邻里议事会", kind="activity"),
            ],
        )
        for side in (body, community):
            pairings.record_signature(office, row.pk, side, on=today, document=PAPER)
    first = row.tasks.order_by("due").first()
    if first:
        with days_ago(50):
            pairings.task_done(office, first.pk, on=clock.today(), note="列了 11 条，3 条已经办了")


def _ask(tenant: Tenant, studio: Studio, convenor: Actor) -> None:
    with days_ago(12):
        call = calls.open_call(
            convenor,
            studio,
            question="晾衣架装在院里哪儿好？",
            about="3 号院想添两排晾衣架。装哪里不挡路、晒得到太阳，请住这里的说说。",
            since=clock.today(),
            until=clock.today() + dt.timedelta(days=40),
        )
    for days, words in ((9, "东墙根最好，下午太阳好，也不挡车。"), (7, "别装车棚旁边，灰大。")):
        with days_ago(days, 19):
            calls.answer_call(Actor("resident", tenant.pk), tenant, call, _speech(words, studio, days))
    with days_ago(3):
        first = StudioVoice.objects.select_related("voice").filter(call=call).order_by("pk").first()
        if first:
            calls.decide(convenor, first, adopted=True, why="东墙根量过了，够装一排。")
    with days_ago(2, 20):
        words = "家里老人上下楼吃力，想问加装电梯怎么起头。"
        calls.say_to_studio(Actor("resident", tenant.pk), tenant, studio, _speech(words, studio, 0))


def _speech(words: str, studio: Studio, number: int) -> Speech:
    return Speech(
        words=words,
        place=studio.body.place,
        key=f"demo-studio-{number}",
        openness=Voice.Openness.PUBLIC,
        reach=Reach(phone=PHONE),
    )


def _whistle(community: Actor, member: Actor, body: Body) -> None:
    """One whistle that a member answered and came for, and one that waits for an answer."""
    others = Person.objects.filter(name=f"{MARK}何其安").values_list("pk", flat=True)
    first = [member.person_id] if member.person_id else []
    with days_ago(9, 9):
        words = "3 号院两家为晾衣绳吵了几回，想请一位会调解的委员来。"
        whistle = gathering.blow(community, what=words, place=body.place, ask_first=first, specialties=["调解"])
    with days_ago(9, 11):
        [asked] = whistle.asked.all()
        comes = clock.now() + dt.timedelta(days=1, hours=4)
        gathering.answer(member, asked.pk, answer="come", comes_at=comes)
    with days_ago(8, 17):
        words = "两家都到了。绳子换到东墙，一家一头，当场挂好。"
        gathering.record_visit(member, whistle.pk, on=clock.today(), words=words)
        gathering.end_whistle(community, whistle.pk, done=True, why="两家都同意了。")
    with days_ago(0, 0):
        words = "几位老人不会用手机挂号，想请懂医的委员来教一回。"
        gathering.blow(community, what=words, place=body.place, ask_first=[*others, *first], specialties=["老人照护"])
