"""Pages of a list, the version "beta", and files."""

import pytest

from snlib import errors
from snlib.graph import intune, photos
from snlib.graph.client import MAX_PAGES
from snlib.transport import Answer
from tests.unit.graph.scripted import BASE, BETA, answer, asked, listed

USER = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"
NEXT = "@odata.nextLink"
NEXT_URL = f"{BASE}/subscribedSkus?$skiptoken=abc%3D"


def sku(number: int) -> dict[str, object]:
    """Return a licence."""
    return {"skuId": str(number), "skuPartNumber": f"SKU_{number}"}


def test_the_next_page_is_followed_as_it_stands():
    """The service's link to the next page is asked for character by character, until there is none."""
    client, script = asked([listed(sku(1), **{NEXT: NEXT_URL}), listed(sku(2))])
    assert [one.part_number for one in intune.subscribed_skus(client)] == ["SKU_1", "SKU_2"]
    assert script.urls == [f"{BASE}/subscribedSkus", NEXT_URL]
    assert {sent["allowed_origin"] for sent in script.sent} == {"https://graph.example"}


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/subscribedSkus",
        "https://graph.example.evil.example/v1.0/x",
        f"{BASE}.evil/x",
        f"{BASE}/../beta/me",
        "/v1.0/subscribedSkus",
        "",
        7,
    ],
)
def test_a_next_page_elsewhere_is_not_asked_for(link: object):
    """A next page that is not below our own address gets no token: the list ends with an error."""
    client, script = asked([listed(sku(1), **{NEXT: link})])
    with pytest.raises(errors.UnexpectedAnswer):
        intune.subscribed_skus(client)
    assert len(script.urls) == 1


def test_a_list_without_an_end_ends():
    """A service that always names a next page is asked a bounded number of times."""
    client, script = asked([listed(**{NEXT: NEXT_URL})] * (MAX_PAGES + 5))
    assert intune.subscribed_skus(client) == ()
    assert len(script.urls) == MAX_PAGES


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": {}}, {"value": "x"}])
def test_a_list_that_is_none(body: object):
    """An answer without a list is an unexpected answer, not an empty one."""
    client, _ = asked([answer(200, body)])
    with pytest.raises(errors.UnexpectedAnswer):
        intune.subscribed_skus(client)


def test_beta_stands_beside_the_configured_version():
    """What exists in beta only is asked there, at the same host."""
    client, script = asked([listed(), listed()], for_agent=True)
    assert intune.service_now_connections(client) == ()
    assert intune.effective_permissions(client) == frozenset()
    assert script.urls == [
        f"{BETA}/deviceManagement/serviceNowConnections",
        f"{BETA}/deviceManagement/getEffectivePermissions(scope='*')",
    ]


def test_a_photo_is_believed_when_it_is_one():
    """JPEG and PNG are told by their bytes; an SVG, a web page, a giant or nothing is no photo."""
    jpeg, png = b"\xff\xd8\xff\xe0rest", b"\x89PNG\r\n\x1a\nrest"
    bodies = [jpeg, png, b"<svg onload=alert(1)>", b"GIF89a", b"", jpeg + b"x" * 600_000]
    client, script = asked([Answer(200, {"Content-Type": "image/svg+xml"}, body) for body in bodies])
    found = [photos.of_user(client, USER) for _ in bodies]
    assert [photo and photo.content_type for photo in found] == ["image/jpeg", "image/png", None, None, None, None]
    assert set(script.paths) == {f"{BASE}/users/{USER}/photo/$value"}


def test_without_a_photo_there_is_none():
    """404 means no photo; another refusal is an error; what is no object id is not asked."""
    client, script = asked(
        [answer(404, {"error": {"code": "ImageNotFound"}}), answer(403, {"error": {"code": "Forbidden"}})]
    )
    assert photos.of_user(client, USER) is None
    with pytest.raises(errors.AccessRefused) as caught:
        photos.of_user(client, USER)
    assert "photos" in caught.value.user_message
    assert photos.of_user(client, "me") is None
    assert len(script.urls) == 2


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ("subscribed_skus", ("licences", "Organization.Read.All")),
        ("service_now_connections", ("connector", "DeviceManagementConfiguration.Read.All")),
        ("effective_permissions", ("Intune permissions", "DeviceManagementRBAC.Read.All")),
    ],
)
def test_a_refusal_names_the_permission_to_ask_for(ask: str, words: tuple[str, str]):
    """403 says what was refused and which permission an administrator can grant."""
    message = "Application must have one of the following scopes: X"
    client, _ = asked([answer(403, {"error": {"code": "Forbidden", "message": message}})], for_agent=True)
    with pytest.raises(errors.AccessRefused) as caught:
        getattr(intune, ask)(client)
    assert all(word in caught.value.user_message for word in words)


def test_an_applications_token_says_nothing_about_an_agent():
    """Intune permissions are never asked with the application's own token: they would be everybody's."""
    client, script = asked([listed()])
    with pytest.raises(errors.RequestRejected):
        intune.effective_permissions(client)
    assert script.urls == []
