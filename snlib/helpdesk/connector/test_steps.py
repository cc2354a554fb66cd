"""The steps of the connection test: what each asks, and what it reports.

The menus named are those of the instance's own navigator (https://www.servicenow.com/docs, "Create an endpoint for
clients to access the instance" and "Machine Identity Console").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from snlib.connector.connection_tests import CheckOutcome, CheckResult
from snlib.connector.model import ValidConnector
from snlib.errors import (
    AccessRefused,
    InvalidInput,
    RateLimited,
    RequestRejected,
    ServiceFailure,
    ServiceUnreachable,
    SignInRequired,
    SnlibError,
    UnexpectedAnswer,
)
from snlib.incidents import EXCHANGED_FIELDS
from snlib.servicenow.aggregate import AggregateClient
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Query, field
from snlib.servicenow.protocol import decipher
from snlib.servicenow.records import Record
from snlib.transport import Transport

LABELS = {
    "host": "Host reached",
    "client": "Client known",
    "consent": "Consent given",
    "token": "Token received",
    "table": "Table readable",
    "columns": "Columns readable",
    "caller": "Caller resolvable",
}
REGISTRY = "System OAuth › Application Registry (newer instances: Machine Identity Console › Inbound integrations)"
ACCESS_CONTROL = "System Security › Access Control (ACL)"
ROLES = "User Administration › Users › Roles"
LONGEST_LIFETIME = timedelta(minutes=15)
NEEDED = ("number", "state")
"""Columns without which no list of incidents makes sense; the caller has a step of its own."""
MAX_CALLERS = 20
"""Callers to look up at most: the user of a few may have been deleted."""


def _step(key: str, outcome: CheckOutcome, text: str, remedy: str = "") -> CheckResult:
    return CheckResult(key, LABELS[key], outcome, text, remedy)


_CLIENT_KNOWN = _step("client", "ok", "The instance knows the client app ID and the redirect URL.")
_ALLOWED = _step("consent", "ok", "You pressed Allow.")
_NEEDS_ROLE = f"{ROLES}: add itil (or sn_incident_read) to the account."
_NEEDS_SCOPE = (
    f"{REGISTRY}: set the application to Broadly scoped, or add an authentication scope for the Table API "
    "(System Web Services › API Access Policies › REST API Auth Scope)."
)
_REFUSED = {
    "scope": _NEEDS_SCOPE,
    "network": "Let this server's address through: in the firewall or proxy on the way, and in the instance under "
    "System Security › IP Address Access Control.",
    "table": "System Definition › Tables › the table › Application Access: tick Allow access to this table via web "
    "services.",
    "client": f"{REGISTRY}: compare the client app ID and the client secret, or tick “This is a public client”.",
    "unknown": "The answer names no cause. System Logs › All shows the instance's side; if nothing is there at the "
    "time of the test, the request never reached it.",
}
_FAILED: dict[type[SnlibError], str] = {
    RateLimited: "Nothing has to be changed: test again when the time is over.",
    ServiceFailure: "Test again later; if it stays, look at the instance's own status page.",
    UnexpectedAnswer: "Check the instance host: it must be the instance's own address, no portal or proxy before it.",
    ServiceUnreachable: "Check the instance host and this server's network.",
    RequestRejected: "Check the incident API URL; normally it is /api/now/table/incident.",
}


def remedy_of(error: SnlibError, *, role: str) -> str:
    """Return how to fix what ``error`` says, and no more than it says; ``role`` where a role or ACL is missing."""
    if isinstance(error, UnexpectedAnswer) and error.kind == "hibernating":
        return "Wake the instance in the developer portal (developer.servicenow.com › Manage my instance)."
    if isinstance(error, AccessRefused):
        return _REFUSED.get(error.kind, role)
    return next((remedy for cls, remedy in _FAILED.items() if isinstance(error, cls)), "")


WAITING = _step(
    "client",
    "waiting",
    "Waiting for Allow in the ServiceNow window.",
    f"If that window shows an error instead: {REGISTRY}. “Invalid redirect_uri” means the redirect URL is not "
    "registered exactly as shown above; any other error page means the client app ID is unknown or not active.",
)


def reach_host(transport: Transport, valid: ValidConnector) -> CheckResult:
    """Request the table without credentials: a ServiceNow instance answers 401, in JSON.

    The step also says which way the request went: through which proxy, trusting which certificates.
    """
    found = _reach_host(transport, valid)
    return replace(found, text=f"{found.text} {transport.network.describe(valid.instance_url)}")


def _reach_host(transport: Transport, valid: ValidConnector) -> CheckResult:
    url = valid.instance_url + valid.incident_api_path
    try:
        answer = transport.send(
            "GET",
            url,
            service="ServiceNow",
            params={"sysparm_limit": "1", "sysparm_fields": "sys_id"},
            headers={"Accept": "application/json"},
            allowed_origin=valid.instance_url,
        )
        decipher(answer.status_code, answer.headers, answer.body)
    except SignInRequired:
        return _step("host", "ok", f"{valid.instance_url} answered as a ServiceNow instance.")
    except SnlibError as error:
        return _step("host", "failed", error.user_message, remedy_of(error, role=_FAILED[RequestRejected]))
    if answer.status_code != 200:
        text = f"The host answered HTTP {answer.status_code} where a ServiceNow instance asks for credentials."
        return _step("host", "failed", text, _FAILED[RequestRejected])
    remedy = f"Incidents should not be public: {ACCESS_CONTROL}, table incident."
    return _step("host", "warning", "The host answered without asking for credentials.", remedy)


def after_consent(lifetime_seconds: int) -> list[CheckResult]:
    """Return the steps that a token proves, with its lifetime (recommended: at most 15 minutes)."""
    lifetime = f"Valid for {lifetime_seconds // 60} min {lifetime_seconds % 60:02d} s."
    if lifetime_seconds > LONGEST_LIFETIME.total_seconds():
        text = f"{lifetime} That is longer than the recommended 15 minutes."
        remedy = f"{REGISTRY}: open the application and set Access Token Lifespan to 900."
        token = _step("token", "warning", text, remedy)
    else:
        token = _step("token", "ok", lifetime)
    return [_CLIENT_KNOWN, _ALLOWED, token]


def denied() -> list[CheckResult]:
    """Return the steps of an authorization that ended with Deny."""
    text = "ServiceNow gave no access: Deny was pressed, or the authorization ended with an error."
    return [_CLIENT_KNOWN, _step("consent", "failed", text, "Test the connection again and press Allow.")]


def not_redeemed(error: SnlibError) -> list[CheckResult]:
    """Return the steps of an authorization code that the instance did not redeem."""
    remedy = remedy_of(error, role="")
    if isinstance(error, RequestRejected):
        log = "The instance's own message is in System Logs › All, source OAuth."
        remedy = f"{_REFUSED['client']} {log}"
    return [_CLIENT_KNOWN, _ALLOWED, _step("token", "failed", error.user_message, remedy)]


def read_steps(table: TableClient, aggregate: AggregateClient, name: str) -> Iterator[CheckResult]:
    """Read some records of ``name`` and their callers, and yield the three steps about reading."""
    try:
        query = Query().order_by("opened_at", descending=True)
        page = table.page(name, query, fields=EXCHANGED_FIELDS, limit=50, labels=False)
    except SignInRequired:
        yield _step(
            "table",
            "failed",
            "The instance issued a token, but its Table API does not accept it.",
            _NEEDS_SCOPE,
        )
        return
    except SnlibError as error:
        yield _step("table", "failed", error.user_message, remedy_of(error, role=_NEEDS_ROLE))
        return
    if not page.records:
        yield from _without_rows(aggregate, name, page.total)
        return
    yield _step("table", "ok", "One incident was read.")
    yield _columns(name, page.records)
    yield _caller(table, aggregate, name, page.records)


def _without_rows(aggregate: AggregateClient, name: str, total: int | None) -> Iterator[CheckResult]:
    """Yield the steps of a table of which nothing could be read; that it is empty must be said by a count, too."""
    try:
        total = total or aggregate.count(name)
    except SnlibError as error:
        yield _step("table", "failed", error.user_message, remedy_of(error, role=_NEEDS_ROLE))
        return
    if total:
        yield _step("table", "failed", "There are incidents, but this account can read none of them.", _NEEDS_ROLE)
        return
    yield _step("table", "warning", "The table answered, but it is empty.")
    yield _step("columns", "warning", "There was no incident to check.")
    yield _step("caller", "warning", "There was no incident to check.")


def _columns(name: str, records: tuple[Record, ...]) -> CheckResult:
    missing = [one for one in EXCHANGED_FIELDS if not any(_holds(record, one) for record in records)]
    if not missing:
        return _step("columns", "ok", f"All {len(EXCHANGED_FIELDS)} exchanged fields are readable.")
    needed = [one for one in NEEDED if one in missing]
    if needed:
        remedy = (
            f"Enter the path of a table that has {' and '.join(needed)}, such as /api/now/table/incident. If {name} "
            f"has them: {ACCESS_CONTROL}: allow read on {', '.join(f'{name}.{one}' for one in needed)}."
        )
        text = f"The table {name} has no readable column {' and '.join(needed)}, which every list of incidents needs."
        return _step("columns", "failed", text, remedy)
    remedy = f"{ACCESS_CONTROL}: allow read on {name}.{missing[0]} and similar fields."
    return _step("columns", "warning", f"Not readable: {', '.join(missing)}. These columns stay empty.", remedy)


def _caller(table: TableClient, aggregate: AggregateClient, name: str, records: tuple[Record, ...]) -> CheckResult:
    """Prove that a person's incidents can be told from those of others, and look up the callers of ``records``."""
    column = f"{name}.caller_id"
    rights = f"{ACCESS_CONTROL}: allow read and query on {column}."
    if not any(_holds(record, "caller_id") for record in records):
        text = f"The table {name} has no readable column caller_id, so nobody's incidents can be found in it."
        remedy = f"Enter the path of a table that has it, such as /api/now/table/incident. If {name} has it: {rights}"
        return _step("caller", "failed", text, remedy)
    callers = _callers(records)
    try:
        faulty = "" if _lists_narrow(table, name, callers) else "Table API"
        faulty = faulty or ("" if _counts_narrow(aggregate, name, callers) else "Aggregate API")
    except SnlibError as error:
        scope = f"{REGISTRY}: allow the application the Table API and the Aggregate API."
        text = f"Incidents cannot be asked for by {column}. {error.user_message}"
        return _step("caller", "failed", text, remedy_of(error, role=f"{rights} {scope}"))
    if faulty:
        text = f"The {faulty} does not apply a condition on {column}: it does not tell callers apart."
        return _step("caller", "failed", text, rights)
    return (
        _users(table, callers) if callers else _step("caller", "warning", "No incident read has a caller to look up.")
    )


