"""An ID token's claims, read strictly: who signed in, with which roles, and whether as a guest.

The code that received the token has already checked its signature, issuer and dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from snlib.agent import Agent
from snlib.errors import InvalidInput, SignInRequired
from snlib.settings import DEFAULT_POLICY, AccessPolicy

GUESTS_REFUSED = (
    "Guests are not let in here: your account is a guest of this organisation. Sign in with an account of the "
    "organisation, or ask an administrator."
)
_EXTERNAL = "#EXT#"
"""Part of a guest's user principal name. Source: https://learn.microsoft.com/entra/external-id/user-properties"""


@dataclass(frozen=True, slots=True)
class Claims(Agent):
    """An ID token's claims, read and checked: an agent who has no session yet.

    Attributes:
        tenant_id: ``tid``; empty with a provider that has no tenants.
        object_id: ``oid``; with another provider ``sub``.
        roles: App roles, including those that the policy's claim gives.
        mapped: Those of ``roles`` that only the policy's claim gives.
        guest: The account is a guest in the directory.
    """

    session_id: str = field(default="", init=False)
    signed_in_at: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)
    mapped: frozenset[str] = frozenset()
    guest: bool = False


def read_claims(claims: object, policy: AccessPolicy = DEFAULT_POLICY) -> Claims:
    """Return an ID token's claims as `Claims`.

    ``iss``, ``tid`` and ``oid`` identify the person; ``iss`` and ``sub`` do where the policy names another provider's
    claim and both others are missing.

    Raises:
        InvalidInput: Key ``claims``: the first claim that is missing or malformed, in one sentence.
    """
    if not isinstance(claims, Mapping):
        raise _malformed("The claims are not a JSON object.")
    issuer = _required(claims, "iss")
    if policy.claim and "oid" not in claims and "tid" not in claims:
        tenant_id, object_id = "", _required(claims, "sub")
    else:
        tenant_id, object_id = _required(claims, "tid"), _required(claims, "oid")
    carried = _texts(claims, "roles")
    mapped = frozenset[str]().union(*(policy.claim_roles.get(value, ()) for value in _values(claims, policy.claim)))
    username = _text(claims, "preferred_username")
    return Claims(
        issuer=issuer,
        tenant_id=tenant_id,
        object_id=object_id,
        name=_text(claims, "name") or username,
        email=_text(claims, "email"),
        username=username,
        roles=carried | mapped,
        mapped=mapped - carried,
        wids=_texts(claims, "wids"),
        guest=_is_guest(claims),
    )


def admitted(claims: object, policy: AccessPolicy, *, provider: str) -> Claims:
    """Return the claims of a person who may sign in.

    Raises:
        SignInRequired: The claims cannot be used, or the settings refuse guests; nobody is signed in.
    """
    try:
        who = read_claims(claims, policy)
    except InvalidInput as error:
        raise SignInRequired(
            f"{provider} sent an identity that cannot be used, so you were not signed in. {error.user_message} Tell "
            "your administrator.",
            log=f"claims refused: {error.user_message}",
        ) from None
    if who.guest and policy.refuse_guests:
        raise SignInRequired(GUESTS_REFUSED, log="a guest was refused")
    return who


def _is_guest(claims: Mapping[str, Any]) -> bool:
    """Return whether the account is a guest: ``acct`` 1, ``userType`` Guest, or a guest's user principal name."""
    names = (_text(claims, name) for name in ("preferred_username", "upn", "unique_name"))
    return (
        str(claims.get("acct", "")).strip() in ("1", "True")
        or _text(claims, "userType").casefold() == "guest"
        or any(_EXTERNAL in name.upper() for name in names)
    )


def _required(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if value is None:
        raise _malformed(f"The claim {name} is missing.")
    if not isinstance(value, str) or not value.strip():
        raise _malformed(f"The claim {name} must be a text that is not empty.")
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str):
        raise _malformed(f"The claim {name} must be a text.")
    return value


def _texts(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    value = claims.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise _malformed(f"The claim {name} must be a list of texts.")
    return frozenset(value)


def _values(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the values of the policy's claim: a text or a list of texts, also inside objects (a dotted name).

    Some providers send a single value without a list, and some nest (Keycloak's ``realm_access.roles``). A claim whose
    whole name is this, dots included, comes first (``https://example.com/roles``).
    """
    if not name:
        return ()
    value: Any = claims
    for part in (name,) if name in claims else name.split("."):
        value = value.get(part, []) if isinstance(value, Mapping) else []
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(entry, str) for entry in values):
        raise _malformed(f"The claim {name} must be a text or a list of texts.")
    return tuple(values)


def _malformed(sentence: str) -> InvalidInput:
    return InvalidInput({"claims": sentence})
