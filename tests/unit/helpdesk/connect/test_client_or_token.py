"""A refused refresh that may be the connector's fault: every agent's token is kept until a proof tells whose it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snlib.clock import utc_now
from snlib.connector.model import ConnectorDraft
from snlib.demo.server import Running
from snlib.errors import RefreshRejected, SignInRequired
from snlib.helpdesk import counts
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.services import Services
from tests.stores import HandClock
from tests.support import (
    CLIENT_ID,
    CLIENT_SECRET,
    USER_NAMES,
    connect,
    connected_desk,
    consent_to_test,
    desk_of,
    mark_verified,
    order,
    register_dashboard,
    servicenow_of,
    verify,
)

AGENTS = ("intune-administrator", "team-lead")
"""Who may count the instance's incidents, which is the question that is asked here."""
WRONG = "not-the-secret"


def ask(desk: Desk) -> int:
    """Ask ServiceNow something as the desk's agent."""
    return counts.instance_counts(desk).total


def refused(desk: Desk) -> SignInRequired:
    """Ask, and return the refusal."""
    with pytest.raises(SignInRequired) as caught:
        ask(desk)
    return caught.value


def save_secret(services: Services, secret: str) -> None:
    """Save another client secret on the connector's page."""
    admin = desk_of(services, "intune-administrator")
    saved = connector_desk.settings(admin)
    draft = ConnectorDraft(True, saved.instance_url, saved.incident_api_path, saved.client_id, secret)
    connector_desk.save(admin, draft, expected_version=saved.version)
    mark_verified(services)  # as after a test before the secret was changed in ServiceNow


def on_the_page(services: Services, demo: Running, secret: str) -> None:
    """Make the two sides differ (or agree) by what the dashboard has."""
    del demo
    save_secret(services, secret)


def in_servicenow(services: Services, demo: Running, secret: str) -> None:
    """Make the two sides differ (or agree) by what ServiceNow's Application Registry has."""
    del services
    (row,) = demo.instance.storage.find("oauth_entity", client_id=CLIENT_ID)
    demo.instance.storage.update("oauth_entity", row["sys_id"], {"client_secret": secret})


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands still until it is moved."""
    return HandClock(utc_now())


@pytest.fixture
def services(demo: Running, serve: Callable[..., Services], clock: HandClock) -> Services:
    """Services with that clock."""
    return serve(demo, clock)


@pytest.fixture
def desks(services: Services) -> list[Desk]:
    """Several agents, each connected with their own token."""
    return [connected_desk(services, persona) for persona in AGENTS]


@pytest.mark.parametrize("change", [on_the_page, in_servicenow])
@pytest.mark.parametrize("rounds", [1, 2])
def test_a_wrong_secret_drops_nobody(
    services: Services,
    demo: Running,
    clock: HandClock,
    desks: list[Desk],
    change: Callable[..., None],
    rounds: int,
):
    """Wrong, then right again, on either side: everybody is back without signing in again."""
    before = ask(desks[0])
    for _ in range(rounds):
        change(services, demo, WRONG)
        order(demo, "tokens/expire")
        for desk in (*desks, *desks):
            error = refused(desk)
            assert not isinstance(error, RefreshRejected)
            assert "did not say why" in error.user_message
        change(services, demo, CLIENT_SECRET)
        clock.advance(seconds=31)
        assert [ask(desk) for desk in desks] == [before] * len(desks)
    assert all(servicenow_of(desk).connected for desk in desks)


def test_the_right_secret_counts_at_once(services: Services, demo: Running, desks: list[Desk]):
    """Once the right secret is saved nobody waits for the next try."""
    save_secret(services, WRONG)
    order(demo, "tokens/expire")
    refused(desks[0])
    save_secret(services, CLIENT_SECRET)
    assert ask(desks[0]) == 400


def revoke(demo: Running, persona: str) -> None:
    """End one agent's tokens in ServiceNow, and let everybody's access tokens run out."""
    order(demo, "tokens/revoke", user_name=USER_NAMES[persona])
    order(demo, "tokens/expire")


def test_a_dead_token_is_told_by_another_agents_renewal(services: Services, demo: Running, desks: list[Desk]):
    """After another agent's refresh succeeded, a second refusal is the token's own; its agent connects again."""
    ended, other = desks
    revoke(demo, AGENTS[0])
    assert not isinstance(refused(ended), RefreshRejected)
    assert servicenow_of(ended).connected, "kept"
    assert ask(other) == 400
    assert isinstance(refused(ended), RefreshRejected)
    assert not servicenow_of(ended).connected
    assert servicenow_of(other).connected
    assert connect(services, ended.agent, AGENTS[0]).ok
    assert ask(ended) == 400


def test_a_dead_token_is_told_by_the_connectors_test(services: Services, demo: Running, desks: list[Desk]):
    """A connection test that passes proves the client, too."""
    ended = desks[1]
    revoke(demo, AGENTS[1])
    assert not isinstance(refused(ended), RefreshRejected)
    verify(desk_of(services, "intune-administrator"))
    assert isinstance(refused(ended), RefreshRejected)


def test_a_test_of_another_secret_proves_nothing(services: Services, demo: Running, desks: list[Desk]):
    """While a wrong secret is saved, a test of the right one ends nobody's connection."""
    save_secret(services, WRONG)
    order(demo, "tokens/expire")
    for desk in desks:
        refused(desk)
    admin = desk_of(services, "intune-administrator")
    saved = connector_desk.settings(admin)
    draft = ConnectorDraft(True, saved.instance_url, saved.incident_api_path, saved.client_id, CLIENT_SECRET)
    test = connector_desk.start_test(admin, draft)
    assert consent_to_test(admin, test.id, "intune-administrator").ok
    assert connector_desk.finish_test(admin, test.id).passed
    assert not any(isinstance(refused(desk), RefreshRejected) for desk in desks)
    save_secret(services, CLIENT_SECRET)
    assert [ask(desk) for desk in desks] == [400, 400]


def test_authenticating_again_always_helps(services: Services, demo: Running, desks: list[Desk]):
    """The button that the notice carries works at once, whatever the refusal was."""
    ended = desks[0]
    revoke(demo, AGENTS[0])
    refused(ended)
    register_dashboard(demo.instance)
    assert connect(services, ended.agent, AGENTS[0]).ok
    assert ask(ended) == 400
