"""Your access: each permission, yes or no, and why."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from snlib.access import AccessPolicy, Permission, decide
from snlib.demo.server import Running
from snlib.helpdesk import sign_in as session
from snlib.helpdesk.services import Services
from snlib.ui.admin.access_view import TITLES
from tests.pages.screen import Screen
from tests.support import PERSONAS, sign_in

ROW = re.compile(
    r"<code[^>]*>([a-z.]+)</code></th><td[^>]*>(?:<strong>)?(Yes|No)(?:</strong>)?</td><td[^>]*>([^<]+)</td>"
)


def rows(screen: Screen) -> dict[str, tuple[bool, str]]:
    """Return the table: permission → yes or no, and the reason."""
    found = ROW.findall(screen.text)
    assert len(found) == len(Permission)
    return {name: (answer == "Yes", unescape(reason)) for name, answer, reason in found}


def test_every_permission_has_words():
    """No permission is missing on the page."""
    assert set(TITLES) == set(Permission)


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_permission_with_its_reason(services: Services, demo: Running, persona: str):
    """The page says for each permission exactly what the dashboard decides, and sends no request for it."""
    agent = sign_in(services, persona)
    shown = rows(Screen(agent, "access"))
    decided = {permission: decide(agent, permission) for permission in Permission}
    assert shown == {str(name): (decision.allowed, decision.reason) for name, decision in decided.items()}
    assert demo.instance.request_log.entries() == []


def test_who_one_is(services: Services):
    """Name, roles, the end of the session and the identity that counts are on the page."""
    agent = sign_in(services, "team-lead")
    screen = Screen(agent, "access")
    assert "Signed in as **Lena Okafor** with Helpdesk.Lead" in screen.text
    assert any(caption.startswith("You stay signed in until 20") for caption in screen.captions)
    assert f"Issuer: {agent.issuer}\nTenant: tenant\nObject ID: object-of-team-lead" in screen.text


def test_a_role_that_grants_nothing_is_named(services: Services):
    """An app role that the dashboard does not know is shown as such, letter for letter."""
    _, agent = services.sessions.start(
        issuer="i", tenant_id="t", object_id="o", name="Somebody", roles=["Helpdesk.Boss", "<img src=x>"]
    )
    screen = Screen(agent, "access")
    assert "with no role that grants something here" in screen.text
    assert "App roles that grant nothing here: <img src=x>, Helpdesk.Boss" in screen.captions
    assert "<img" not in "".join(node.value for node in screen.elements if node.type == "html")


def test_groups_that_did_not_arrive(demo: Running, serve: Callable[..., Services], caplog: pytest.LogCaptureFixture):
    """A claim that was too long for the token is named on the page, on Home, in the log and in the access log."""
    group = "0aa11111-2222-4333-8444-555555555555"
    services = serve(demo, access=AccessPolicy(claim="groups", claim_roles=f"{group}=Helpdesk.Agent"))
    claims = {"iss": "https://idp.example", "tid": "t", "oid": "o", "name": ["Nele Ritter"], "email": None}
    agents = []
    for more in ({"_claim_names": {"groups": "src1"}}, {"groups": group}):
        cookie = session.sign_in(services, {**claims, **more})
        agents.append(services.sessions.find(cookie))
    sentence = "Your sign-in came without the claim groups, because it has too many values"
    for page in ("access", ""):
        (shown,) = (text for _, _, text in Screen(agents[0], page).alerts if sentence in text)
        assert "assigned to the application" in shown
        assert sentence not in Screen(agents[1], page).text
    assert all(sentence in reason for answer, reason in rows(Screen(agents[0], "access")).values() if not answer)
    assert "signed in without the claim groups" in caplog.text
    assert [line.detail for line in services.audit.recent() if line.action == "session.start"] == [
        "",
        "without the claim groups",
    ]
    assert rows(Screen(agents[1], "access"))["incidents.view"] == (True, "Granted by the app role Helpdesk.Agent.")