def _lists_narrow(table: TableClient, name: str, callers: tuple[str, ...]) -> bool:
    """Return whether a list holds nothing of a caller that does not exist, and only a caller's own of one that does.

    An instance drops a condition on a field it does not have, and answers with the whole table; with the property
    ``glide.invalid_query.returns_no_rows`` it answers with nothing instead, whoever the caller is.
    """
    nobody = table.page(name, _of_caller(uuid4().hex), ("caller_id",), limit=1, labels=False)
    if nobody.records or nobody.total:
        return False
    if not callers:
        return True
    own = table.page(name, _of_caller(callers[0]), ("caller_id",), limit=50, labels=False)
    return bool(own.records or own.total) and all(row.value("caller_id") == callers[0] for row in own.records)


def _counts_narrow(aggregate: AggregateClient, name: str, callers: tuple[str, ...]) -> bool:
    """Return whether a count does, too; the second is the one that a person's summary shows."""
    if aggregate.count(name, _of_caller(uuid4().hex)):
        return False
    return not callers or any(one.count for one in aggregate.group_counts(name, "state", _of_caller(callers[0])))


def _users(table: TableClient, callers: tuple[str, ...]) -> CheckResult:
    remedy = f"{ACCESS_CONTROL}: allow read on sys_user and its fields email and user_name."
    query = Query().where(field("sys_id").is_in(callers))
    try:
        page = table.page("sys_user", query, ("sys_id", "user_name", "email", "name"), limit=MAX_CALLERS, labels=False)
    except SnlibError as error:
        return _step("caller", "failed", error.user_message, remedy_of(error, role=remedy))
    users = [user for user in page.records if user.sys_id in callers]
    if not users:
        return _step("caller", "failed", "The caller's user record is not readable.", remedy)
    if not any(user.value(name) for user in users for name in ("email", "user_name")):
        return _step("caller", "failed", "Callers can be read, but neither their e-mail nor their user ID.", remedy)
    return _step("caller", "ok", "The incident's caller was found by e-mail or user ID.")


def _callers(records: Iterable[Record]) -> tuple[str, ...]:
    """Return the callers of some records, as many as are looked up; a key that no query can hold is left out."""
    found: list[str] = []
    for key in dict.fromkeys(record.value("caller_id") for record in records):
        try:
            field("sys_id").is_in([key])
        except InvalidInput:
            continue
        found += [key] if key else []
    return tuple(found[:MAX_CALLERS])


def _of_caller(key: str) -> Query:
    return Query().where(field("caller_id").equals(key))


def _holds(record: Record, name: str) -> bool:
    return name in record and name not in record.unreadable
