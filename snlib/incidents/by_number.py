"""An incident's caller by the incident's number, which is what a person reads out on the phone."""

from __future__ import annotations

from dataclasses import dataclass

from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Query, field
from snlib.servicenow.records import SYS_ID
from snlib.text import plain_cell

_FIELDS = ("sys_id", "number", "caller_id", "caller_id.email", "caller_id.user_name")


@dataclass(frozen=True, slots=True)
class IncidentCaller:
    """Whom an incident is about; without a caller, or with a hidden one, all but the number is ``""``."""

    number: str
    caller_sys_id: str
    caller_name: str
    email: str
    user_name: str


def caller_of_number(client: TableClient, number: str, table: str = "incident") -> IncidentCaller | None:
    """Return the caller of the incident with this number, None when the account can read no such incident.

    Raises:
        InvalidInput: The number cannot be asked for; nothing was sent. Beside it what a client raises.
    """
    page = client.page(table, Query().where(field("number").equals(number)), _FIELDS, limit=2)
    # An instance that drops the condition answers with any incidents; none of them is the one.
    found = [record for record in page.records if record.value("number").casefold() == number.casefold()]
    if len(found) != 1:
        return None
    record = found[0]
    caller_sys_id = record.value("caller_id")
    return IncidentCaller(
        number=plain_cell(record.value("number")),
        caller_sys_id=caller_sys_id if SYS_ID.fullmatch(caller_sys_id) else "",
        caller_name=plain_cell(record.display_value("caller_id")),
        email=plain_cell(record.value("caller_id.email")),
        user_name=plain_cell(record.value("caller_id.user_name")),
    )
