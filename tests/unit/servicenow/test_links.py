"""Links lead to the instance and to nothing else."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

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
        (ACME, "incident", "javascript:alert(1)"),
        (ACME, "incident", KEY.upper()),
        (ACME, "incident", KEY + "\n"),
        (ACME, "incident", KEY[:-1]),
        (ACME, "incident", "//evil.example/" + KEY),
    ],
)
def test_anything_else_makes_no_link(instance: str, table: str, sys_id: str) -> None:
    """A key or address of another form makes no link at all."""
    with pytest.raises(InvalidInput):
        record_url(instance, table, sys_id)
