"""The page ServiceNow connector: its fields, what may be typed, saving, and the status of the connection."""

from collections.abc import Callable

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.services import Services
from tests.pages.screen import Screen
from tests.stores import HandClock
from tests.support import (
    CLIENT_ID,
    CLIENT_SECRET,
    PUBLIC_URL,
    connected_desk,
    desk_of,
    sign_in,
    verify,
)

FIELDS = {
    "host": "ServiceNow instance host",
    "api": "ServiceNow incident API URL",
    "client": "ServiceNow client app ID",
    "secret": "ServiceNow client secret",
}
TOGGLE = "Exchange data with the ServiceNow instance"


def fill(screen: Screen, **typed: str) -> Screen:
    """Type into fields, by the short names of ``FIELDS``."""
    for name, text in typed.items():
        (field,) = (one for one in screen.at.text_input if one.label == FIELDS[name])
        field.set_value(text)
    return screen


def values(screen: Screen) -> dict[str, str]:
    """Return the values of the fields."""
    found = {one.label: one.value for one in screen.at.text_input}
    return {name: found[label] for name, label in FIELDS.items()}


def status(screen: Screen) -> str:
    """Return the connection status shown."""
    return screen.metrics["Connection status"]


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


def test_prefilled_in_demo_mode(screen: Screen, demo: Running):
    """In demo mode everything is filled in, the secret is not, and the status is Not verified."""
    assert values(screen) == {"host": demo.origin, "api": "/api/now/table/incident", "client": CLIENT_ID, "secret": ""}
    assert screen.at.toggle[0].label == TOGGLE
    assert screen.at.toggle[0].value is True
    assert status(screen) == "Not verified"
    assert screen.metrics["Last connection"] == "Never"
    assert demo.instance.request_log.entries() == []


def test_the_redirect_url(screen: Screen):
    """The exact redirect URL to register is shown with a button that copies it."""
    given = screen.component("Redirect URL to register in ServiceNow")
    assert given["value"] == f"{PUBLIC_URL}/servicenow/callback"
    assert given["button"] == "Copy"


BAD = [
    ("host", "", "Enter the address"),
    ("host", "https://evil.example.com", "In demo mode only the demo instance can be used"),
    ("host", "http://127.0.0.1:1@evil.test", "In demo mode only the demo instance can be used"),
    ("host", "https://acme.service-now.com", "In demo mode only the demo instance can be used"),
    ("api", "/api/now/table/../user", "must not contain two dots"),
    ("api", "https://evil.test/api/now/table/incident", "must be on the same host"),
    ("api", "//evil.test/api/now/table/incident", "must be on the same host"),
    ("api", "/api/now/table/incident?x=1", "must not contain ?"),
    ("api", "/api/now/stats/incident", "must be that of a table"),
    ("api", "", "Enter the path"),
    ("client", "my client id", "A client ID has no spaces"),
    ("client", "short", "8 to 128 letters"),
    ("client", "", "Enter the client ID"),
    ("secret", "with a space", "A client secret has no spaces"),
]


@pytest.mark.parametrize(("field", "text", "sentence"), BAD)
@pytest.mark.parametrize("button", ["Save", "Test connection"])
def test_bad_input(
    screen: Screen, services: Services, demo: Running, field: str, text: str, sentence: str, button: str
):
    """A text that cannot be used gets one sentence at its field; nothing is sent, saved or lost."""
    before = services.connector.load()
    fill(screen, **{field: text})
    if button == "Save":
        screen.press("Save")
    else:
        screen.trigger("Test connection", "asked", "click-1")
    labels = [getattr(node, "label", "") for node in screen.elements]
    below = screen.elements[labels.index(FIELDS[field]) + 1]
    assert below.type == "markdown"
    assert sentence in screen.text
    assert sum(node.type == "markdown" for node in screen.elements) == 1
    assert not screen.alerts
    assert values(screen)[field] == text
    assert services.connector.load() == before
    assert demo.instance.request_log.entries() == []
    assert screen.component("Test connection")["popup_url"] == ""


