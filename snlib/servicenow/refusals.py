"""Which error an answer of ServiceNow is, and the sentence an agent reads about it.

Pure functions of status, headers and body. A status alone names no cause: a firewall, a missing API access scope and a
missing role all answer 403. A sentence names the cause that the answer's own words or form establish, or says that the
answer names none.

Vendor: Table API reference (statuses and the error envelope); inbound REST API rate limiting (429); KB0564204 (202 and
429 without headers); KB0778443 (200 with a trailing ``error``); KB0793431 (IP address access control); "REST API Auth
Scope" (403 "Missing required api access scope", and 401 for securely scoped applications); KB0551763 (404 for an empty
list of version 1).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from snlib.errors import (
    AccessRefused,
    RateLimited,
    RecordNotFound,
    RequestRejected,
    ServiceError,
    ServiceFailure,
    SignInRequired,
    SnlibError,
    UnexpectedAnswer,
)
from snlib.text import plain_cell
from snlib.transport.headers import header, rate_limited

SERVICE = "ServiceNow"
E = TypeVar("E", bound=ServiceError)

_NOUNS = {"incident": "incidents", "sys_user": "user records", "sys_user_group": "groups"}
_CANCELLED = re.compile(r"transaction cancelled|maximum execution time", re.IGNORECASE)
_ASLEEP = re.compile(r"instance is hibernating|instance hibernating|instance is currently offline", re.IGNORECASE)
_LOGIN = re.compile(r"login\.do|user_password|samlrequest|<title>\s*(log|sign)\s*-?\s*[io]n\b", re.IGNORECASE)
_NO_SUCH_ROWS = re.compile(r"records? matching query not found", re.IGNORECASE)

_CAUSES = (
    # The first that matches: ServiceNow heads a missing scope with "User Not Authorized", too.
    ("scope", re.compile(r"(access|auth|api) scope|unscoped api", re.IGNORECASE)),
    ("network", re.compile(r"\bIP (address|access|range)|restricted by IP", re.IGNORECASE)),
    ("table", re.compile(r"WebServicePolicyValidator|web service (access|policy)", re.IGNORECASE)),
    ("role", re.compile(r"not authorized|insufficient rights|\bACLs?\b|security constraints|access control", re.I)),
)
_SCOPE = (
    "ServiceNow does not let the connector's application use this API (HTTP {status}): an API access scope is missing. "
    "Your roles are not the cause. Ask an administrator to test the connection on the page ServiceNow connector."
)
_NETWORK = (
    "A web page refused the request before ServiceNow's API answered (HTTP {status}). A firewall, a proxy or the "
    "instance's IP address access control can be the cause; your roles are not. Ask an administrator to test the "
    "connection on the page ServiceNow connector."
)
_BLOCKED_ADDRESS = (
    "ServiceNow does not accept requests from this server's address (HTTP {status}). Ask a ServiceNow administrator to "
    "allow it in the IP address access control."
)
_NO_WEB_SERVICE = (
    "The table {table} is not open to web services on this instance (HTTP {status}). Ask a ServiceNow administrator to "
    "allow access to this table via web services."
)
_ROLE = {
    "incident": "ServiceNow's access rules do not let your account read incidents (HTTP {status}). Ask a ServiceNow "
    "administrator for a role that reads them, such as itil or sn_incident_read.",
    "": "ServiceNow's access rules do not let your account read {noun} (HTTP {status}). Ask a ServiceNow administrator "
    "for a role that reads them.",
}
_NO_REASON = (
    "ServiceNow refused to let your account read {noun} and did not say why (HTTP {status}). A role, an API access "
    "scope or a firewall can be the cause. Ask an administrator to test the connection on the page ServiceNow "
    "connector."
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not a success: the envelope's message and detail, shortened, or the web page that came."""

    status: int
    headers: Mapping[str, str]
    message: str
    detail: str
    page: str

    @property
    def words(self) -> str:
        """The service's own words, for the log and the administrator."""
        return ": ".join(part for part in (self.message, self.detail) if part)


