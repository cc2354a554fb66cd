"""Who is signed in to the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Agent:
    """A person signed in to the dashboard.

    ``(issuer, tenant_id, object_id)`` identifies them. Name, e-mail and user name are for display only, because
    providers let people change these.

    Attributes:
        session_id: SHA-256 (hex) of the opaque session cookie; never the cookie itself.
        roles: App roles, the ``roles`` claim.
        wids: Directory role template ids, the ``wids`` claim.
        overage: Claims that grant something here and that the provider left out of the ID token, as they had too many
            values.
        granted: Permissions of the agent's Intune roles (resource actions), where they were read.
    """

    issuer: str
    tenant_id: str
    object_id: str
    name: str
    email: str
    username: str
    roles: frozenset[str]
    wids: frozenset[str]
    session_id: str
    signed_in_at: datetime
    overage: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The agent's key in the database's tables."""
        return f"{self.issuer}|{self.tenant_id}|{self.object_id}"
