"""Links lead to the instance and to nothing else."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from snlib.errors import InvalidInput
from snlib.servicenow.links import LinkStyle, record_url

ACME = "https://acme.service-now.com"
KEY = "0f3c53cc611227c000bbd1bd8cd20051"


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("classic", f"{ACME}/nav_to.do?uri=incident.do%3Fsys_id%3D{KEY}"),
        ("next_experience", f"{ACME}/now/nav/ui/classic/params/target/incident.do%3Fsys_id%3D{KEY}"),
        ("sow", f"{ACME}/now/sow/record/incident/{KEY}"),
    ],
)
def test_each_style_has_the_documented_form(style: LinkStyle, expected: str) -> None:
    """The three addresses are the vendor's."""
    assert record_url(ACME, "incident", KEY, style) == expected


def test_the_default_link_names_the_form() -> None:
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
    """T55: a key or address of another form makes no link at all."""
    with pytest.raises(InvalidInput):
        record_url(instance, table, sys_id)
