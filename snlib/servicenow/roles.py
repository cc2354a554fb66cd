"""Which roles the account of a token has, as far as the instance says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from snlib.errors import AccessRefused, RecordNotFound, RequestRejected
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Query, field
from snlib.servicenow.identity import SignedInUser, current_user
from snlib.text import plain_cell

MAX_ROLES = 200
READ_INCIDENTS = ("admin", "itil", "itil_admin", "sn_incident_read", "sn_incident_write")
"""Roles with which the stock access rules let somebody read incidents of others."""


@dataclass(frozen=True, slots=True)
class AccountRoles:
    """An account and its roles.

    Attributes:
        names: In alphabetical order; None when the instance does not show the account its own roles.
    """

    account: SignedInUser
    names: tuple[str, ...] | None

    @property
    def reading_incidents(self) -> tuple[str, ...]:
        """Those that read incidents."""
        return tuple(name for name in self.names or () if name in READ_INCIDENTS)


def own_roles(table: TableClient) -> AccountRoles:
    """Return the roles of the account ``table`` asks as: from ``sys_user_has_role``, else from ``sys_user.roles``.

    The first holds inherited roles too but may be hidden; the second is filled on some instances only.

    Raises:
        SignInRequired: The token was refused.
        ServiceError: ServiceNow did not say whose account it is, or failed.
        ServiceUnreachable: No answer.
    """
    account = current_user(table)
    return AccountRoles(account, _granted(table, account) or _listed(table, account))


def _granted(table: TableClient, account: SignedInUser) -> tuple[str, ...] | None:
    query = Query().where(field("user").equals(account.sys_id))
    try:
        page = table.page("sys_user_has_role", query, ("user", "role", "state"), limit=MAX_ROLES)
    except (AccessRefused, RecordNotFound, RequestRejected):
        return None
    # Looked at again here: an instance drops a condition it cannot read.
    own = [record for record in page.records if record.value("user") == account.sys_id]
    active = [record for record in own if record.value("state") in ("", "active")]
    return _sorted(record.display_value("role") for record in active)


def _listed(table: TableClient, account: SignedInUser) -> tuple[str, ...] | None:
    try:
        record = table.get("sys_user", account.sys_id, ("user_name", "roles"))
    except (AccessRefused, RecordNotFound, RequestRejected):
        return None
    return _sorted(record.value("roles").split(","))


def _sorted(names: Iterable[str]) -> tuple[str, ...] | None:
    return tuple(sorted({cleaned for name in names if (cleaned := plain_cell(name))})) or None
