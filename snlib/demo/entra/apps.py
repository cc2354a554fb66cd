"""App registrations of the demo Entra."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from snlib.demo.core.instance import Instance, OidcClient

DEFAULT_APP = OidcClient(
    client_id="5f1c0de0-0000-4000-8000-00000000d351",
    client_secret="demo-entra-secret",  # noqa: S106 - a demo's secret, printed in the guide
    redirect_uri="http://localhost:8501/login/callback",
    post_logout_uri="http://localhost:8501/signed-out",
)
"""The registration there is when none was asked for."""

APP_NAME = "Helpdesk dashboard"
"""What the picker calls the application that is signed in to."""


def register_app(
    instance: Instance,
    client_id: str,
    client_secret: str,
    redirect_uris: Iterable[str],
    post_logout_uris: Iterable[str] = (),
) -> OidcClient:
    """Register an application, replacing one with the same client id, and return it.

    Args:
        instance: The demo instance.
        client_id: The application (client) id.
        client_secret: Its secret.
        redirect_uris: Where codes may be sent; compared character by character.
        post_logout_uris: Where the browser may be sent after signing out.
    """
    app = OidcClient(client_id, client_secret, ",".join(redirect_uris), ",".join(post_logout_uris))
    with instance.lock:
        instance.oidc_clients[client_id] = app
    return app


def find_app(instance: Instance, client_id: str) -> OidcClient | None:
    """Return the application with this client id, or ``None``; ``DEFAULT_APP`` is known while no other is."""
    with instance.lock:
        if not instance.oidc_clients and client_id == DEFAULT_APP.client_id:
            return DEFAULT_APP
        return instance.oidc_clients.get(client_id)


def all_apps(instance: Instance) -> list[OidcClient]:
    """Return every application that :func:`find_app` can find."""
    with instance.lock:
        return list(instance.oidc_clients.values()) or [DEFAULT_APP]


def redirect_uris(app: OidcClient) -> tuple[str, ...]:
    """Return the redirect URIs of an application."""
    return _addresses(app.redirect_uri)


def post_logout_uris(app: OidcClient) -> tuple[str, ...]:
    """Return where an application may send the browser after signing out: its redirect URIs, too, as at Entra."""
    return _addresses(app.post_logout_uri) + redirect_uris(app)


def secret_matches(app: OidcClient, secret: str) -> bool:
    """Return whether ``secret`` is the application's, in constant time."""
    return hmac.compare_digest(app.client_secret.encode(), secret.encode())


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
