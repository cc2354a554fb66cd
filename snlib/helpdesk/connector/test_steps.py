"""The steps of the connection test: what each asks, and what it reports.

The menus named are those of the instance's own navigator (https://www.servicenow.com/docs, "Create an endpoint for
clients to access the instance" and "Machine Identity Console").
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from snlib.connector.connection_tests import CheckOutcome, CheckResult
from snlib.connector.model import ValidConnector
from snlib.errors import (
    AccessRefused,
    RateLimited,
    RecordNotFound,
    RequestRejected,
    ServiceFailure,
    ServiceUnreachable,
    SignInRequired,
    SnlibError,
    UnexpectedAnswer,
)
from snlib.incidents import EXCHANGED_FIELDS
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
    """Request the table without credentials: a ServiceNow instance answers 401, in JSON."""
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


def read_steps(table: TableClient, name: str) -> Iterator[CheckResult]:
    """Read one record of ``name`` and its caller, and yield the three steps about reading."""
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
    if not page.records and page.total:
        yield _step("table", "failed", "There are incidents, but this account can read none of them.", _NEEDS_ROLE)
        return
    if not page.records:
        yield _step("table", "warning", "The table answered, but no incident in it could be read.")
        yield _step("columns", "warning", "There was no incident to check.")
        yield _step("caller", "warning", "There was no incident to check.")
        return
    record = page.records[0]
    yield _step("table", "ok", "One incident was read.")
    yield _columns(record)
    yield _caller(table, record)


def _columns(record: Record) -> CheckResult:
    missing = [name for name in EXCHANGED_FIELDS if name not in record]
    if not missing:
        return _step("columns", "ok", f"All {len(EXCHANGED_FIELDS)} exchanged fields are readable.")
    remedy = f"{ACCESS_CONTROL}: allow read on incident.{missing[0]} and similar fields."
    return _step("columns", "warning", f"Not readable: {', '.join(missing)}. These columns stay empty.", remedy)


def _caller(table: TableClient, record: Record) -> CheckResult:
    caller = record["caller_id"].value if "caller_id" in record else ""
    if not caller:
        return _step("caller", "warning", "The incident has no caller to look up.")
    remedy = f"{ACCESS_CONTROL}: allow read on sys_user and its fields email and user_name."
    unreadable = _step("caller", "failed", "The caller's user record is not readable.", remedy)
    fields = ("sys_id", "user_name", "email", "name")
    try:
        query = Query().where(field("sys_id").equals(caller))
        page = table.page("sys_user", query, fields=fields, limit=2, labels=False)
    except RecordNotFound:
        return unreadable
    except SnlibError as error:
        return _step("caller", "failed", error.user_message, remedy_of(error, role=remedy))
    if len(page.records) != 1:
        return unreadable
    user = page.records[0]
    if not any(name in user and user[name].value for name in ("email", "user_name")):
        return _step("caller", "failed", "Callers can be read, but neither their e-mail nor their user ID.", remedy)
    return _step("caller", "ok", "The incident's caller was found by e-mail or user ID.")
