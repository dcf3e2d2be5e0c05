"""我也是: one device counts once, and nothing but a random number is kept of it."""

from __future__ import annotations

from django.test import Client
from django_scopes import scope

from shangliang.matters.models import Matter
from shangliang.voices.models import Support
from tests.town import Town


def public_matter(town: Town) -> Matter:
    return town.accept(town.speak())


def support(town: Town, client: Client, number: str) -> int:
    return client.post(f"/{town.tenant.slug}/matters/{number}/support/").status_code


def supporters(town: Town, matter: Matter) -> tuple[int, int]:
    with scope(tenant=town.tenant):
        return Matter.objects.get(pk=matter.pk).supporters, Support.objects.count()


def test_a_neighbour_counts_and_goes_back_to_the_matter(town: Town, client: Client) -> None:
    matter = public_matter(town)
    response = client.post(f"/{town.tenant.slug}/matters/{matter.number}/support/")
    assert response.status_code == 303
    assert response["Location"] == f"/{town.tenant.slug}/matters/{matter.number}/"
    assert supporters(town, matter) == (1, 1)


def test_the_same_device_counts_once_and_another_again(town: Town, client: Client) -> None:
    matter = public_matter(town)
    assert [support(town, one, matter.number) for one in (client, client, Client())] == [303] * 3
    assert supporters(town, matter) == (2, 2)


def test_the_cookie_is_random_and_only_its_hash_is_kept(town: Town, client: Client) -> None:
    matter = public_matter(town)
    support(town, client, matter.number)
    cookie = client.cookies["device"]
    assert len(cookie.value) >= 22  # 128 bits
    assert cookie["httponly"]
    assert cookie["max-age"] == 365 * 24 * 3600
    with scope(tenant=town.tenant):
        assert cookie.value.encode() not in bytes(Support.objects.get().device)


def test_what_is_not_public_cannot_be_found_to_support(town: Town, client: Client) -> None:
    receipt = town.speak(openness="handlers")
    matter = town.accept(receipt)
    assert support(town, client, matter.number) == 404
    assert support(town, client, "420107-2026-999999") == 404


def test_an_ended_matter_says_what_to_do_instead(town: Town, client: Client) -> None:
    receipt = town.speak()
    town.solve(receipt)
    response = client.post(f"/{town.tenant.slug}/matters/{receipt.voice.matter.number}/support/")
    assert response.status_code == 409
    assert "请再提一次" in response.content.decode()


def test_a_get_supports_nothing(town: Town, client: Client) -> None:
    matter = public_matter(town)
    assert client.get(f"/{town.tenant.slug}/matters/{matter.number}/support/").status_code == 405
    assert supporters(town, matter) == (0, 0)


def test_one_address_cannot_support_without_end(town: Town) -> None:
    matter = public_matter(town)
    statuses = [support(town, Client(), matter.number) for _n in range(31)]
    assert statuses == [303] * 30 + [429]
