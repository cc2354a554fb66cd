"""What several suites need: services over the demo instance, signed-in agents, the OAuth round trip by hand."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from snlib.agent import Agent
from snlib.clock import Clock, utc_now
from snlib.demo.core.instance import Instance, LoggedRequest
from snlib.demo.entra import apps
from snlib.demo.server import Running
from snlib.demo.servicenow.oauth import applications
from snlib.helpdesk.connect import round_trip
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.desk import Desk, open_desk
from snlib.helpdesk.service import SERVICENOW, Service
from snlib.helpdesk.services import Services, build
from snlib.settings import for_demo
from tests.demo.browsing import Browser
from tests.stores import make_agent

PUBLIC_URL = "http://localhost:8501"
CLIENT_ID = "0123456789abcdef0123456789abcdef"
CLIENT_SECRET = "demo-client-secret"
WIDS = {"intune-administrator": ["3a2c62db-5318-420d-8d74-23affee5d9d5"]}
ROLES = {"helpdesk-agent": ["Helpdesk.Agent"], "team-lead": ["Helpdesk.Lead"], "auditor": ["Auditor"]}
PERSONAS = ("intune-administrator", "helpdesk-agent", "team-lead", "auditor", "member")
USER_NAMES = {
    "intune-administrator": "ingrid.vogel",
    "helpdesk-agent": "hugo.lambert",
    "team-lead": "lena.okafor",
    "auditor": "arthur.blom",
    "member": "mia.novak",
}


def demo_services(
    demo: Running, folder: Path, clock: Clock = utc_now, *, verified: bool = True, **options: Any
) -> Services:
    """Services of a dashboard in demo mode, over a running demo instance and a SQLite file of their own.

    The connector is ``verified``, as agents are served only then. ``options`` are those of `for_demo`:
    ``graph_access``, ``directory``.
    """
    register_dashboard(demo.instance)
    oidc_id = f"dashboard-{secrets.token_hex(8)}"
    register_oidc(demo.instance, oidc_id)
    settings = for_demo(
        public_url=PUBLIC_URL,
        demo_origin=demo.origin,
        tenant_id=demo.instance.tenant_id,
        oidc_client_id=oidc_id,
        oidc_client_secret=CLIENT_SECRET,
        connector_client_id=CLIENT_ID,
        connector_client_secret=CLIENT_SECRET,
        database_path=folder / "dashboard.sqlite3",
        **options,
    )
    services = build(settings, clock)
    if verified:
        mark_verified(services)
    return services


def mark_verified(services: Services) -> None:
    """Let the saved connector count as verified, as after a connection test."""
    services.connector.mark_verified(make_agent("Ingrid Vogel"), services.connector.load().version)


@contextmanager
def restored(demo: Running) -> Iterator[Running]:
    """Give a shared demo instance with an empty request log, and put faults, switches and clock back afterwards."""
    demo.instance.request_log.clear()
    try:
        yield demo
    finally:
        demo.instance.faults.clear()
        demo.instance.switches.reset()
        demo.instance.clock.reset()


def sign_in(services: Services, persona: str, *roles: str) -> Agent:
    """A session record as the sign-in route writes it for one of the demo's personas, with other roles if given."""
    name = USER_NAMES[persona]
    _, agent = services.sessions.start(
        issuer="https://demo.invalid",
        tenant_id="tenant",
        object_id=f"object-of-{persona}",
        name=name.replace(".", " ").title(),
        email=f"{name}@example.com",
        username=f"{name}@example.com",
        roles=roles or ROLES.get(persona, []),
        wids=[*WIDS.get(persona, []), "b79fbf4d-3ef9-4689-8143-76b194e85509"],
    )
    return agent


def desk_of(services: Services, persona: str) -> Desk:
    """The desk of a persona who has just signed in."""
    return desk_for(services, sign_in(services, persona))


