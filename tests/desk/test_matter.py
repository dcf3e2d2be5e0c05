"""One matter at the desk: who sees what of it, what may be done next, and personal data behind a logged look."""

import pytest

from shangliang.delivery import actions as delivery
from shangliang.desk import acts, queries
from shangliang.people.models import Look
from shangliang.voices.models import Voice
from tests.cast import Cast

WORDS = "我叫王阿姨，13912345678，楼道里有人充电"


def page(cast: Cast, who: str, matter) -> str:  # type: ignore[no-untyped-def]
    return cast.client(who).get(cast.url("desk:matter", number=matter.number)).content.decode()


@pytest.mark.parametrize("who", ["community", "street", "convenor", "office"])
def test_who_works_on_it_reads_the_words_with_personal_data_marked(cast: Cast, who: str) -> None:
    said = page(cast, who, cast.raised(WORDS))
    assert "13912345678<small>手机号</small></mark>" in said
    assert "看联系方式" in said


def test_members_read_the_words_of_an_accepted_matter_without_personal_data(cast: Cast) -> None:
    said = page(cast, "member", cast.accepted(words=WORDS))
    assert "楼道里有人充电" in said
    assert "13912345678" not in said
    assert "看联系方式" not in said


def test_a_member_does_not_read_words_whose_consent_was_taken_back(cast: Cast) -> None:
    from shangliang.voices.actions import withdraw_consent
    from shangliang.voices.queries import live_slip

    matter = cast.accepted(words="不想让人看的话")
    slip = live_slip(cast.voice(matter))
    assert slip is not None
    withdraw_consent(cast.resident, slip)
    assert "不想让人看的话" not in page(cast, "member", matter)


def test_a_department_sees_its_points_and_no_words(cast: Cast) -> None:
    row = cast.handed(matter=cast.accepted(words=WORDS))
    said = page(cast, "citymanager", row.matter)
    assert "拆掉飞线" in said
    assert "13912345678" not in said
    assert "大家说的" not in said
    assert "逐点答复" in said


def test_a_department_does_not_see_the_points_of_another(cast: Cast) -> None:
    row = cast.handed(points=("城管的点",))
    cast.handed(points=("房管的点",), body="区房管局", matter=row.matter)
    case = queries.case(cast.citymanager, row.matter.number)
    assert case is not None
    assert [point.text for point in case.points] == ["城管的点"]
    assert [one.row.body.name for one in case.hand_overs] == ["区城管执法局"]


@pytest.mark.parametrize(
    ("who", "arrange"), [("far", "accepted"), ("neighbour", "accepted"), ("member", "raised"), ("handler", "accepted")]
)
def test_what_one_may_not_see_is_not_there(cast: Cast, who: str, arrange: str) -> None:
    matter = getattr(cast, arrange)()
    assert cast.client(who).get(cast.url("desk:matter", number=matter.number)).status_code == 404


def test_looking_at_a_contact_is_a_post_and_leaves_a_trace_for_the_office(cast: Cast) -> None:
    matter = cast.raised()
    at = cast.url("desk:contact", voice_id=cast.voice(matter).pk)
    assert cast.client("community").get(at).status_code == 405
    assert not Look.objects.exists()
    shown = cast.client("community").post(at).content.decode()
    assert "13800000000" in shown
    look = Look.objects.get()
    assert (look.person.name, look.what) == ("沈青", "contact")
    assert "沈青" in page(cast, "office", matter)
    assert "谁看过" not in page(cast, "community", matter)


@pytest.mark.parametrize("who", ["far", "member", "citymanager"])
def test_nobody_else_reaches_a_contact(cast: Cast, who: str) -> None:
    row = cast.handed()
    at = cast.url("desk:contact", voice_id=cast.voice(row.matter).pk)
    assert cast.client(who).post(at).status_code == 404
    assert not Look.objects.exists()


def test_a_held_voice_counts_once_staff_say_a_person_said_it(cast: Cast) -> None:
    matter = cast.accepted(held=True)
    assert not matter.is_public
    voice = cast.voice(matter)
    assert "是真人说的" in page(cast, "community", matter)
    cast.client("community").post(cast.url("desk:let_through", voice_id=voice.pk))
    assert not cast.again(voice).held
    assert cast.again(matter).is_public


