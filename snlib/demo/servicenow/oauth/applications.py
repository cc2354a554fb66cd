"""OAuth applications, the rows of ``oauth_entity``: their defaults, their checks and how one is registered.

Sources: t_CreateEndpointforExternalClients.md; Microsoft's page on the ServiceNow connector (15-minute warning).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from snlib.demo.core.instance import Instance
from snlib.demo.core.timestamps import to_text
from snlib.demo.seed.ids import sys_id
from snlib.demo.servicenow.oauth.tokens import DEFAULT_ACCESS_SECONDS, DEFAULT_REFRESH_SECONDS, MAX_LIFESPAN_SECONDS

RECOMMENDED_ACCESS_SECONDS = 900
DEFAULTS = {
    "active": "true",
    "type": "client",
    "client_type": "integration_as_a_user",
    "public_client": "false",
    "access_token_lifespan": str(DEFAULT_ACCESS_SECONDS),
    "refresh_token_lifespan": str(DEFAULT_REFRESH_SECONDS),
    "token_format": "opaque",
    "access": "public",
}
LIFESPANS = {"access_token_lifespan": "Access Token Lifespan", "refresh_token_lifespan": "Refresh Token Lifespan"}


def complete(values: Mapping[str, str], instance: Instance) -> dict[str, str]:
    """Return the values of a new application with what was left blank filled in.

    The client ID is always generated when missing, the secret when left blank (a public client has none).
    """
    filled = {**DEFAULTS, **{name: value for name, value in values.items() if value != ""}}
    filled.setdefault("client_id", secrets.token_hex(16))
    filled.setdefault("client_uuid", secrets.token_hex(16))
    if filled["public_client"] != "true":
        filled.setdefault("client_secret", new_secret())
    filled.setdefault("sys_created_on", to_text(instance.clock.now()))
    filled.setdefault("sys_updated_on", filled["sys_created_on"])
    return filled


def new_secret() -> str:
    """Return a client secret as the registry generates one."""
    return secrets.token_urlsafe(24)


def register(
    instance: Instance,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    *,
    name: str = "Helpdesk dashboard",
    access_token_lifespan_seconds: int = RECOMMENDED_ACCESS_SECONDS,
) -> str:
    """Register an application under a known client ID, or bring the one that has it up to date; return its sys_id.

    Args:
        instance: The demo instance.
        client_id: What the client will call itself.
        client_secret: Its secret; blank registers a public client, which must use PKCE.
        redirect_uri: One redirect URI, or several separated by commas.
        name: What the consent page shows.
        access_token_lifespan_seconds: How long an access token lives.

    Raises:
        ValueError: A redirect URI or the name cannot be used.
    """
    values = {
        "name": name,
        "client_id": client_id,
        "client_secret": client_secret,
        "redirect_url": redirect_uri,
        "access_token_lifespan": str(access_token_lifespan_seconds),
        "public_client": "false" if client_secret else "true",
        "active": "true",
    }
    faults = faults_of({**DEFAULTS, **values})
    if faults:
        raise ValueError(" ".join(faults.values()))
    known = instance.storage.find("oauth_entity", client_id=client_id)
    if known:
        instance.storage.update("oauth_entity", known[0]["sys_id"], values)
        return known[0]["sys_id"]
    key = {"sys_id": sys_id(instance.seed, "oauth_entity", client_id)}  # the same after every reset
    return instance.storage.insert("oauth_entity", complete({**values, **key}, instance))


def find(instance: Instance, client_id: str) -> dict[str, str] | None:
    """Return the active application with this client ID, or ``None``."""
    rows = instance.storage.find("oauth_entity", client_id=client_id, active="true") if client_id else []
    return rows[0] if rows else None


def is_public(client: Mapping[str, str]) -> bool:
    """Return whether the application is a public client: no secret, PKCE required."""
    return client["public_client"] == "true"


def redirect_urls(text: str) -> tuple[str, ...]:
    """Return the redirect URLs of a registry record: separated by commas, blanks around them dropped."""
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def faults_of(values: Mapping[str, str]) -> dict[str, str]:
    """Return what cannot be used: field to one clear sentence; empty when all is well."""
    faults: dict[str, str] = {}
    if not values.get("name", "").strip():
        faults["name"] = "Name is mandatory."
    bad = [url for url in redirect_urls(values.get("redirect_url", "")) if not is_absolute_url(url)]
    if bad:
        faults["redirect_url"] = f"Not an absolute URL without fragment: {', '.join(bad)}. Separate several by commas."
    logo = values.get("logo_url", "")
    if logo and not is_absolute_url(logo):
        faults["logo_url"] = "Logo URL must be an absolute http or https URL."
    for column, label in LIFESPANS.items():
        text = values.get(column, "")
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_LIFESPAN_SECONDS):
            faults[column] = f"{label} must be a whole number of seconds from 1 to {MAX_LIFESPAN_SECONDS}."
    return faults


def warnings_of(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return what may be kept but should be thought over, one sentence each."""
    text = values.get("access_token_lifespan", "")
    if text.isascii() and text.isdigit() and int(text) > RECOMMENDED_ACCESS_SECONDS:
        return (
            f"Access Token Lifespan is {text} seconds, above the recommended 15 minutes ({RECOMMENDED_ACCESS_SECONDS}"
            " seconds): a stolen token stays good for longer.",
        )
    return ()


def is_absolute_url(text: str) -> bool:
    """Return whether ``text`` is an http or https URL with a host, without blanks, user name or fragment."""
    if not text.isprintable() or any(character in text for character in ' "<>\\#'):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and port != 0
