"""Microsoft Graph connected by agents of the demo's own Entra: the real round trip, without a browser."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import requests

from snlib.agent import Agent
from snlib.demo.server import Running
from snlib.helpdesk.connect import round_trip
from snlib.helpdesk.connect.round_trip import Outcome
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.service import GRAPH
from snlib.helpdesk.services import Services
from tests.demo.browsing import Page
from tests.support import ROLES, USER_NAMES, WIDS, desk_for


def sign_in_of_entra(services: Services, demo: Running, persona: str, mail: str = "") -> Agent:
    """A session record with the tenant and object id that the demo's Entra gives the persona, or somebody's by mail."""
    mail = mail or f"{USER_NAMES[persona]}@example.com"
    (row,) = demo.instance.storage.find("entra_user", mail=mail)
    _, agent = services.sessions.start(
        issuer=f"{demo.origin}/{demo.instance.tenant_id}/v2.0",
        tenant_id=demo.instance.tenant_id,
        object_id=row["id"],
        name=row["displayName"],
        email=mail,
        username=row["userPrincipalName"],
        roles=ROLES.get(persona, []),
        wids=WIDS.get(persona, []),
    )
    return agent


def walk_entra(demo: Running, url: str, who: str = "hugo.lambert@example.com", **form: str) -> list[tuple[str, str]]:
    """Choose an account at the demo's Entra and return what comes back to the dashboard.

    Args:
        demo: The instance.
        url: The authorization request.
        who: The account's mail address.
        form: Instead of choosing: what to send with the form (``cancel="1"``).
    """
    (row,) = demo.instance.storage.find("entra_user", mail=who)
    with requests.Session() as browser:
        page = browser.get(url, allow_redirects=False, timeout=10)
        assert page.status_code == 200, page.text
        hidden = Page(page.text).forms[-1].fields
        login = f"{demo.origin}/{demo.instance.tenant_id}/login"
        back = browser.post(login, data=hidden | (form or {"person": row["id"]}), allow_redirects=False, timeout=10)
    assert back.status_code == 302, back.text
    target = urlsplit(back.headers["Location"])
    assert target.path == "/graph/callback"
    return parse_qsl(target.query)


def connect_graph(services: Services, demo: Running, agent: Agent, who: str = "", **form: str) -> Outcome:
    """Connect Microsoft Graph for an agent, choosing the account ``who`` (the agent's own when empty)."""
    desk = desk_for(services, agent)
    url = round_trip.begin(desk, "graph", return_path="/troubleshooting", mode="popup")
    return round_trip.complete(desk, GRAPH, walk_entra(demo, url, who or agent.email, **form))


def graph_desk(services: Services, demo: Running, persona: str) -> Desk:
    """The desk of a persona who has signed in at the demo's Entra and connected Microsoft Graph."""
    desk = desk_for(services, sign_in_of_entra(services, demo, persona))
    outcome = connect_graph(services, demo, desk.agent)
    assert outcome.ok, outcome
    return desk_for(services, desk.agent)