def test_every_fault_at_once(screen: Screen):
    """Each faulty field has its sentence in the same run, and correcting one leaves the others."""
    fill(screen, host="nowhere", api="x", client="a b").press("Save")
    assert sum(node.type == "markdown" for node in screen.elements) == 3
    fill(screen, client=CLIENT_ID).press("Save")
    assert sum(node.type == "markdown" for node in screen.elements) == 2


def test_markup_typed_into_a_field_stays_text(screen: Screen):
    """What was typed cannot become markup in the sentence about it."""
    fill(screen, host="![x](http://evil.test/x.png) <b>").press("Save")
    (sentence,) = (node for node in screen.elements if node.type == "markdown")
    assert "![x](" not in sentence.value


def test_save(screen: Screen, services: Services, admin):
    """Save stores what was typed, says so, increases the version, and is logged."""
    fill(screen, api="/api/now/v2/table/incident", client="another-client-id").press("Save")
    assert [toast.value for toast in screen.at.toast] == ["Connector settings saved."]
    saved = services.connector.load()
    assert (saved.incident_api_path, saved.client_id, saved.version) == (
        "/api/now/v2/table/incident",
        "another-client-id",
        2,
    )
    assert saved.updated_by == "Ingrid Vogel"
    assert not screen.run().at.toast
    event = services.audit.recent()[0]
    assert (event.action, event.outcome, event.agent_key) == ("connector.save", "ok", admin.agent.key)


def test_a_full_url_is_taken(screen: Screen, services: Services, demo: Running):
    """The API URL may be typed in full when it is the instance's own."""
    fill(screen, api=f"{demo.origin}/api/now/v1/table/incident").press("Save")
    assert services.connector.load().incident_api_path == "/api/now/v1/table/incident"


def test_the_secret_is_never_shown(screen: Screen, services: Services, admin):
    """A typed secret is gone from the page once it is saved, and no page ever sends it to a browser."""
    secret = "s3cret-that-nobody-sees"
    fill(screen, secret=secret).press("Save")
    assert values(screen)["secret"] == ""
    assert services.connector.secret().get_secret_value() == secret
    for page in ("", "troubleshooting", "connector"):
        wire = Screen(admin.agent, page).wire
        assert secret not in wire
        assert CLIENT_SECRET not in wire
    assert not any(secret in event.detail or secret in event.target for event in services.audit.recent())


def test_an_empty_secret_keeps_the_saved_one(screen: Screen, services: Services):
    """Saving with the secret left empty keeps the one that is stored; the field says that there is one."""
    (field,) = (one for one in screen.at.text_input if one.label == FIELDS["secret"])
    assert field.placeholder == "Stored. Leave empty to keep it."
    fill(screen, api="/api/now/v2/table/incident").press("Save")
    assert services.connector.secret().get_secret_value() == CLIENT_SECRET


def test_another_client_forgets_the_secret(screen: Screen, services: Services):
    """With another client ID the stored secret is dropped: it belongs to the former one."""
    fill(screen, client="another-client-id").press("Save")
    assert services.connector.secret() is None
    (field,) = (one for one in screen.at.text_input if one.label == FIELDS["secret"])
    assert field.placeholder.startswith("Optional")


def test_two_administrators(screen: Screen, services: Services):
    """Who saves second reads who saved first; nothing is overwritten and what was typed stays in the fields."""
    other = Screen(sign_in(services, "intune-administrator"), "connector")
    fill(other, api="/api/now/v1/table/incident").press("Save")
    fill(screen, api="/api/now/v2/table/incident").press("Save")
    assert services.connector.load().incident_api_path == "/api/now/v1/table/incident"
    assert "Settings were changed by Ingrid Vogel" in screen.text
    assert values(screen)["api"] == "/api/now/v2/table/incident"
    screen.press("Save")
    assert services.connector.load().incident_api_path == "/api/now/v2/table/incident"


def test_somebody_elses_save_does_not_wipe_what_is_typed(screen: Screen, services: Services):
    """When another administrator saves, a rerun of this page keeps what was typed here and not saved."""
    other = Screen(sign_in(services, "intune-administrator"), "connector")
    fill(other, api="/api/now/v1/table/incident").press("Save")
    fill(screen, client="typed-and-not-saved").run()
    assert values(screen)["client"] == "typed-and-not-saved"


