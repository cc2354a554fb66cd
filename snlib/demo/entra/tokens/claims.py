"""The claims of the demo Entra's tokens, and the token answer they travel in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

from snlib.demo.core.credentials import base64url
from snlib.demo.core.instance import Instance
from snlib.demo.entra.people import json_list
from snlib.demo.entra.tokens import keys
from snlib.demo.seed.cast import MEMBER_WID

LIFETIME_SECONDS = 3599
GRAPH_AUDIENCE = "https://graph.microsoft.com"
GRAPH_APP_PERMISSIONS = (
    "User.Read.All",
    "DeviceManagementManagedDevices.Read.All",
    "GroupMember.Read.All",
    "Organization.Read.All",
    "DeviceManagementConfiguration.Read.All",
)
"""What an administrator has consented to for every registered application without a person."""
OIDC_SCOPES = ("openid", "profile", "email", "offline_access")


def issuer(instance: Instance) -> str:
    """Return the issuer of ID tokens."""
    return f"{instance.origin}/{instance.tenant_id}/v2.0"


def access_token_issuer(instance: Instance) -> str:
    """Return the issuer of Graph's access tokens, which are of version 1.0 (``https://sts.windows.net/{tenant}/``)."""
    return f"{instance.origin}/{instance.tenant_id}/"


def pairwise_subject(instance: Instance, client_id: str, object_id: str) -> str:
    """Return a person's ``sub`` for one application: stable, and another one for every other application."""
    digest = hashlib.sha256(f"{instance.tenant_id}|{client_id}|{object_id}".encode()).digest()
    return base64url(digest)


def id_token(instance: Instance, client_id: str, person: dict[str, str], scopes: tuple[str, ...], nonce: str) -> str:
    """Return a signed ID token.

    Its dates follow the real clock and not the instance's, which tests move: who reads it has no other.
    """
    now = int(datetime.now(UTC).timestamp())
    claims: dict[str, Any] = {
        "aud": client_id,
        "iss": issuer(instance),
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME_SECONDS + 1,
        "sub": pairwise_subject(instance, client_id, person["id"]),
        "tid": instance.tenant_id,
        "uti": secrets.token_urlsafe(16),
        "ver": "2.0",
        "acct": 1 if person["userType"] == "Guest" else 0,
        "wids": directory_roles(person),
    }
    if "profile" in scopes:
        claims |= {
            "oid": person["id"],
            "name": person["displayName"],
            "preferred_username": person["userPrincipalName"],
        }
    if "email" in scopes and person["mail"]:
        claims["email"] = person["mail"]
    if nonce:
        claims["nonce"] = nonce
    roles = json_list(person["app_roles"])
    if roles:
        claims["roles"] = roles
    return keys.sign(claims)


def directory_roles(person: dict[str, str]) -> list[str]:
    """Return a person's ``wids``; the default user role is always the last."""
    return [role for role in json_list(person["wids"]) if role != MEMBER_WID] + [MEMBER_WID]


def delegated_access_token(
    instance: Instance, client_id: str, person: dict[str, str], scopes: tuple[str, ...], audience: str
) -> str:
    """Return an access token that speaks for a person within ``scopes`` (short names)."""
    claims = _access_claims(instance, client_id, audience) | {
        "idtyp": "user",
        "oid": person["id"],
        "name": person["displayName"],
        "upn": person["userPrincipalName"],
        "sub": pairwise_subject(instance, GRAPH_AUDIENCE, person["id"]),
        "scp": " ".join(scope for scope in scopes if scope != "offline_access"),
        "acct": 1 if person["userType"] == "Guest" else 0,
        "wids": directory_roles(person),
    }
    return keys.sign(claims)


def application_access_token(instance: Instance, client_id: str, audience: str) -> str:
    """Return an app-only access token: no person, the application's own permissions as ``roles``."""
    service_principal = pairwise_subject(instance, "service principal", client_id)
    claims = _access_claims(instance, client_id, audience) | {
        "idtyp": "app",
        "oid": service_principal,
        "sub": service_principal,
        "roles": list(GRAPH_APP_PERMISSIONS),
    }
    return keys.sign(claims)


def _access_claims(instance: Instance, client_id: str, audience: str) -> dict[str, Any]:
    """Return what both kinds of access token carry; the dates follow the instance's clock, which Graph reads, too."""
    now = int(instance.clock.now().timestamp())
    return {
        "aud": audience,
        "iss": access_token_issuer(instance),
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME_SECONDS,
        "appid": client_id,
        "tid": instance.tenant_id,
        "uti": secrets.token_urlsafe(16),
        "ver": "1.0",
    }
