"""Which fields a query may name."""

from __future__ import annotations

import pytest

from snlib.errors import InvalidInput
from snlib.servicenow.encoded_query import Query, field
from snlib.servicenow.known_fields import KNOWN_FIELDS, is_known


@pytest.mark.parametrize(
    ("table", "name", "known"),
    [
        ("incident", "caller_id", True),
        ("incident", "caller_id.email", True),
        ("incident", "assignment_group.manager.email", True),
        ("incident", "caller_id.manager.salary", False),
        ("incident", "short_description.email", False),
        ("incident", "caller_id.user_password", False),
        ("incident", "no_such_field", False),
        ("incident", "Number", False),
        ("sys_user", "number", False),
        ("u_ticket", "u_anything", True),
        ("u_ticket", "U_ANYTHING", False),
    ],
)
def test_a_query_names_known_fields_only(table: str, name: str, known: bool) -> None:
    """A field the table does not have would widen the query to the whole table, so it is refused before."""
    assert is_known(table, name) == known
    if known:
        Query().order_by(name).check(table)
    elif name.islower():
        with pytest.raises(InvalidInput, match=name):
            Query().where(field(name).is_empty()).check(table)


def test_a_field_mistyped_by_one_letter_is_unknown() -> None:
    """Leaving out any one character of a known name gives an unknown one."""
    known = KNOWN_FIELDS["incident"]
    shortened = {name[:cut] + name[cut + 1 :] for name in known for cut in range(len(name))} - known
    assert not any(is_known("incident", name) for name in shortened)
