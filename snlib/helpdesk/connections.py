"""The OAuth round trip to ServiceNow, as the two web routes see it: begin, and complete."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from snlib.agent import Agent
from snlib.errors import AuthorizationDenied, AuthorizationExpired, SnlibError
from snlib.helpdesk import connecting
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.gateway import ask, client_of, oauth_client, require_on
from snlib.helpdesk.services import Services
from snlib.oauth.callback import Callback, read_callback
from snlib.oauth.client import Client
from snlib.oauth.pending import Mode, Pending, Purpose
from snlib.servicenow.identity import current_user

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an authorization ended.

    Attributes:
        ok: A token is stored.
        mode: Where the agent pressed Allow: in a popup, or in the tab itself.
        return_path: Where a tab goes next; a path of ours.
        message: One sentence for the agent, our own words.
    """

    ok: bool
    mode: Mode
    return_path: str
    message: str


def begin(
    services: Services,
    agent: Agent,
    *,
    purpose: Purpose,
    return_path: str,
    mode: Mode,
    test_id: str = "",
    remote: str = "",
) -> str:
    """Return the address of ServiceNow's authorization page for this agent.

    Args:
        services: The process's services.
        agent: Who asks; the authorization can be completed by him in this browser session only.
        purpose: "agent" to read incidents (``incidents.view``), "test" for the connection test (``connector.update``).
        return_path: Where to go afterwards; a path of ours, checked by the route.
        mode: "popup" or "tab".
        test_id: The connection test that the authorization belongs to.
        remote: From where, for the access log.

    Raises:
        PermissionDenied: The agent may not.
        ConnectorOff: Not configured or switched off (purpose "agent").
        SnlibError: The test is unknown or over.
    """
    desk = Desk(services, agent, remote)
    if purpose == "test":
        desk.require("connector.update", action="connector.test", target=test_id)
        test = services.connection_tests.load(test_id, agent)
        client = client_of(
            services, test.valid.instance_url, test.valid.client_id, services.connection_tests.secret(test_id)
        )
        version = 0
    else:
        desk.require("incidents.view", action="servicenow.connect")
        connector = services.connector.load()
        require_on(connector)
        client, version = oauth_client(services, connector), connector.version
    return services.authorization_requests.begin(
        client,
        agent=agent,
        purpose=purpose,
        return_path=return_path,
        mode=mode,
        test_id=test_id,
        connector_version=version,
    )


def complete(services: Services, agent: Agent, params: Sequence[tuple[str, str]], *, remote: str = "") -> Outcome:
    """Redeem the authorization code that ServiceNow sent the browser back with.

    Never raises an error of ours: what went wrong is in the outcome, in the audit log and, for a connection test, in
    its steps.
    """
    desk = Desk(services, agent, remote)
    try:
        callback = read_callback(params)
        pending = services.authorization_requests.claim(callback.state, agent=agent)
    except SnlibError as error:
        desk.note("servicenow.connect", outcome="failed", detail=str(error))
        return Outcome(ok=False, mode="popup", return_path="/", message=error.user_message)
    try:
        _redeem(desk, pending, callback)
    except SnlibError as error:
        if pending.purpose == "test":
            connecting.note_failure(services, agent, pending.test_id, error)
        desk.note("servicenow.connect", target=pending.instance_url, outcome="failed", detail=type(error).__name__)
        return Outcome(ok=False, mode=pending.mode, return_path=pending.return_path, message=error.user_message)
    desk.note("servicenow.connect", target=pending.instance_url, detail=pending.purpose)
    return Outcome(ok=True, mode=pending.mode, return_path=pending.return_path, message="Connected to ServiceNow.")


def disconnect(desk: Desk) -> None:
    """Drop the agent's token and revoke it at the instance."""
    desk.require("incidents.view", action="servicenow.disconnect")
    connector = desk.services.connector.load()
    client = oauth_client(desk.services, connector)
    revoked = desk.services.flow.disconnect(client, desk.agent.key)
    desk.note("servicenow.disconnect", target=connector.instance_url, detail="" if not revoked else str(revoked))


def _redeem(desk: Desk, pending: Pending, callback: Callback) -> None:
    services = desk.services
    if pending.purpose == "graph":
        raise AuthorizationExpired("This answer belongs to another connection. Please connect again.")
    if pending.purpose == "test":
        secret = services.connection_tests.secret(pending.test_id)
    else:
        connector = services.connector.load()
        require_on(connector)
        if connector.version != pending.connector_version:
            raise AuthorizationExpired("The connector's settings changed while you were connecting. Please try again.")
        secret = services.connector.secret() if connector.has_secret else None
    if callback.error:
        if callback.denied:
            raise AuthorizationDenied("You pressed Deny, so ServiceNow gave no access. Try again and press Allow.")
        raise AuthorizationDenied("ServiceNow ended the authorization with an error, so nothing was connected.")
    client = client_of(services, pending.instance_url, pending.client_id, secret)
    if pending.purpose == "test":
        # A test proves the settings; whether the administrator himself is connected stays as it was.
        mine = replace(pending, agent_key=connecting.holder_of(pending.test_id))
        token = services.flow.redeem(client, mine, callback.code)
        connecting.note_token(services, desk.agent, pending.test_id, token)
        return
    services.flow.redeem(client, pending, callback.code)
    _note_identity(desk, client)


def _note_identity(desk: Desk, client: Client) -> None:
    """Keep whom ServiceNow takes the agent for, so that the page can say it; not knowing is no reason to fail."""
    try:
        user = ask(desk, lambda gateway: current_user(gateway.table))
    except SnlibError as error:
        log.warning("ServiceNow did not say who is connected: %s", error)
        return
    desk.services.tokens.note_identity(desk.agent.key, client.connection_key, f"{user.name} ({user.user_name})")
