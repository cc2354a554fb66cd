"""The words for the ServiceNow user that a person was matched to, whatever of the user is missing."""

import itertools

import responses

from snlib.incidents.matching import match_record
from snlib.servicenow import TableClient
from snlib.transport import Transport
from snlib.ui.person import caller_view

KEY = "a" * 32


@responses.activate
def test_a_caller_without_names_leaves_no_gap():
    """The user is named by what there is, and no bracket is empty."""
    client = TableClient("https://acme.service-now.com", Transport())
    address = f"https://acme.service-now.com/api/now/table/sys_user/{KEY}"
    given = (("", "Anna Berg"), ("", "anna.berg"), ("", "anna@example.com"), ("true", "false"))
    for name, user_name, email, active in itertools.product(*given):
        row = {"sys_id": KEY, "name": name, "user_name": user_name, "email": email, "active": active}
        responses.upsert("GET", address, json={"result": row})
        _, _, words = caller_view._chip(match_record(client, KEY))
        assert words.startswith(f"Matched to the ServiceNow caller {name or user_name or email or KEY} ")
        for gap in ("()", "(,", ", )", "  "):
            assert gap not in words