@pytest.mark.parametrize("persona", ["helpdesk-agent", "team-lead"])
def test_read_only(services: Services, persona: str):
    """Who may read but not change the connector sees it locked, with the reason; prerequisites can be checked."""
    screen = Screen(sign_in(services, persona), "connector")
    assert all(one.disabled for one in [*screen.at.text_input, *screen.at.toggle])
    assert screen.buttons == ["Check"]
    assert not screen.has_component("Test connection")
    assert screen.alert == (
        "info",
        "",
        "You can't change the ServiceNow connector. Ask an administrator for the app role Connector.Admin or the "
        "Intune Administrator role.",
    )


def test_not_configured(fresh_demo: Running, serve: Callable[..., Services]):
    """Before anything is saved the status says so, the fields are empty and the exchange is meant to be on."""
    services = serve(fresh_demo)
    with services.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM connector")
    screen = Screen(sign_in(services, "intune-administrator"), "connector")
    assert status(screen) == "Not configured"
    assert values(screen) == {"host": "", "api": "/api/now/table/incident", "client": "", "secret": ""}
    for page in ("troubleshooting", "counts"):
        other = Screen(sign_in(services, "team-lead"), page, person="x")
        assert not other.has_component("Authenticate ServiceNow")


def test_verified(demo: Running, serve: Callable[..., Services]):
    """After a test that passed the status is Verified, with who and when, and when ServiceNow last answered."""
    clock = HandClock()
    services = serve(demo, clock)
    desk = desk_of(services, "intune-administrator")
    verify(desk)
    screen = Screen(desk.agent, "connector")
    assert status(screen) == "Verified"
    assert screen.metrics["Last connection"] == "Just now"
    assert "Verified by Ingrid Vogel on 2026-11-23 at 09:00" in screen.captions
    clock.advance(minutes=25)
    assert screen.run().metrics["Last connection"] == "25 min ago"


def test_other_values_are_not_verified(screen: Screen, admin):
    """Saving other values than those tested makes the connector Not verified again."""
    verify(admin)
    assert status(screen.run()) == "Verified"
    fill(screen, api="/api/now/v2/table/incident").press("Save")
    assert status(screen) == "Not verified"


def test_failed(screen: Screen, admin, services: Services, demo: Running):
    """After a test that failed the status is Failed, and why."""
    saved = services.connector.load()
    demo.instance.switches.set("hibernating", True)
    connector_desk.start_test(
        admin, connector_desk.ConnectorDraft(True, saved.instance_url, saved.incident_api_path, saved.client_id)
    )
    assert status(screen.run()) == "Failed"
    assert "Failed: This ServiceNow instance is asleep." in screen.text


def test_switching_off(screen: Screen, services: Services):
    """The toggle and Save switch the exchange off: status Disabled, who and when are kept, settings too."""
    before = services.connector.load()
    screen.at.toggle[0].set_value(False)
    screen.press("Save")
    assert status(screen) == "Disabled"
    after = services.connector.load()
    assert (after.enabled, after.toggled_by) == (False, "Ingrid Vogel")
    assert (after.instance_url, after.client_id, after.has_secret) == (before.instance_url, before.client_id, True)
    screen.at.toggle[0].set_value(True)
    screen.press("Save")
    assert status(screen) == "Not verified"


def test_switching_off_needs_no_valid_fields(screen: Screen, services: Services):
    """The exchange can be switched off with faulty fields; the saved settings stay."""
    before = services.connector.load()
    screen.at.toggle[0].set_value(False)
    fill(screen, host="nonsense").press("Save")
    assert services.connector.load().enabled is False
    assert services.connector.load().instance_url == before.instance_url


def test_last_connection_follows_use(demo: Running, serve: Callable[..., Services]):
    """Reading incidents counts as a connection."""
    clock = HandClock()
    agent = connected_desk(serve(demo, clock), "team-lead").agent
    clock.advance(minutes=5)
    assert Screen(agent, "connector").metrics["Last connection"] == "5 min ago"
    Screen(agent, "counts")
    assert Screen(agent, "connector").metrics["Last connection"] == "Just now"