def test_words_are_shown_to_the_public_and_taken_away_again(cast: Cast) -> None:
    voice = cast.voice(cast.accepted())
    client, at = cast.client("community"), cast.url("desk:clear_words", voice_id=voice.pk)
    client.post(at, {"show": "1"})
    assert cast.again(voice).cleared_at is not None
    client.post(at)
    assert cast.again(voice).cleared_at is None


def test_words_without_consent_cannot_be_shown_and_the_page_says_why(cast: Cast) -> None:
    matter = cast.accepted(openness=Voice.Openness.HANDLERS)
    assert "本人没有同意公开" in page(cast, "community", matter)
    cast.client("community").post(cast.url("desk:clear_words", voice_id=cast.voice(matter).pk), {"show": "1"})
    assert cast.again(cast.voice(matter)).cleared_at is None


def offers(cast: Cast, who: str, matter) -> dict[str, str]:  # type: ignore[no-untyped-def]
    actor = getattr(cast, who)
    case = queries.case(actor, matter.number)
    assert case is not None
    return {offer.label: offer.verdict.why_not for offer in acts.on_matter(actor, case, cast.tenant)}


def test_blocked_acts_stay_visible_with_the_reason(cast: Cast) -> None:
    matter = cast.raised()
    assert offers(cast, "community", matter) == {
        "受理": "",
        "不予受理": "",
        "转上级或下级": "",
        "归到一起": "",
        "吹哨找委员": "",
        "记回避": "",
        "交办": "先受理，再交办。",
        "督办": "没有正在办的交办可督办。",
        "了结": "先受理，再办结。",
    }
    said = page(cast, "community", matter)
    assert 'aria-disabled="true"' in said
    assert "先受理，再交办。" in said


def test_a_matter_with_open_points_says_which_keep_it_open(cast: Cast) -> None:
    row = cast.handed()
    assert offers(cast, "street", row.matter)["了结"] == "第1、2点未答，不能了结。"


def test_a_joined_matter_offers_to_be_taken_out_and_little_else(cast: Cast) -> None:
    from shangliang.gathering.actions import join

    lead, matter = cast.accepted("带头的"), cast.accepted("跟着的")
    join(cast.street, matter.pk, None, lead_number=lead.number)
    assert set(offers(cast, "street", matter)) == {"再分出来", "改标题地点分类"}
    assert "跟着的" in page(cast, "street", lead)


def test_every_offer_leads_to_a_page_that_is_there(cast: Cast) -> None:
    row = cast.handed()
    for who in ("street", "citymanager"):
        actor = getattr(cast, who)
        case = queries.case(actor, row.matter.number)
        assert case is not None
        listed = [*acts.on_matter(actor, case, cast.tenant), *acts.on_hand_over(actor, case, case.rows[0], cast.tenant)]
        for offer in listed:
            client = cast.client(who)
            answer = client.post(offer.address) if offer.posts else client.get(offer.address)
            assert answer.status_code == 200, (who, offer.label)


def test_only_the_body_itself_reads_what_its_signers_write(cast: Cast) -> None:
    row = cast.handed(body="区房管局")
    delivery.reply(cast.handler, row, None, answers=cast.answers(row), words="内部的话")
    assert "内部的话" in page(cast, "section", row.matter)
    assert "内部的话" not in page(cast, "street", row.matter)
    assert "等内部审签" in page(cast, "street", row.matter)


def test_the_note_of_a_hand_over_is_read_by_its_body(cast: Cast) -> None:
    matter = cast.accepted()
    delivery.hand_over(cast.street, matter.pk, None, body=cast.body("区房管局"), points=["换灯"], note="先打电话再上门")
    assert "先打电话再上门" in page(cast, "handler", matter)
    assert "先打电话再上门" not in page(cast, "member", matter)


def test_a_title_of_forty_characters_and_many_voices_cost_no_more_statements(cast: Cast, at_most) -> None:  # type: ignore[no-untyped-def]
    from shangliang.gathering.actions import join

    lead = cast.accepted("长" * 40)
    for _n in range(6):
        join(cast.street, cast.accepted().pk, None, lead_number=lead.number)
    cast.handed(matter=lead)
    client = cast.client("office")
    client.get(cast.url("desk:queue"))
    with at_most(34):
        answer = client.get(cast.url("desk:matter", number=lead.number))
    assert answer.context["voices_total"] == 7
