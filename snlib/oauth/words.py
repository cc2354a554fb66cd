"""How the dashboard speaks of one OAuth service, and how that service words its refusals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences about one service's sign-in.

    Attributes:
        misconfigured: The service knows the client no more.
        client_refused: The same while connecting, for the administrator who tries it out.
        application_refused: The application's own credentials were refused; with ``{status}``.
        client_errors: Error codes that blame the client, not the token.
        passing_errors: Error codes that blame the moment.
    """

    service: str
    not_connected: str
    connection_ended: str
    misconfigured: str
    client_refused: str
    not_accepted: str
    application_refused: str = ""
    client_errors: frozenset[str] = frozenset({"invalid_client"})
    passing_errors: frozenset[str] = frozenset()

    @property
    def renew_later(self) -> str:
        """A refresh got no answer."""
        return f"Couldn't renew your {self.service} sign-in just now. We'll try again in 30 seconds."

    @property
    def unavailable(self) -> str:
        """The token endpoint gave the application no token."""
        return f"The sign-in to {self.service} isn't answering properly right now. Try again in a moment."


SERVICENOW = Words(
    service="ServiceNow",
    not_connected="You are not connected to ServiceNow. Press Authenticate ServiceNow, then Allow.",
    connection_ended="Your ServiceNow connection has ended. Reconnect to continue.",
    misconfigured="ServiceNow sign-in is misconfigured. The connector's page shows it to your administrator.",
    client_refused=(
        "ServiceNow did not accept the connector's client ID or client secret. Ask an administrator to compare them "
        "with System OAuth > Application Registry in ServiceNow."
    ),
    not_accepted=(
        "ServiceNow did not accept the authorization, so you are not connected. Try again; if it happens again, ask an "
        "administrator to look for OAuth under System Logs in ServiceNow."
    ),
)

GRAPH = Words(
    service="Microsoft Graph",
    not_connected="You are not connected to Microsoft Graph. Press Connect Microsoft Graph.",
    connection_ended="Your Microsoft Graph connection has ended. Connect again to continue.",
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
    application_refused=(
        "Microsoft Entra refused the dashboard's own sign-in to the directory (HTTP {status}). Ask an administrator to "
        "check the Graph application's client ID, secret and permissions."
    ),
    # https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow, "Error codes for token endpoint"
    client_errors=frozenset({"invalid_client", "unauthorized_client", "invalid_scope", "invalid_resource"}),
    passing_errors=frozenset({"temporarily_unavailable", "server_error"}),
)
