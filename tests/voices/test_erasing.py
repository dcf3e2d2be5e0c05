"""Lawful erasure: what somebody said goes for good, and everything that must stay still works and says so."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery import actions as delivery
from shangliang.figures import reader as figures
from shangliang.files import storage
from shangliang.files.actions import store_photo
from shangliang.gathering import actions as gathering
from shangliang.ledger.models import Entry
from shangliang.ledger.verify import verify
from shangliang.manage.verifying import differences
from shangliang.matters.models import Matter
from shangliang.voices import actions
from shangliang.voices.models import Contact, Voice
from shangliang.voices.queries import by_slip, reach_of, with_all
from tests.cast import Cast, open_cast
from tests.files.pictures import phone_photo

WORDS = "三单元李四把车停在消防通道上，天天堵着。"
pytestmark = pytest.mark.django_db


def again(voice: Voice) -> Voice:
    found = with_all(voice.pk)
    assert found is not None
    return found


@pytest.fixture
def said(cast: Cast) -> tuple[Voice, str]:
    """A voice with a photo and a contact, accepted, cleared for the public."""
    upload = SimpleUploadedFile("李四家门口.jpg", phone_photo(), "image/jpeg")
    receipt = cast.said(WORDS, photos=[store_photo(cast.tenant.pk, upload)], place_words="三单元 501")
    gathering.accept(cast.office, receipt.voice.matter_id, None, title="消防通道堵了")
    actions.clear_words(cast.community, again(receipt.voice), show=True)
    return again(receipt.voice), receipt.code


@pytest.fixture
def office(cast: Cast) -> Client:
    return cast.client("office")


def erase(cast: Cast, voice: Voice, reason: str = "request") -> None:
    actions.erase_voice(cast.office, voice, reason)


def test_the_page_says_what_will_go_and_what_stays(cast: Cast, office: Client, said: tuple[Voice, str]) -> None:
    page = office.get(cast.url("voices:erase", voice_id=said[0].pk)).content.decode()
    for sentence in (WORDS, "照片 1 张", "电话", "三单元 501", "以前做的备份"):
        assert sentence in page


def test_erasing_destroys_words_photo_contact_and_place_in_one_entry(
    cast: Cast, office: Client, said: tuple[Voice, str], django_capture_on_commit_callbacks: object
) -> None:
    voice, _code = said
    photo, before = voice.photos.get().attachment, Entry.objects.count()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = office.post(cast.url("voices:erase", voice_id=voice.pk), {"reason": "request"})
    assert answer["Location"] == cast.url("desk:matter", number=voice.matter.number)
    now = again(voice)
    assert (now.words.sealed, now.contact.sealed, now.contact.phone_hash) == (None, None, None)  # type: ignore[union-attr]
    assert (now.matter.place_words, now.cleared_at) == ("", None)
    assert not reach_of(now)
    assert now.photos.get().attachment.name == ""
    assert not storage.exists(photo)
    with pytest.raises(FileNotFoundError):
        storage.read(photo, "small")
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.kind, Entry.objects.count()) == ("words.erased", before + 1)
    assert '"reason":"request"' in entry.body


def test_the_photo_is_gone_for_staff_and_public(
    cast: Cast, office: Client, said: tuple[Voice, str], django_capture_on_commit_callbacks: object
) -> None:
    photo = said[0].photos.get()
    own = cast.url("desk:photo", photo_id=photo.pk)
    public = cast.url("publicity:photo", attachment_id=photo.attachment_id)
    assert (office.get(own).status_code, Client().get(public).status_code) == (200, 200)
    erase(cast, said[0])
    assert (office.get(own).status_code, Client().get(public).status_code) == (404, 404)  # before the bytes are gone
    assert f"{photo.pk}" not in office.get(cast.url("desk:matter", number=said[0].matter.number)).content.decode()


def test_the_slip_still_works_and_says_what_was_erased(cast: Cast, said: tuple[Voice, str]) -> None:
    erase(cast, said[0])
    page = Client().get(reverse("slip:thread", kwargs={"code": said[1]})).content.decode()
    assert "已依法删除" in page
    assert said[0].matter.number in page
    assert WORDS not in page
    assert by_slip(said[1], cast.tenant.pk) is not None


def test_the_public_page_is_gone_with_the_only_voice_behind_it(cast: Cast, said: tuple[Voice, str]) -> None:
    address = cast.url("publicity:matter", number=said[0].matter.number)
    assert WORDS in Client().get(address).content.decode()
    erase(cast, said[0])
    assert Client().get(address).status_code == 404


def test_the_public_page_stays_for_those_who_still_consent_without_the_erased_words(
    cast: Cast, said: tuple[Voice, str]
) -> None:
    slip = by_slip(said[1], cast.tenant.pk)
    assert slip is not None
    actions.add_words(cast.resident, slip, "今天又堵了。", key="another")
    erase(cast, said[0])
    address = cast.url("publicity:matter", number=said[0].matter.number)
    answer = Client().get(address)
    assert answer.status_code == 200
    assert WORDS not in answer.content.decode()


def test_the_ledger_and_the_rows_still_agree_and_the_figures_still_count(cast: Cast, said: tuple[Voice, str]) -> None:
    erase(cast, said[0], "law")
    report = verify(cast.tenant)
    assert (report.ok, report.erased) == (True, 1)
    assert not list(differences(cast.tenant))


@pytest.mark.django_db(transaction=True)
def test_readers_of_the_ledger_pass_over_an_erasure() -> None:
    cast = open_cast()
    with scope(tenant=cast.tenant):
        erase(cast, again(cast.said(WORDS).voice))
        assert figures.catch_up(cast.tenant) == Entry.objects.count()


def test_what_its_owner_wrote_with_a_confirmation_goes_as_well(cast: Cast) -> None:
    matter = cast.closed()
    voice = cast.voice(matter)
    delivery.confirm(cast.resident, voice, solved="no", rating=None, words="李四还堵着。")
    assert "1 段" in cast.client("office").get(cast.url("voices:erase", voice_id=voice.pk)).content.decode()
    before = Entry.objects.count()
    erase(cast, again(voice))
    assert Entry.objects.count() == before + 2  # each text says for itself that it is gone
    assert verify(cast.tenant).erased == 2


def test_erasing_twice_is_refused(cast: Cast, said: tuple[Voice, str]) -> None:
    erase(cast, said[0])
    with pytest.raises(Refused, match="先前已经删除"):
        erase(cast, again(said[0]))


def test_a_reason_must_be_given(cast: Cast, office: Client, said: tuple[Voice, str]) -> None:
    answer = office.post(cast.url("voices:erase", voice_id=said[0].pk), {})
    assert answer.status_code == 422
    assert again(said[0]).words.sealed is not None


def test_nobody_but_the_district_office_erases(cast: Cast, said: tuple[Voice, str]) -> None:
    with pytest.raises(NotAllowed):
        actions.erase_voice(cast.street, said[0], "request")
    assert again(said[0]).words.sealed is not None
    assert cast.client("street").get(cast.url("voices:erase", voice_id=said[0].pk)).status_code == 404


def test_the_matter_at_the_desk_leads_the_district_office_to_it(
    cast: Cast, office: Client, said: tuple[Voice, str]
) -> None:
    matter: Matter = said[0].matter
    address, link = cast.url("desk:matter", number=matter.number), cast.url("voices:erase", voice_id=said[0].pk)
    assert link in office.get(address).content.decode()
    assert link not in cast.client("street").get(address).content.decode()
    assert Contact.objects.count() == 1
