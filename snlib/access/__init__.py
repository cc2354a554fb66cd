"""Who may do what in the dashboard; pure.

Our roles never widen ServiceNow's: calls go out with the agent's own token.
"""

from snlib.access.claims import Claims, admitted, read_claims
from snlib.access.decision import Decision, decide, roles_of
from snlib.access.explain import Explanation, explain
from snlib.access.policy import (
    APP_ROLES,
    DEFAULT_POLICY,
    GLOBAL_ADMINISTRATOR,
    INTUNE_ACTIONS,
    INTUNE_ADMINISTRATOR,
    AccessPolicy,
    policy_of,
)
from snlib.permissions import Permission

__all__ = [
    "APP_ROLES",
    "DEFAULT_POLICY",
    "GLOBAL_ADMINISTRATOR",
    "INTUNE_ACTIONS",
    "INTUNE_ADMINISTRATOR",
    "AccessPolicy",
    "Claims",
    "Decision",
    "Explanation",
    "Permission",
    "admitted",
    "decide",
    "explain",
    "policy_of",
    "read_claims",
    "roles_of",
]
