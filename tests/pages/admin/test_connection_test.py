"""Test connection on the page: each step with its outcome, from the click to Verified."""

import pytest

from snlib.connector.connection_tests import CheckResult
from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from tests.pages.admin.test_connector_page import fill, status
from tests.pages.screen import Screen
from tests.support import (
    asked_of_servicenow,
    consent_to_test,
    desk_of,
    order,
    register_dashboard,
    sign_in,
)

STEPS = [
    "Host reached",
    "Client known",
    "Consent given",
    "Token received",
    "Table readable",
    "Columns readable",
    "Caller resolvable",
]


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
    """The connector page, after a click on Test connection."""
    return Screen(admin.agent, "connector").trigger("Test connection", "asked", "click-1")


def steps(screen: Screen) -> str:
    """Return the list of steps as HTML, empty when there is none."""
    found = [node.value for node in screen.at.main.html if node.value.startswith("<ol")]
    return found[0] if found else ""


def outcomes(screen: Screen) -> dict[str, str]:
    """Return the spoken outcome by step."""
    html = steps(screen)
    spoken = [part.split('"')[0] for part in html.split('aria-label="')[1:]]
    labels = [part.split("<")[0] for part in html.split("<div><strong>")[1:]]
    return dict(zip(labels, spoken, strict=True))


def allow(admin, press: str = "Allow", persona: str = "intune-administrator"):
    """Go through the consent page for the agent's newest test."""
    return consent_to_test(admin, admin._services.connection_tests.latest(admin.agent).id, persona, press=press)


def test_after_the_click(screen: Screen, admin, demo: Running):
    """A click asks the host, shows the first step done and the next waiting, and gives the popup its address."""
    given = screen.component("Test connection")
    assert given["nonce"] == "click-1"
    test = admin._services.connection_tests.latest(admin.agent)
    assert given["popup_url"] == f"/servicenow/connect?purpose=test&test={test.id}&mode=popup&return=%2Fconnector"
    assert outcomes(screen) == {"Host reached": "done", "Client known": "waiting"}
    assert [(entry.path, entry.status) for entry in asked_of_servicenow(demo)] == [("/api/now/table/incident", 401)]


def test_one_click_is_one_test(screen: Screen, demo: Running):
    """Reruns of the page after a click start no second test."""
    screen.run()
    screen.run()
    assert len(asked_of_servicenow(demo)) == 1


def test_to_verified(screen: Screen, admin, services: Services):
    """One Allow later every step is done, the status is Verified and the page says so."""
    assert allow(admin).ok
    screen.trigger("Test connection", "answered", {"ok": True, "message": "Connected to ServiceNow."})
    assert outcomes(screen) == dict.fromkeys(STEPS, "done")
    assert screen.alert == ("success", "", "Verified. The connection works.")
    assert status(screen.run()) == "Verified"
    assert services.connector.load().verified_by == "Ingrid Vogel"


def test_unsaved_settings(admin, services: Services):
    """Settings that were tested but not saved are verified by Save, without a second test."""
    screen = Screen(admin.agent, "connector")
    fill(screen, api="/api/now/v2/table/incident")
    screen.trigger("Test connection", "asked", "click-1")
    assert allow(admin).ok
    screen.run()
    assert screen.alert == ("success", "", "Verified. Press Save to use these settings.")
    assert status(screen) == "Not verified"
    screen.press("Save")
    assert status(screen) == "Verified"
    assert services.connector.load().incident_api_path == "/api/now/v2/table/incident"


def test_a_long_lifetime(admin, demo: Running):
    """A token that lives longer than 15 minutes is a warning that names the menu to fix it; the test passes."""
    register_dashboard(demo.instance, lifespan_seconds=1800)
    screen = Screen(admin.agent, "connector").trigger("Test connection", "asked", "click-1")
    assert allow(admin).ok
    screen.run()
    assert outcomes(screen)["Token received"] == "warning"
    assert "Valid for 30 min 00 s." in steps(screen)
    assert "Access Token Lifespan to 900" in steps(screen)
    assert screen.alert[0] == "success"


def test_deny(screen: Screen, admin):
    """Deny fails the step Consent given, says what to do, and the status becomes Failed."""
    assert not allow(admin, "Deny").ok
    screen.run()
    assert outcomes(screen) == {"Host reached": "done", "Client known": "done", "Consent given": "failed"}
    assert "Test the connection again and press Allow." in steps(screen)
    assert status(screen) == "Failed"


def test_an_asleep_instance(admin, demo: Running):
    """A hibernating instance fails the first step with the way to wake it, and no popup opens."""
    demo.instance.switches.set("hibernating", True)
    screen = Screen(admin.agent, "connector").trigger("Test connection", "asked", "click-1")
    assert outcomes(screen) == {"Host reached": "failed"}
    assert "Wake the instance in the developer portal" in steps(screen)
    assert screen.component("Test connection")["popup_url"] == ""
    assert status(screen.run()) == "Failed"


def test_switched_off(admin, demo: Running):
    """With the exchange switched off the test is refused at the toggle and nothing is sent."""
    screen = Screen(admin.agent, "connector")
    screen.at.toggle[0].set_value(False)
    screen.run()
    screen.trigger("Test connection", "asked", "click-1")
    assert "The exchange is switched off. Switch it on to test the connection." in screen.text
    assert demo.instance.request_log.entries() == []


def test_a_fault_while_reading(screen: Screen, admin, demo: Running):
    """What goes wrong after Allow is a failed step with a sentence and a remedy, never an exception."""
    assert allow(admin).ok
    order(demo, "fault", match="/api/now/table/incident", kind="403", count=9)
    screen.run()
    assert outcomes(screen)["Table readable"] == "failed"
    assert "User Administration › Users › Roles" in steps(screen)


def test_markup_in_a_step_stays_text(screen: Screen, admin, services: Services):
    """What a step says is text, whatever the instance put into it."""
    test = services.connection_tests.latest(admin.agent)
    hostile = "<img src=x onerror=alert(1)>"
    services.connection_tests.record(test.id, CheckResult("table", hostile, "failed", hostile, hostile))
    assert "<img" not in steps(screen.run())


def test_a_test_is_ones_own(screen: Screen, services: Services):
    """Another administrator, or the same one in another browser, does not see this test."""
    assert steps(screen)
    assert not steps(Screen(sign_in(services, "intune-administrator"), "connector"))
