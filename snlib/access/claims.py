"""An ID token's claims, read: who signed in, with which roles, and whether as a guest.

The code that received the token has already checked its signature, issuer and dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    claim and both others are missing. A claim that is null counts as missing. Only what identifies somebody or gives a
    role can refuse them: a name or an address of another form is left empty.

    Raises:
        InvalidInput: Key ``claims``: the first claim that is missing or malformed, in one sentence.
    """
    if not isinstance(claims, Mapping):
        raise _malformed("The claims are not a JSON object.")
    issuer = _required(claims, "iss")
    if policy.claim and claims.get("oid") is None and claims.get("tid") is None:
        tenant_id, object_id = "", _required(claims, "sub")
    else:
        tenant_id, object_id = _required(claims, "tid"), _required(claims, "oid")
    granting = {name: _values(claims, name) for name in ("roles", "wids", policy.claim) if name}
    given = granting[policy.claim] if policy.claim else frozenset()
    mapped = frozenset[str]().union(*(policy.claim_roles.get(value, ()) for value in given))
    username, email = _shown(claims, "preferred_username"), _shown(claims, "email")
    return Claims(
        issuer=issuer,
        tenant_id=tenant_id,
        object_id=object_id,
        name=_shown(claims, "name") or username or email,
        email=email,
        username=username,
        roles=granting["roles"] | mapped,
        mapped=mapped - granting["roles"],
        wids=granting["wids"],
        overage=_left_out(claims, [name for name, values in granting.items() if not values]),
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
    names = [text for name in ("preferred_username", "upn", "unique_name") for text in _texts(claims.get(name))]
    return (
        claims.get("acct") is True
        or not {"1", "True"}.isdisjoint(text.strip() for text in _texts(claims.get("acct")))
        or any(text.strip().casefold() == "guest" for text in _texts(claims.get("userType")))
        or any(_EXTERNAL in text.upper() for text in names)
    )


def _left_out(claims: Mapping[str, Any], empty: Iterable[str]) -> frozenset[str]:
    """Return those of the ``empty`` claims that the provider says are too long for the token.

    Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#groups-overage-claim
    """
    named = claims.get("_claim_names")
    elsewhere = set(named if isinstance(named, Mapping) else _texts(named))
    if claims.get("hasgroups") is True or "true" in _texts(claims.get("hasgroups")):
        elsewhere.add("groups")
    return frozenset(name for name in empty if not elsewhere.isdisjoint((name, name.partition(".")[0])))


def _required(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if value is None:
        raise _malformed(f"The claim {name} is missing.")
    if not isinstance(value, str) or not value.strip():
        raise _malformed(f"The claim {name} must be a text that is not empty.")
    return value


def _shown(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that is only shown to people: its first text, empty without one."""
    return next(iter(_texts(claims.get(name))), "")


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return the values of a claim that grants something, also inside objects (a dotted name).

    Some providers send a single value without a list, and some nest (Keycloak's ``realm_access.roles``). A claim whose
    whole name is this, dots included, comes first (``https://example.com/roles``).
    """
    value: Any = claims
    for part in (name,) if name in claims else name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping | bool | float):
        raise _malformed(f"The claim {name} must be a text or a list of texts.")
    return frozenset(_texts(value))


def _texts(value: Any) -> list[str]:
    """Return the texts in a claim: one text is a list of one, whole numbers count by their digits, lists may nest.

    Blank texts and what is neither are left out, so that one odd value costs itself.
    """
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, str) and one.strip():
            found.append(one)
        elif isinstance(one, int) and not isinstance(one, bool):
            found.append(str(one))
    return found


def _malformed(sentence: str) -> InvalidInput:
    return InvalidInput({"claims": sentence})
