"""Who may do what in the dashboard; pure.

Our roles never widen ServiceNow's: calls go out with the agent's own token.
"""

from snlib.access.claims import admitted, read_claims
from snlib.access.decision import Decision, claims_left_out, decide, granted_by, roles_of
from snlib.access.explain import explain
from snlib.permissions import GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR, Permission
from snlib.settings import DEFAULT_POLICY, AccessPolicy

__all__ = [
    "DEFAULT_POLICY",
    "GLOBAL_ADMINISTRATOR",
    "INTUNE_ADMINISTRATOR",
    "AccessPolicy",
    "Decision",
    "Permission",
    "admitted",
    "claims_left_out",
    "decide",
    "explain",
    "granted_by",
    "read_claims",
    "roles_of",
]
