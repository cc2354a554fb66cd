"""What an ID token's claims allow, permission by permission: how an administrator debugs a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from snlib.access.claims import GUESTS_REFUSED, Claims, read_claims
from snlib.access.decision import Decision, claims_left_out, decide
from snlib.errors import InvalidInput
from snlib.permissions import Permission
from snlib.settings import DEFAULT_POLICY, AccessPolicy


@dataclass(frozen=True, slots=True)
class Explanation:
    """Each permission with its answer, in the order of `Permission`; all are refused where claims are malformed.

    ``left_out`` is a sentence about claims that the provider left out, empty without any.
    """

    decisions: Mapping[Permission, Decision]
    malformed: bool = False
    left_out: str = ""


def explain(claims: object, policy: AccessPolicy = DEFAULT_POLICY) -> Explanation:
    """Return what a person with these claims may do: nothing, with the reason, when the claims cannot be read."""
    try:
        who = read_claims(claims, policy)
    except InvalidInput as error:
        return refused(error.user_message)
    if who.guest and policy.refuse_guests:
        return Explanation({permission: Decision(False, GUESTS_REFUSED) for permission in Permission})
    decisions = {each: _with_origin(decide(who, each, policy), who, policy) for each in Permission}
    return Explanation(decisions, left_out=claims_left_out(who))


def refused(fault: str) -> Explanation:
    """Return the explanation of claims that cannot be read: every permission is refused because of ``fault``."""
    reason = f"Everything is refused, because the claims cannot be used. {fault}"
    return Explanation({permission: Decision(False, reason) for permission in Permission}, malformed=True)


def _with_origin(decision: Decision, who: Claims, policy: AccessPolicy) -> Decision:
    """Add the claim that gave the role, where it was not the claim ``roles``."""
    if decision.allowed and any(decision.reason == f"Granted by the app role {role}." for role in who.mapped):
        return Decision(True, f"{decision.reason[:-1]}, which the claim {policy.claim} gives.")
    return decision
