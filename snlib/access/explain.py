"""What an ID token's claims allow, permission by permission: how an administrator debugs a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from snlib.access.claims import GUESTS_REFUSED, Claims, read_claims
from snlib.access.decision import Decision, decide
from snlib.agent import Agent
from snlib.errors import InvalidInput
from snlib.permissions import Permission
from snlib.settings import DEFAULT_POLICY, AccessPolicy


@dataclass(frozen=True, slots=True)
class Explanation:
    """What claims allow.

    Attributes:
        decisions: Each permission with its answer, in the order of `Permission`.
        malformed: The claims could not be read, so everything is refused.
    """

    decisions: Mapping[Permission, Decision]
    malformed: bool = False


def explain(claims: object, policy: AccessPolicy = DEFAULT_POLICY) -> Explanation:
    """Return what somebody with these claims may do; claims that cannot be read refuse everything and say why."""
    try:
        identity = read_claims(claims, policy)
    except InvalidInput as error:
        return refused(error.user_message)
    if identity.guest and policy.refuse_guests:
        return Explanation({permission: Decision(False, GUESTS_REFUSED) for permission in Permission})
    agent = _agent(identity)
    return Explanation({each: _with_origin(decide(agent, each, policy), identity, policy) for each in Permission})


def refused(fault: str) -> Explanation:
    """Return the explanation of claims that cannot be read: everything is refused, because of ``fault``."""
    reason = f"Everything is refused, because the claims cannot be used. {fault}"
    return Explanation({permission: Decision(False, reason) for permission in Permission}, malformed=True)


def _with_origin(decision: Decision, identity: Claims, policy: AccessPolicy) -> Decision:
    """Say which claim gave the role where it was not the claim ``roles``."""
    if decision.allowed and any(decision.reason == f"Granted by the app role {role}." for role in identity.mapped):
        return Decision(True, f"{decision.reason[:-1]}, which the claim {policy.claim} stands for.")
    return decision


def _agent(identity: Claims) -> Agent:
    return Agent(
        issuer=identity.issuer,
        tenant_id=identity.tenant_id,
        object_id=identity.object_id,
        name=identity.name,
        email=identity.email,
        username=identity.username,
        roles=identity.roles,
        wids=identity.wids,
        session_id="",
        signed_in_at=datetime.fromtimestamp(0, UTC),
    )
