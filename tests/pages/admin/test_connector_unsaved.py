"""The page ServiceNow connector: what is verified, what is not saved yet, and what ends or keeps either."""

import json
from collections.abc import Callable

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.services import Services
from tests.pages.admin.test_connector_page import FIELDS, TOGGLE, fill, status, values
from tests.pages.screen import PAGES, Screen
from tests.stores import HandClock, make_vault
from tests.support import CLIENT_ID, CLIENT_SECRET, consent_to_test, desk_of, verify


@pytest.fixture
def services(unverified: Services) -> Services:
    """Services whose connector is not verified at the start."""
    return unverified


@pytest.fixture
def admin(services: Services):
    """An Intune administrator's desk."""
    return desk_of(services, "intune-administrator")


@pytest.fixture
def screen(admin) -> Screen:
    """The connector page of an administrator."""
    return Screen(admin.agent, "connector")


def test_one_time_of_one_test(demo: Running, serve: Callable[..., Services]):
    """Settings saved after their test are verified since the test, and ServiceNow answered then, not never."""
    clock = HandClock()
    desk = desk_of(serve(demo, clock, verified=False), "intune-administrator")
    screen = fill(Screen(desk.agent, "connector"), api="/api/now/v2/table/incident").run()
    run_test(desk, api="/api/now/v2/table/incident")
    clock.advance(minutes=2)
    screen.press("Save")
    assert (status(screen), screen.metrics["Last connection"]) == ("Verified", "2 min ago")
    assert "Verified by Ingrid Vogel on 2026-11-23 at 09:00" in screen.captions
    fill(screen, api="/api/now/table/incident").press("Save")
    assert (status(screen), screen.metrics["Last connection"]) == ("Not verified", "Never")


def run_test(desk, api: str = "/api/now/table/incident", secret: str | None = None):
    """Let an administrator test settings that need not be saved, and press Allow."""
    saved = connector_desk.settings(desk)
    draft = connector_desk.ConnectorDraft(True, saved.instance_url, api, saved.client_id, secret)
    test = connector_desk.start_test(desk, draft)
    consent_to_test(desk, test.id, "intune-administrator")
    return connector_desk.finish_test(desk, test.id)


@pytest.mark.parametrize("before", ["verified", "not verified", "public client", "lost key"])
def test_a_new_secret_that_was_only_tested(screen: Screen, services: Services, admin, before: str):
    """It is verified, not saved, and the page says so until Save; then the very secret is stored and verified."""
    if before == "verified":
        verify(admin)
    with services.engine.begin() as connection:
        former = services.connector._vault.seal("client_secret", "connector 1", "the-former-secret")
        former = {"public client": "", "lost key": make_vault().seal("client_secret", "connector 1", "x")}.get(
            before, former
        )
        connection.exec_driver_sql("UPDATE connector SET client_secret_sealed = ?", (former,))
    assert run_test(admin, secret=CLIENT_SECRET).passed
    screen.run()
    assert ("success", "", "Verified. Press Save to use these settings.") in screen.alerts
    assert unsaved(screen) == "ServiceNow client secret"
    with services.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT client_secret_sealed FROM connector").scalar() == former
    screen.press("Save")
    assert services.connector.secret().get_secret_value() == CLIENT_SECRET
    assert (status(screen), unsaved(screen)) == ("Verified", "")
    assert ("success", "", "Verified. The connection works.") in screen.alerts


def unsaved(screen: Screen) -> str:
    """Return what the page says is not saved, which is when it asks before it is left; empty when it does not."""
    (guard,) = (json.loads(node.proto.json) for node in screen._components() if "unsaved" in node.proto.json)
    said = [text.partition("Not saved yet: ")[2] for text in screen.captions if "Not saved yet: " in text]
    assert guard["unsaved"] is bool(said)
    return said[0] if said else ""


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_not_saved_is_named(screen: Screen, name: str):
    """Each field that was changed is named until it is saved or typed back."""
    before = values(screen)[name]
    assert unsaved(screen) == ""
    assert unsaved(fill(screen, **{name: "changed-value"}).run()) == FIELDS[name]
    assert unsaved(fill(screen, **{name: before}).run()) == ""
    screen.at.toggle[0].set_value(False)
    assert unsaved(screen.run()) == TOGGLE
    assert unsaved(screen.press("Save")) == ""


def test_a_draft_stays_while_other_pages_are_open(screen: Screen):
    """Leaving for another page and coming back keeps what was typed, and it still counts as not saved."""
    typed = {"host": "https://x", "api": "/api/now/v1/table/incident", "client": "another-client", "secret": "typed"}
    fill(screen, **typed)
    screen.at.toggle[0].set_value(False)
    screen.run()
    screen.at.switch_page(str(PAGES / "access.py"))
    screen.run()
    assert "Your access" in [one.value for one in screen.at.title]
    screen.at.switch_page(str(PAGES / "connector.py"))
    screen.run()
    assert values(screen) == typed
    assert screen.at.toggle[0].value is False
    assert unsaved(screen) == ", ".join([TOGGLE, *FIELDS.values()])


@pytest.mark.parametrize("name", ["same", "switch", "same secret", "spaces", "full address"])
def test_a_harmless_change_stays_verified(screen: Screen, admin, demo: Running, name: str):
    """Saving the very same settings again, in whatever way they are written, or switching off and on ends nothing."""
    verify(admin)
    screen.run()
    if name == "switch":
        for on in (False, True):
            screen.at.toggle[0].set_value(on)
            screen.press("Save")
    else:
        fill(
            screen,
            **{
                "same": {},
                "same secret": {"secret": CLIENT_SECRET},
                "spaces": {"client": f" {CLIENT_ID} ", "api": " api/now/table/incident/ "},
                "full address": {"api": f"{demo.origin}/api/now/table/incident"},
            }[name],
        ).press("Save")
    assert status(screen) == "Verified"


def test_deny_leaves_what_was_verified(screen: Screen, admin):
    """A test that ends before Allow says nothing about settings that worked."""
    verify(admin)
    saved = connector_desk.settings(admin)
    draft = connector_desk.ConnectorDraft(True, saved.instance_url, saved.incident_api_path, saved.client_id)
    test = connector_desk.start_test(admin, draft)
    consent_to_test(admin, test.id, "intune-administrator", press="Deny")
    assert "Deny was pressed" in screen.run().text
    assert status(screen) == "Verified"
