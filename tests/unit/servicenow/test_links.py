"""Links lead to the instance and to nothing else."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from snlib.errors import InvalidInput
from snlib.servicenow.protocol import record_url

ACME = "https://acme.service-now.com"
KEY = "0f3c53cc611227c000bbd1bd8cd20051"


def test_the_address_is_the_documented_one() -> None:
    """The classic address of a form."""
    assert record_url(ACME, "incident", KEY) == f"{ACME}/nav_to.do?uri=incident.do%3Fsys_id%3D{KEY}"


def test_the_link_names_the_form() -> None:
    """What stands in ``uri`` is the record's form."""
    query = parse_qs(urlsplit(record_url(ACME, "incident", KEY)).query)
    assert query == {"uri": [f"incident.do?sys_id={KEY}"]}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example("imported-incident-0001")
@example(KEY.upper())
@example("javascript:alert(1)")
@example("//evil.example/x?y=1&uri=z#w")
@example("a&sysparm_query=active=true")
@example("100% sure + more")
def test_whatever_key_the_instance_sends_is_linked(sys_id: str) -> None:
    """Any key leads to the record of that key: it never ends the address, adds a parameter, or leads elsewhere."""
    parts = urlsplit(record_url(ACME, "incident", sys_id))
    assert (f"{parts.scheme}://{parts.netloc}", parts.path, parts.fragment) == (ACME, "/nav_to.do", "")
    ((name, (inner,)),) = parse_qs(parts.query, strict_parsing=True).items()
    form, _, query = inner.partition("?")
    assert (name, form) == ("uri", "incident.do")
    assert parse_qs(query, strict_parsing=True, keep_blank_values=True) == {"sys_id": [sys_id]}


@pytest.mark.parametrize(
    ("instance", "table", "sys_id"),
    [
        ("javascript:alert(1)", "incident", KEY),
        ("https://acme.service-now.com/", "incident", KEY),
        ("https://user@acme.service-now.com", "incident", KEY),
        ("//acme.service-now.com", "incident", KEY),
        ("https://[acme", "incident", KEY),
        ("https://", "incident", KEY),
        (ACME, "incident.do?x=", KEY),
        (ACME, "../incident", KEY),
        (ACME, "", KEY),
        (ACME, "incident", ""),
    ],
)
def test_anything_else_makes_no_link(instance: str, table: str, sys_id: str) -> None:
    """An address or a table of another form, or no key, makes no link at all."""
    with pytest.raises(InvalidInput):
        record_url(instance, table, sys_id)
