"""Who an access token belongs to, asked at the instance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from snlib.errors import (
    AccessRefused,
    RequestRejected,
    ServiceError,
    SignInRequired,
    UnexpectedAnswer,
)
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Query, field
from snlib.servicenow.protocol import result_of
from snlib.servicenow.records import SYS_ID
from snlib.servicenow.refusals import SERVICE


@dataclass(frozen=True, slots=True)
class SignedInUser:
    """The ServiceNow user whose account a call is made with."""

    sys_id: str
    user_name: str
    name: str


def current_user(client: TableClient) -> SignedInUser:
    """Return the ServiceNow user ``client`` acts as.

    The user interface's own endpoint is asked first; it is not documented, and some instances serve it to browser
    sessions only. Then ``sys_user`` is asked for the one row that is the signed-in user: an instance that refuses the
    script in that condition drops it and answers with anybody's rows, so two rows mean that nobody is known.

    Raises:
        UnexpectedAnswer: The instance did not say who is signed in.
        SignInRequired: The token was refused.
        ServiceError: Another refusal of the instance.
        ServiceUnreachable: No answer.
    """
    try:
        return client.calls.get(
            "/api/now/ui/user/current_user",
            {},
            lambda answer: _identity(result_of(answer.status_code, answer.headers, answer.body, table="sys_user")),
            renew=False,  # some instances refuse every token here
        )
    except (AccessRefused, RequestRejected, SignInRequired, UnexpectedAnswer):
        # Not served here, or not to tokens: the documented way is asked, and says what is wrong if that fails too.
        return _from_table(client)


def _from_table(client: TableClient) -> SignedInUser:
    query = Query().where(field("sys_id").is_current_user())
    page = client.page("sys_user", query, ("user_name", "name"), limit=2)
    if len(page.records) != 1 or (page.total or 1) != 1 or not SYS_ID.fullmatch(page.records[0].sys_id):
        raise _unknown("sys_user did not name exactly one user")
    record = page.records[0]
    return SignedInUser(record.sys_id, record.value("user_name"), record.display_value("name"))


def _identity(result: Any) -> SignedInUser:
    found = result if isinstance(result, dict) else {}
    sys_id, user_name, name = (found.get(key) for key in ("user_sys_id", "user_name", "user_display_name"))
    if not isinstance(sys_id, str) or not SYS_ID.fullmatch(sys_id) or not isinstance(user_name, str):
        raise _unknown("current_user has another form")
    return SignedInUser(sys_id, user_name, name if isinstance(name, str) else user_name)


def _unknown(why: str) -> ServiceError:
    sentence = "ServiceNow did not say whose account this is. Reconnect."
    return UnexpectedAnswer(sentence, service=SERVICE, status=200, detail=why)
