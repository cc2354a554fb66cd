"""Which error an answer of ServiceNow is, and the sentence an agent reads about it.

Pure functions of status, headers and body. Vendor: Table API reference (statuses and the error envelope); inbound REST
API rate limiting (429); KB0564204 (202 and 429 without headers); KB0778443 (200 with a trailing ``error``).
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


def error_of(refusal: Refusal, *, table: str, one_record: bool) -> SnlibError:
    """Return the error of an answer with this status that holds no ``result``."""
    status = refusal.status
    if _ASLEEP.search(refusal.page):
        return _web_page(refusal)
    if _CANCELLED.search(refusal.words):
        return cancelled(refusal)
    if status == 401:
        sentence = "ServiceNow refused your sign-in. Reconnect to continue."
        return SignInRequired(sentence, log=f"HTTP 401: {refusal.words}")
    if status == 202:
        sentence = "ServiceNow queued the request instead of answering. Try again."
        return _error(RateLimited, sentence, refusal, retry_after=timedelta(seconds=1))
    if status == 429 or (status == 503 and header(refusal.headers, "retry-after")):
        return rate_limited(SERVICE, refusal.headers, **_facts(refusal))
    if status >= 500 or status in (408, 499):
        return _error(ServiceFailure, "ServiceNow isn't answering properly right now.", refusal)
    if 300 <= status < 400:
        sentence = "ServiceNow redirected the request unexpectedly, so it was stopped."
        return _error(UnexpectedAnswer, sentence, refusal, kind="redirect")
    if status >= 400:
        return _rejected(refusal, table, one_record=one_record)
    return _web_page(refusal) if refusal.page else shape(status, refusal.headers, refusal.words)


def _web_page(refusal: Refusal) -> UnexpectedAnswer:
    """Return the error of a web page where data was promised; the page itself goes nowhere."""
    if _ASLEEP.search(refusal.page):
        sentence = "This ServiceNow instance is asleep. Wake it in the developer portal, then try again."
        return _error(UnexpectedAnswer, sentence, refusal, kind="hibernating")
    if _LOGIN.search(refusal.page):
        sentence = "ServiceNow asked for a browser sign-in instead of data. Reconnect."
        return _error(UnexpectedAnswer, sentence, refusal, kind="login_page")
    return _error(UnexpectedAnswer, "ServiceNow sent a web page instead of data.", refusal, kind="web_page")


def cancelled(refusal: Refusal) -> UnexpectedAnswer:
    """Return the error of a search the instance gave up after its quota (60 s)."""
    sentence = "ServiceNow gave up on this search because it took too long. Narrow the filters."
    return _error(UnexpectedAnswer, sentence, refusal, kind="cancelled")


def is_cancelled(text: str) -> bool:
    """Return whether the instance says that it gave up."""
    return _CANCELLED.search(text) is not None


def shape(status: int, headers: Mapping[str, str], why: str = "") -> UnexpectedAnswer:
    """Return the error of an answer whose form is not what the API promises."""
    refusal = Refusal(status, headers, why, "", "")
    return _error(UnexpectedAnswer, "ServiceNow's answer had an unexpected form.", refusal, kind="shape")


def _rejected(refusal: Refusal, table: str, *, one_record: bool) -> ServiceError:
    """Return the error of a status 4xx that is neither 401 nor 429."""
    status = refusal.status
    if status == 403:
        noun = _NOUNS.get(table, f"the table {table}" if table else "this data")
        sentence = f"Your ServiceNow account can't read {noun}. Ask for the itil role or similar."
        return _error(AccessRefused, sentence, refusal)
    message = refusal.message.lower()
    unknown_address = message.startswith("requested uri")
    if status == 404 and one_record and not unknown_address:
        return _error(RecordNotFound, "This record isn't available: it may be deleted or hidden from you.", refusal)
    sentence = f"ServiceNow refused the form of the request (HTTP {status})."
    if unknown_address:
        sentence = "ServiceNow doesn't know this API address. Check the incident API URL of the connector."
    elif status == 404 or message.startswith("invalid table"):
        sentence = f"Table '{table}' wasn't found on this instance."
    elif status == 414:
        sentence = "The question is too long for ServiceNow. Choose fewer filter values."
    elif status == 400:
        sentence = "ServiceNow couldn't understand this filter. Reset filters?"
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
