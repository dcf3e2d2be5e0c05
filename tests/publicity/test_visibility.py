"""What the public may see, and what not."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django_scopes import scope

from shangliang.core import clock
from shangliang.delivery import actions as delivery
from shangliang.files import storage
from shangliang.files.models import Attachment
from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter
from shangliang.voices import actions as voices
from shangliang.voices.models import Slip, Voice, VoicePhoto
from tests.publicity.quarter import Quarter, build

SECRET = "我住三单元，电话不要说出去"


def _photo(voice: Voice) -> Attachment:
    photo = Attachment.objects.create(
        tenant_id=voice.tenant_id, kind="photo", name="门口.jpg", media_type="image/jpeg", size=3, added_at=clock.now()
    )
    storage.write(voice.tenant_id, photo.pk, b"abc")
    VoicePhoto.objects.create(tenant_id=voice.tenant_id, voice=voice, attachment=photo)
    return photo


def test_an_accepted_matter_with_consent_has_a_page(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted("楼道的灯坏了")
    answer = client.get(quarter.address(matter))
    assert answer.status_code == 200
    assert "楼道的灯坏了" in answer.content.decode()


def test_a_matter_not_yet_accepted_is_not_found(quarter: Quarter, client: Client) -> None:
    matter = quarter.say().voice.matter
    assert client.get(quarter.address(matter)).status_code == 404
    assert matter.number not in client.get(quarter.address()).content.decode()


@pytest.mark.parametrize("openness", ["handlers", "anonymous"])
def test_a_matter_nobody_agreed_to_publish_is_nowhere(quarter: Quarter, client: Client, openness: str) -> None:
    matter = quarter.accepted("谁也不该看见这个标题", openness=openness)
    quarter.read()
    assert client.get(quarter.address(matter)).status_code == 404
    for address in ("", "?q=标题", f"?q={matter.number}", "?by=care", "?of=raised"):
        assert "谁也不该看见" not in client.get(quarter.address() + address).content.decode()
    assert "谁也不该看见" not in client.get(f"/{quarter.tenant.slug}/").content.decode()


def test_a_withdrawn_consent_is_a_404_at_once(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted("楼道的灯坏了")
    quarter.read()
    slip = Slip.objects.select_related("voice").get(voice__matter=matter)
    voices.withdraw_consent(quarter.resident, slip)
    assert client.get(quarter.address(matter)).status_code == 404
    assert matter.number not in client.get(quarter.address() + "?q=楼道").content.decode()


def test_words_show_only_when_cleared(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted("楼道的灯坏了", words=SECRET)
    assert SECRET not in client.get(quarter.address(matter)).content.decode()
    voices.clear_words(quarter.staff, Voice.objects.get(matter=matter), show=True)
    page = client.get(quarter.address(matter)).content.decode()
    assert SECRET in page
    assert "一位居民" in page
    voices.clear_words(quarter.staff, Voice.objects.get(matter=matter), show=False)
    assert SECRET not in client.get(quarter.address(matter)).content.decode()


def test_a_photo_shows_only_while_cleared_and_consented(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted("楼道的灯坏了")
    voice = Voice.objects.get(matter=matter)
    photo = _photo(voice)
    address = f"/{quarter.tenant.slug}/photos/{photo.pk}/"
    assert client.get(address).status_code == 404
    voices.clear_words(quarter.staff, voice, show=True)
    assert client.get(address).content == b"abc"
    assert str(photo.pk) in client.get(quarter.address(matter)).content.decode()
    voices.withdraw_consent(quarter.resident, Slip.objects.select_related("voice").get(voice=voice))
    assert client.get(address).status_code == 404
    assert client.get(f"/{quarter.tenant.slug}/photos/{uuid4()}/").status_code == 404


def test_a_joined_matter_says_so_and_leads_on(quarter: Quarter, client: Client) -> None:
    lead, matter = quarter.accepted("整栋楼的灯"), quarter.accepted("三单元的灯")
    gathering.join(quarter.staff, matter.pk, None, lead_number=lead.number)
    page = client.get(quarter.address(matter)).content.decode()
    assert "归到一起" in page
    assert quarter.address(lead) in page
    listed = client.get(quarter.address()).content.decode()
    assert lead.number in listed
    assert matter.number not in listed


def test_a_lead_that_is_not_public_is_not_named(quarter: Quarter, client: Client) -> None:
    lead, matter = quarter.accepted("不公开的那件", openness="handlers"), quarter.accepted("三单元的灯")
    gathering.join(quarter.staff, matter.pk, None, lead_number=lead.number)
    Matter.objects.filter(pk=lead.pk).update(is_public=False)
    page = client.get(quarter.address(matter)).content.decode()
    assert "归到一起" in page
    assert "不公开的那件" not in page


def test_a_page_of_another_tenant_is_not_found(quarter: Quarter, client: Client) -> None:
    foreign = build("990202", "99B")
    with scope(tenant=foreign.tenant):
        matter = foreign.accepted("别区的事")
        foreign.read()
    assert client.get(quarter.address(matter)).status_code == 404
    assert "别区的事" not in client.get(quarter.address() + "?q=别区").content.decode()
    assert client.get(foreign.address(matter)).status_code == 200


def test_an_internal_note_is_not_told(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted()
    delivery.hand_over(
        quarter.staff, matter.pk, None, body=quarter.department, points=["修好灯"], note="这户人家脾气大", days=10
    )
    page = client.get(quarter.address(matter)).content.decode()
    assert "修好灯" in page
    assert "脾气大" not in page


def test_a_title_is_never_read_as_html(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted("<b>灯</b>&坏了")
    for address in (quarter.address(), quarter.address(matter), f"/{quarter.tenant.slug}/"):
        page = client.get(address).content.decode()
        assert "<b>灯</b>" not in page
        assert "&lt;b&gt;灯&lt;/b&gt;&amp;坏了" in page