def desk_for(services: Services, agent: Agent) -> Desk:
    """The desk of somebody signed in, as a run of the script opens it now."""
    desk = open_desk(services, agent.session_id)
    assert desk is not None
    return desk


def register_dashboard(instance: Instance, *, lifespan_seconds: int = 900) -> None:
    """Make the dashboard known to the demo ServiceNow, as an administrator would in the Application Registry."""
    applications.register(
        instance,
        CLIENT_ID,
        CLIENT_SECRET,
        f"{PUBLIC_URL}/servicenow/callback",
        access_token_lifespan_seconds=lifespan_seconds,
    )


def register_oidc(instance: Instance, client_id: str) -> None:
    """Make the dashboard known to the demo Entra; its client also reads users from the demo Graph."""
    redirect_uris = [f"{PUBLIC_URL}/login/callback", f"{PUBLIC_URL}/graph/callback"]
    apps.register_app(instance, client_id, CLIENT_SECRET, redirect_uris)


def walk_consent(url: str, user_name: str, *, press: str = "Allow", password: str = "demo") -> list[tuple[str, str]]:
    """Log in at the demo ServiceNow, press a button of the consent page, and return the callback's parameters."""
    parts = urlsplit(url)
    browser = Browser(f"{parts.scheme}://{parts.netloc}")
    browser.log_in(user_name, password)
    browser.open(url)
    browser.press(press)
    return parse_qsl(urlsplit(browser.left_for).query)


def connect(services: Services, agent: Agent, persona: str, *, press: str = "Allow") -> round_trip.Outcome:
    """Authenticate an agent with the demo ServiceNow: the real round trip, without a browser."""
    desk = desk_for(services, agent)
    url = round_trip.begin(desk, "agent", return_path="/troubleshooting", mode="popup")
    return round_trip.complete(desk, SERVICENOW, walk_consent(url, USER_NAMES[persona], press=press))


def connected_desk(services: Services, persona: str) -> Desk:
    """The desk of a persona who has signed in and authenticated with ServiceNow."""
    desk = desk_of(services, persona)
    outcome = connect(services, desk.agent, persona)
    assert outcome.ok, outcome
    return desk_for(services, desk.agent)


def consent_to_test(desk: Desk, test_id: str, persona: str, *, press: str = "Allow") -> round_trip.Outcome:
    """Go through login and consent for a connection test that waits for it."""
    url = round_trip.begin(desk, "test", return_path="/connector", mode="popup", test_id=test_id)
    return round_trip.complete(desk, SERVICENOW, walk_consent(url, USER_NAMES[persona], press=press))


def verify(desk: Desk, persona: str = "intune-administrator") -> None:
    """Let the connection test of the saved connector go through, so that the connector counts as verified."""
    saved = connector_desk.settings(desk)
    draft = connector_desk.ConnectorDraft(True, saved.instance_url, saved.incident_api_path, saved.client_id)
    test = connector_desk.start_test(desk, draft)
    assert consent_to_test(desk, test.id, persona).ok
    assert connector_desk.finish_test(desk, test.id).passed


def order(demo: Running, what: str, **order: Any) -> None:
    """Give the demo instance an order through its control plane: a fault, expired tokens, a switch."""
    answer = requests.post(f"{demo.origin}/demo/{what}", json=order, timeout=10)
    assert answer.status_code == 200, answer.text


def asked_of_servicenow(demo: Running) -> list[LoggedRequest]:
    """What reached the demo's ServiceNow APIs and token endpoint since its request log was cleared, oldest first."""
    return [
        entry
        for entry in demo.instance.request_log.entries()
        if entry.path.startswith(("/api/now/", "/oauth_token.do", "/oauth_revoke"))
    ]


def paths_asked(demo: Running) -> list[str]:
    """The paths of `asked_of_servicenow`."""
    return [entry.path for entry in asked_of_servicenow(demo)]


def servicenow_of(desk: Desk) -> Service:
    """ServiceNow as it stands for the agent by now."""
    return desk_for(desk._services, desk.agent).servicenow
