"""Every question and every action of the façade decides first, and writes a refusal down."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from snlib.connector.model import ConnectorDraft
from snlib.demo.server import Running
from snlib.errors import ConnectorOff, InvalidInput, PermissionDenied, RecordNotFound, SignInRequired, StoreError
from snlib.helpdesk import connecting, connections, incident_desk, people
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.services import Services
from snlib.incidents import Caller, IncidentFilter
from tests.support import PERSONAS, desk_of, paths_asked

CALLER = Caller("0" * 32, "", "", "")
DRAFT = ConnectorDraft(True, "", "", "")
MAY: dict[str, set[str]] = {
    "connector.read": {"intune-administrator", "helpdesk-agent", "team-lead"},
    "connector.update": {"intune-administrator"},
    "users.search": {"intune-administrator", "helpdesk-agent", "team-lead"},
    "incidents.view": {"intune-administrator", "helpdesk-agent", "team-lead"},
    "counts.view": {"intune-administrator", "team-lead"},
}
ACTIONS: dict[str, tuple[str, Callable[[Desk], object]]] = {
    "settings": ("connector.read", connecting.settings),
    "latest_test": ("connector.read", connecting.latest_test),
    "save": ("connector.update", lambda desk: connecting.save(desk, DRAFT, expected_version=0)),
    "start_test": ("connector.update", lambda desk: connecting.start_test(desk, DRAFT)),
    "finish_test": ("connector.update", lambda desk: connecting.finish_test(desk, "x")),
    "begin_test": (
        "connector.update",
        lambda desk: connections.begin(
            desk.services, desk.agent, purpose="test", return_path="/", mode="tab", test_id="x"
        ),
    ),
    "begin": (
        "incidents.view",
        lambda desk: connections.begin(desk.services, desk.agent, purpose="agent", return_path="/", mode="tab"),
    ),
    "disconnect": ("incidents.view", connections.disconnect),
    "search": ("users.search", lambda desk: people.search(desk, "novak")),
    "person": ("users.search", lambda desk: people.person(desk, "nobody")),
    "connector": ("incidents.view", incident_desk.connector),
    "connection": ("incidents.view", incident_desk.connection),
    "counts_of": ("incidents.view", lambda desk: incident_desk.counts_of(desk, CALLER)),
    "incidents_of": ("incidents.view", lambda desk: incident_desk.incidents_of(desk, CALLER, IncidentFilter())),
    "instance_counts": ("counts.view", incident_desk.instance_counts),
}


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("name", ACTIONS)
def test_the_matrix(services: Services, demo: Running, persona: str, name: str):
    """Who may not is refused before anything is sent, and the refusal is in the access log with the permission."""
    permission, action = ACTIONS[name]
    desk = desk_of(services, persona)
    if persona in MAY[permission]:
        # The questions are made up, so they end in another error than a refusal; a refusal goes through.
        with suppress(InvalidInput, RecordNotFound, SignInRequired, StoreError):
            action(desk)
        assert not [event for event in services.audit.recent() if event.outcome == "refused"]
        return
    with pytest.raises(PermissionDenied) as caught:
        action(desk)
    assert "Ask an administrator for" in caught.value.reason
    assert demo.instance.request_log.entries() == []
    (event,) = services.audit.recent()
    assert (event.agent_key, event.outcome, event.detail) == (desk.agent.key, "refused", permission)


def test_recent_people_are_empty_without_permission(services: Services):
    """Who may not search has no recent people, without an error: Home is open to everybody."""
    assert people.recent(desk_of(services, "member")) == ()


def test_a_switched_off_connector_tells_who_and_when(services: Services, demo: Running):
    """A question with the exchange switched off raises ConnectorOff with who and when, and sends nothing."""
    admin = desk_of(services, "intune-administrator")
    saved = connecting.settings(admin)
    off = ConnectorDraft(False, saved.instance_url, saved.incident_api_path, saved.client_id)
    changed = connecting.save(admin, off, expected_version=saved.version)
    for action in ("counts_of", "incidents_of", "instance_counts", "begin"):
        with pytest.raises(ConnectorOff) as caught:
            ACTIONS[action][1](admin)
        assert "switched off by Ingrid Vogel" in caught.value.user_message
        assert f"{changed.toggled_at:%Y-%m-%d %H:%M}" in caught.value.user_message
    assert paths_asked(demo) == []


def test_what_is_done_is_written_down(services: Services):
    """Saving, searching for nothing and opening a person leave the lines that the access log promises."""
    desk = desk_of(services, "intune-administrator")
    saved = connecting.settings(desk)
    draft = ConnectorDraft(True, saved.instance_url, saved.incident_api_path, saved.client_id)
    connecting.save(desk, draft, expected_version=saved.version)
    found = people.search(desk, "Mia Novak").people[0]
    people.person(desk, found.id)
    lines = [(event.action, event.outcome) for event in services.audit.recent()]
    assert lines == [("person.view", "ok"), ("connector.save", "ok")]
