"""Home: the agent, the status of the connector, the people opened recently."""

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.person import people
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen
from tests.support import desk_for, desk_of, restored, sign_in, verify

NAMED = [
    ("intune-administrator", "Signed in as **Ingrid Vogel** · Intune Administrator"),
    ("helpdesk-agent", "Signed in as **Hugo Lambert** · Helpdesk.Agent"),
    ("team-lead", "Signed in as **Lena Okafor** · Helpdesk.Lead"),
    ("auditor", "Signed in as **Arthur Blom** · Auditor"),
    ("member", "Signed in as **Mia Novak**"),
]


@pytest.mark.parametrize(("persona", "sentence"), NAMED)
def test_who_one_is(services: Services, persona: str, sentence: str):
    """Home says who is signed in and with which roles."""
    assert sentence in Screen(sign_in(services, persona)).text


def test_without_a_role(services: Services):
    """A member without any role reads whom to ask, and sees neither search nor connector."""
    screen = Screen(sign_in(services, "member"))
    kind, title, sentence = screen.alert
    assert (kind, title) == ("info", "Your account has no role in this dashboard")
    assert "Ask an administrator for the app role Helpdesk.Agent, Helpdesk.Lead" in sentence
    assert not screen.has_component("Find a person")
    assert "ServiceNow connector" not in screen.text


def test_the_connector_card(unverified: Services):
    """The card shows the connection's status and instance; after a test it says Verified and when."""
    admin = desk_of(unverified, "intune-administrator")
    before = Screen(admin.agent)
    assert "Not verified" in before.text
    assert unverified.settings.demo_origin in before.text
    assert "Last connection" not in before.text
    verify(admin)
    after = Screen(admin.agent)
    assert "Verified" in after.text
    assert any(caption.startswith("Last connection 20") for caption in after.captions)


def test_a_connector_switched_off(services: Services):
    """The card says Disabled once an administrator switched the exchange off."""
    admin = desk_of(services, "intune-administrator")
    saved = connector_desk.settings(admin)
    draft = connector_desk.ConnectorDraft(False, saved.instance_url, saved.incident_api_path, saved.client_id)
    connector_desk.save(admin, draft, expected_version=saved.version)
    assert "Disabled" in Screen(sign_in(services, "helpdesk-agent")).text


def test_home_asks_nobody(services: Services, demo: Running):
    """Opening Home sends nothing to ServiceNow nor to the directory."""
    agent = sign_in(services, "intune-administrator")
    with restored(demo):
        Screen(agent)
        assert demo.instance.request_log.entries() == []


def test_recent_people(services: Services, demo: Running):
    """People opened recently are buttons, the latest first; a press opens the person on Troubleshooting."""
    desk = desk_of(services, "helpdesk-agent")
    assert "Nobody yet: people you open appear here." in Screen(desk.agent).captions
    opened = [cast.named(demo, name) for name in ("Mia Novak", "Lena Okafor")]
    for someone in opened:
        people.person(desk, someone["id"])
    screen = Screen(desk.agent)
    assert screen.buttons == ["Lena Okafor", "Mia Novak"]
    screen.press("Mia Novak")
    assert [title.value for title in screen.at.title] == ["Troubleshooting"]
    assert screen.at.query_params == {"person": opened[0]["id"]}
    assert "mia.novak@example.com" in screen.text


def test_recent_people_are_ones_own(services: Services, demo: Running):
    """Nobody sees whom another agent opened."""
    people.person(desk_of(services, "helpdesk-agent"), cast.named(demo, "Mia Novak")["id"])
    assert Screen(sign_in(services, "team-lead")).buttons == []


def test_at_most_ten_recent_people(services: Services, demo: Running):
    """The list of recent people holds ten, however many were opened."""
    agent = sign_in(services, "helpdesk-agent")
    desk = desk_for(services, agent)
    for row in demo.instance.storage.rows("SELECT id FROM entra_user ORDER BY id LIMIT 12"):
        people.person(desk, row["id"])
    assert len(Screen(agent).buttons) == 10
