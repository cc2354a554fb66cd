"""How the dashboard speaks of one OAuth service, and how that service words its refusals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences about one service's sign-in.

    Attributes:
        not_renewed: A refresh was refused, and the answer does not say whether the token or the client is wrong.
        misconfigured: The service knows the client no more.
        client_refused: The same while connecting, for the administrator who tries it out.
        application_refused: The application's own credentials were refused; with ``{status}``.
        blocked_by_policy: A policy of the sign-in service refused.
        blocked: A web page refused, not the service; with ``{status}``.
        no_reason: A refusal without words; with ``{status}``.
        client_errors: Error codes that blame the client, not the token.
        passing_errors: Error codes that blame the moment.
    """

    service: str
    not_connected: str
    connection_ended: str
    not_renewed: str
    misconfigured: str
    client_refused: str
    not_accepted: str
    blocked: str
    no_reason: str
    application_refused: str = ""
    blocked_by_policy: str = ""
    client_errors: frozenset[str] = frozenset({"invalid_client"})
    passing_errors: frozenset[str] = frozenset()

    @property
    def renew_later(self) -> str:
        """A refresh got no answer."""
        return f"Your {self.service} sign-in could not be renewed just now. Try again in half a minute."

    @property
    def unavailable(self) -> str:
        """The token endpoint gave the application no token."""
        return f"The sign-in to {self.service} isn't answering properly right now. Try again in a moment."


SERVICENOW = Words(
    service="ServiceNow",
    not_connected="You are not connected to ServiceNow. Press Authenticate ServiceNow, then Allow.",
    connection_ended="Your ServiceNow connection has ended. Authenticate with ServiceNow again.",
    not_renewed=(
        "ServiceNow did not renew your sign-in and did not say why. Authenticate with ServiceNow again; if that fails "
        "too, ask an administrator to test the connection on the page ServiceNow connector."
    ),
    misconfigured="ServiceNow sign-in is misconfigured. The connector's page shows it to your administrator.",
    client_refused=(
        "ServiceNow did not accept the connector's client ID or client secret. Ask an administrator to compare them "
        "with System OAuth > Application Registry in ServiceNow."
    ),
    not_accepted=(
        "ServiceNow did not accept the authorization and did not say why, so you are not connected. Try again; if it "
        "happens again, ask an administrator to test the connection on the page ServiceNow connector."
    ),
    blocked=(
        "A web page refused the sign-in before ServiceNow answered (HTTP {status}). A firewall, a proxy or the "
        "instance's IP address access control can be the cause. Ask an administrator to test the connection on the "
        "page ServiceNow connector."
    ),
    no_reason=(
        "ServiceNow refused the sign-in and did not say why (HTTP {status}). Ask an administrator to test the "
        "connection on the page ServiceNow connector."
    ),
)

GRAPH = Words(
    service="Microsoft Graph",
    not_connected="You are not connected to Microsoft Graph. Press Connect Microsoft Graph.",
    connection_ended="Your Microsoft Graph connection has ended. Connect Microsoft Graph again.",
    not_renewed=(
        "Microsoft Entra did not renew your Microsoft Graph connection. Connect Microsoft Graph again; if that fails "
        "too, ask an administrator to look into Entra's sign-in log."
    ),
    misconfigured=(
        "Microsoft Graph sign-in is misconfigured. Ask an administrator to check the Graph application's client ID "
        "and secret."
    ),
    client_refused=(
        "Microsoft Entra did not accept the Graph application's client ID or secret. Ask an administrator to compare "
        "them with the app registration."
    ),
    not_accepted=(
        "Microsoft Entra did not accept the authorization, so you are not connected. Try again; if it happens again, "
        "ask an administrator to look into Entra's sign-in log."
    ),
    blocked=(
        "A web page refused the sign-in before Microsoft Entra answered (HTTP {status}), so Microsoft Graph cannot be "
        "asked. A firewall or a proxy can be the cause: ask an administrator to let this server reach Microsoft Entra."
    ),
    no_reason=(
        "Microsoft Entra refused the sign-in for Microsoft Graph (HTTP {status}). Ask an administrator to look it up "
        "in Entra's sign-in log."
    ),
    blocked_by_policy=(
        "A Conditional Access policy of Microsoft Entra stopped the sign-in for Microsoft Graph. Connect Microsoft "
        "Graph again to see what it asks for; an administrator finds it in Entra's sign-in log."
    ),
    application_refused=(
        "Microsoft Entra refused the dashboard's own sign-in to the directory (HTTP {status}). Ask an administrator to "
        "check the Graph application's client ID, secret and permissions."
    ),
    # https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow, "Error codes for token endpoint"
    client_errors=frozenset({"invalid_client", "unauthorized_client", "invalid_scope", "invalid_resource"}),
    passing_errors=frozenset({"temporarily_unavailable", "server_error"}),
)
