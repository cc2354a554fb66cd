"""Who an access token belongs to, and which roles that account has, as far as the instance says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from snlib.errors import AccessRefused, RecordNotFound, RequestRejected, SignInRequired, UnexpectedAnswer
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Query, field
from snlib.servicenow.protocol import result_of
from snlib.servicenow.records import is_key
from snlib.servicenow.refusals import SERVICE
from snlib.text import plain_cell
from snlib.transport import Answer

MAX_ROLES = 200
READ_INCIDENTS = ("admin", "itil", "itil_admin", "sn_incident_read", "sn_incident_write")
"""Roles with which the stock access rules let somebody read incidents of others."""


@dataclass(frozen=True, slots=True)
class SignedInUser:
    """The ServiceNow user whose account a call is made with."""

    sys_id: str
    user_name: str
    name: str

    @property
    def called(self) -> str:
        """What to call the account in a sentence: "Anna Berg (anna.berg)", or whatever of it is known."""
        if self.name and self.user_name:
            return f"{self.name} ({self.user_name})"
        return self.name or self.user_name or self.sys_id


def current_user(client: TableClient) -> SignedInUser:
    """Return the ServiceNow user ``client`` acts as.

    The user interface's own endpoint is asked first; it is not documented, and some instances serve it to browser
    sessions only. Then ``sys_user`` is asked for the one row that is the signed-in user: an instance that refuses the
    script in that condition drops it and answers with anybody's rows, so two rows mean that nobody is known.

    Raises:
        UnexpectedAnswer: The instance did not say who is signed in; beside it what a client raises.
    """
    try:
        # Not renewed: some instances refuse every token here.
        return client.calls.get("/api/now/ui/user/current_user", {}, _identity, renew=False)
    except (AccessRefused, RequestRejected, SignInRequired, UnexpectedAnswer):
        # Not served here, or not to tokens: the documented way is asked, and says what is wrong if that fails too.
        return _from_table(client)


def _from_table(client: TableClient) -> SignedInUser:
    query = Query().where(field("sys_id").is_current_user())
    page = client.page("sys_user", query, ("user_name", "name"), limit=2, labels=False)
    if len(page.records) != 1 or (page.total or 1) != 1 or not is_key(page.records[0].sys_id):
        raise _unknown("sys_user did not name exactly one user")
    record = page.records[0]
    return SignedInUser(record.sys_id, record.value("user_name"), record.display_value("name"))


def _identity(answer: Answer) -> SignedInUser:
    result = result_of(answer.status_code, answer.headers, answer.body, table="sys_user")
    found: dict[str, Any] = result if isinstance(result, dict) else {}
    sys_id, user_name, name = (found.get(key) for key in ("user_sys_id", "user_name", "user_display_name"))
    if not isinstance(sys_id, str) or not is_key(sys_id) or not isinstance(user_name, str):
        raise _unknown("current_user has another form")
    return SignedInUser(sys_id, user_name, name if isinstance(name, str) else user_name)


def _unknown(why: str) -> UnexpectedAnswer:
    sentence = "ServiceNow did not say whose account this is. Reconnect."
    return UnexpectedAnswer(sentence, service=SERVICE, status=200, detail=why)


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

    The first holds inherited roles too but may be hidden; the second is filled on some instances only. Raises as
    `current_user`.
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