def refusal_of(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """Take an answer apart; nothing in it can make this fail."""
    page = body[:65_536].decode("utf-8", "replace") if is_web_page(headers, body) else ""
    envelope = _error_part(body) if not page else {}
    return Refusal(status, headers, _words(envelope.get("message")), _words(envelope.get("detail")), page)


def is_web_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether the answer is for a browser, whatever its status says."""
    content_type = header(headers, "content-type").lower()
    return "html" in content_type or (body[:64].lstrip()[:1] == b"<" and "xml" not in content_type)


def says_no_rows(refusal: Refusal) -> bool:
    """Return whether this is version 1's own answer for a list that is empty, and not any other 404."""
    own_words = refusal.message.lower() == "no record found" and _NO_SUCH_ROWS.search(refusal.detail) is not None
    return refusal.status == 404 and own_words and "json" in header(refusal.headers, "content-type").lower()


def error_of(refusal: Refusal, *, table: str, one_record: bool) -> SnlibError:
    """Return the error of an answer with this status that holds no ``result``."""
    status = refusal.status
    if _ASLEEP.search(refusal.page):
        return _web_page(refusal)
    if _CANCELLED.search(refusal.words):
        return cancelled(refusal)
    if status in (401, 403, 407):
        return _refused(refusal, table)
    if status == 202:
        sentence = "ServiceNow queued the request instead of answering. Try again."
        return _error(RateLimited, sentence, refusal, retry_after=timedelta(seconds=1))
    if status == 429 or (status == 503 and header(refusal.headers, "retry-after")):
        return rate_limited(SERVICE, refusal.headers, page=bool(refusal.page), **_facts(refusal))
    if status >= 500 or status in (408, 499):
        return _error(ServiceFailure, _failed(refusal), refusal)
    if 300 <= status < 400:
        sentence = "ServiceNow redirected the request unexpectedly, so it was stopped."
        return _error(UnexpectedAnswer, sentence, refusal, kind="redirect")
    if status >= 400:
        return _rejected(refusal, table, one_record=one_record)
    return _web_page(refusal) if refusal.page else shape(status, refusal.headers, refusal.words)


def _refused(refusal: Refusal, table: str) -> SnlibError:
    """Return the error of 401, 403 or 407, with the cause that the answer's own words or form establish."""
    status, noun = refusal.status, _NOUNS.get(table, f"the table {table}" if table else "this data")
    if refusal.page and status != 407 and _LOGIN.search(refusal.page):
        return _web_page(refusal)
    kind = "network" if refusal.page or status == 407 else ""
    kind = kind or next((kind for kind, words in _CAUSES if words.search(refusal.words)), "unknown")
    if status == 401 and kind not in ("network", "scope"):
        sentence = "ServiceNow did not accept your sign-in. Authenticate with ServiceNow again."
        return SignInRequired(sentence, log=f"HTTP 401: {refusal.words}")
    sentence = {
        "scope": _SCOPE,
        "network": _NETWORK if refusal.page or status == 407 else _BLOCKED_ADDRESS,
        "table": _NO_WEB_SERVICE,
        "role": _ROLE.get(table, _ROLE[""]),
        "unknown": _NO_REASON,
    }[kind]
    return _error(AccessRefused, sentence.format(status=status, noun=noun, table=table), refusal, kind=kind)


def _failed(refusal: Refusal) -> str:
    if refusal.page:
        return f"ServiceNow's address answered with an error page (HTTP {refusal.status}) instead of data."
    return f"ServiceNow isn't answering properly right now (HTTP {refusal.status})."


def _web_page(refusal: Refusal) -> UnexpectedAnswer:
    """Return the error of a web page where data was promised; the page itself goes nowhere."""
    if _ASLEEP.search(refusal.page):
        sentence = "This ServiceNow instance is asleep. Wake it in the developer portal, then try again."
        return _error(UnexpectedAnswer, sentence, refusal, kind="hibernating")
    if _LOGIN.search(refusal.page):
        sentence = "A page to log in came instead of data. Authenticate with ServiceNow again."
        return _error(UnexpectedAnswer, sentence, refusal, kind="login_page")
    sentence = "A web page came instead of data: the instance's host may be wrong, or a proxy or firewall answered."
    return _error(UnexpectedAnswer, sentence, refusal, kind="web_page")


def cancelled(refusal: Refusal) -> UnexpectedAnswer:
    """Return the error of a search the instance gave up after its quota (60 s)."""
    sentence = "ServiceNow gave up on this question because it took too long."
    return _error(UnexpectedAnswer, sentence, refusal, kind="cancelled")


def is_cancelled(text: str) -> bool:
    """Return whether the instance says that it gave up."""
    return _CANCELLED.search(text) is not None


def shape(status: int, headers: Mapping[str, str], why: str = "") -> UnexpectedAnswer:
    """Return the error of an answer whose form is not what the API promises."""
    refusal = Refusal(status, headers, why, "", "")
    return _error(UnexpectedAnswer, "ServiceNow's answer had an unexpected form.", refusal, kind="shape")


def uncounted() -> UnexpectedAnswer:
    """Return the error of a list without rows whose answer does not say that there are none."""
    sentence = "ServiceNow sent no rows and did not say how many there are, so it is not known whether there are any."
    why = "no rows and no X-Total-Count"
    return UnexpectedAnswer(sentence, service=SERVICE, kind="shape", status=200, detail=why)


def _rejected(refusal: Refusal, table: str, *, one_record: bool) -> ServiceError:
    """Return the error of a status 4xx that no other rule names."""
    status, message = refusal.status, refusal.message.lower()
    if status == 404 and one_record and message == "no record found":
        return _error(RecordNotFound, "This record isn't available: it may be deleted or hidden from you.", refusal)
    sentence = f"ServiceNow refused the form of the request (HTTP {status})."
    if message.startswith("requested uri"):
        sentence = "ServiceNow doesn't know this API address. Check the incident API URL of the connector."
    elif message.startswith("invalid table"):
        sentence = f"Table '{table}' wasn't found on this instance."
    elif status == 404:
        sentence = (
            "Nothing was found at this address of ServiceNow's API (HTTP 404), so it is not known what there is. Check "
            "the instance host and the incident API URL of the connector."
        )
    elif status == 414:
        sentence = "The question is too long for ServiceNow (HTTP 414). Fewer filters make it shorter."
    elif status == 400:
        sentence = "ServiceNow couldn't understand the question (HTTP 400)."
    return _error(RequestRejected, sentence, refusal)


def _error(cls: type[E], sentence: str, refusal: Refusal, **more: Any) -> E:
    return cls(sentence, service=SERVICE, **_facts(refusal), **more)


def _facts(refusal: Refusal) -> dict[str, Any]:
    transaction_id = _words(header(refusal.headers, "x-transaction-id"))
    return {"status": refusal.status, "detail": refusal.words, "transaction_id": transaction_id}


def _error_part(body: bytes) -> Mapping[str, Any]:
    """Return the envelope's ``error`` as far as there is one; a plain string counts as its message."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return {}  # a refusal's status says enough; its body is a courtesy
    error = envelope.get("error") if isinstance(envelope, dict) else None
    if isinstance(error, str):
        return {"message": error}
    return error if isinstance(error, dict) else {}


def _words(text: Any) -> str:
    return plain_cell(text, max_chars=300) if isinstance(text, str) else ""


def not_narrowed(status: int, why: str) -> UnexpectedAnswer:
    """Return the error of an answer about more than was asked for: an instance drops a condition it cannot read."""
    sentence = (
        "ServiceNow's answer is not limited to what was asked for, so nothing of it is shown. The connector's table "
        "may lack a column, or your account may not read it: an administrator can find out with Test connection."
    )
    return UnexpectedAnswer(sentence, service=SERVICE, kind="foreign", status=status, detail=why)


def unproven_empty(why: str) -> UnexpectedAnswer:
    """Return the error of an empty answer that may come of a condition the instance cannot read."""
    sentence = (
        "ServiceNow found nothing, but it is not certain that it looked: the connector's table may lack a column, or "
        "your account may not read it. An administrator can find out with Test connection."
    )
    return UnexpectedAnswer(sentence, service=SERVICE, status=200, detail=why)
