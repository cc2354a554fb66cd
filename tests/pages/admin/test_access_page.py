"""Your access: each permission, yes or no, and why."""

import re
from html import unescape

import pytest

from snlib.access import Permission, decide
from snlib.demo.server import Running
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
