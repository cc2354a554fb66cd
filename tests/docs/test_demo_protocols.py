"""docs/demo-instance.md: parameters, operators, scripts, grants, Graph options, as the demo instance treats them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import snlib.demo.servicenow.api.aggregation
import snlib.demo.servicenow.api.params
from snlib.demo.core.storage import Storage
from snlib.demo.entra.tokens.claims import GRAPH_AUDIENCE, application_access_token
from snlib.demo.entra.tokens.grants import GRANTS as ENTRA_GRANTS
from snlib.demo.graph.query.options import MAX_PAGE_ROWS, SORTABLE
from snlib.demo.graph.query.search_text import SEARCHABLE
from snlib.demo.servicenow.api.aggregation import FUNCTIONS
from snlib.demo.servicenow.oauth.grants import _GRANTS as SERVICENOW_GRANTS
from snlib.demo.servicenow.query import compile_query, scripts
from snlib.demo.servicenow.query.parser import _ALIASES, DROPPED_OPERATORS, OPERATORS
from snlib.demo.servicenow.viewer import viewer
from tests.demo.graph_client import EVENTUAL, Graph
from tests.docs.reading import codes, section, table, text_of

PAGE = "docs/demo-instance.md"
GRAPH_PAGE = "docs/demo-graph.md"

TABLE_API = """
    sysparm_query sysparm_fields sysparm_limit sysparm_offset sysparm_display_value sysparm_exclude_reference_link
    sysparm_no_count sysparm_suppress_pagination_header sysparm_view sysparm_query_category sysparm_query_no_domain
    sysparm_input_display_value
"""
"""The parameters of the vendor's page on the Table API (ServiceNow docs, c_TableAPI)."""

AGGREGATE_API = """
    sysparm_count sysparm_avg_fields sysparm_min_fields sysparm_max_fields sysparm_sum_fields sysparm_group_by
    sysparm_query sysparm_having sysparm_order_by sysparm_display_value
"""
"""The parameters of the vendor's page on the Aggregate API (ServiceNow docs, c_AggregateAPI)."""


def states(heading: str, *, page: str = PAGE) -> dict[str, str]:
    """The state of each name of a table: ``✓``, ``✗`` or what differs."""
    found: dict[str, str] = {}
    for row in table(page, heading):
        for name in codes(row[0]):
            assert name not in found, f"{name} is listed twice"
            found[name] = row[1]
    return found


def there(found: dict[str, str]) -> set[str]:
    """The names that are there, as documented or otherwise."""
    assert all(state in {"✓", "✗"} or state.startswith("differs: ") for state in found.values()), found
    return {name for name, state in found.items() if state != "✗"}


def read_by(module) -> set[str]:
    """The parameters that a module looks up."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    names = set(re.findall(r'values\.get\(f?"(sysparm_\w+|sysparm_\{function\}_fields)"', source))
    if "sysparm_{function}_fields" in names:
        names.remove("sysparm_{function}_fields")
        names |= {f"sysparm_{function}_fields" for function in FUNCTIONS}
    return names


def test_every_parameter_of_the_table_api_is_documented():
    """All of the vendor's parameters are named, and exactly those that the demo instance reads have ✓."""
    documented = states("Table API parameters")
    assert documented.keys() == set(TABLE_API.split())
    assert there(documented) == read_by(snlib.demo.servicenow.api.params)


def test_every_parameter_of_the_aggregate_api_is_documented():
    """All of the vendor's parameters are named, and each is read, by the Aggregate API or with the Table API's."""
    documented = states("Aggregate API parameters")
    assert documented.keys() == set(AGGREGATE_API.split())
    own = read_by(snlib.demo.servicenow.api.aggregation)
    assert own <= there(documented)
    assert there(documented) - own <= read_by(snlib.demo.servicenow.api.params)


def test_every_operator_is_documented():
    """Exactly the operators that are evaluated have ✓, the dropped ones ✗; other spellings are named."""
    found, aliases = {}, set()
    for row in table(PAGE, "Query operators"):
        if len(row) == 4:
            found |= dict.fromkeys(codes(row[0]), row[2])
            aliases |= set(codes(row[1]))
    assert there(found) == set(OPERATORS)
    assert found.keys() - there(found) == set(DROPPED_OPERATORS)
    assert aliases == _ALIASES.keys()


@pytest.fixture
def who():
    """Somebody who asks, at a known moment."""
    user = {"sys_id": "a" * 32, "user_name": "hugo.lambert", "name": "Hugo Lambert"}
    return viewer(Storage(), user, ["itil"], ["b" * 32], datetime(2026, 11, 20, 12, tzinfo=UTC))


@pytest.mark.parametrize("operator", DROPPED_OPERATORS)
def test_what_is_said_to_be_dropped_is(operator, who):
    """A condition with an operator marked ✗ neither restricts nor fails, and makes the query invalid."""
    compiled = compile_query("incident", f"opened_at{operator}x", who)
    assert (compiled.where, compiled.invalid) == ("1", True)


@pytest.mark.parametrize(
    "part", ["JOINincident.caller_id=sys_user.sys_id!active=true", "RLQUERYtask.parent,>=1^ENDRLQUERY"]
)
def test_related_conditions_are_dropped(part, who):
    """The page says that JOIN and RLQUERY are dropped."""
    assert part[:4].rstrip("i") in section(text_of(PAGE), "Query operators")
    compiled = compile_query("incident", part, who)
    assert (compiled.where, compiled.invalid) == ("1", True)


def test_every_script_is_evaluated_or_not_as_documented(who):
    """Each script marked ✓ yields a value, also with Start and End; each marked ✗ is refused."""
    documented: dict[str, str] = {}
    for row in table(PAGE, "Query operators"):
        if len(row) == 2:
            documented |= {call: row[1] for call in codes(row[0]) if call.endswith(")")}
    assert there(documented), "no scripts documented"
    edges = [
        re.sub(r"Ago\(", f"Ago{edge}(", call)
        for call in there(documented)
        if "sAgo(" in call
        for edge in ("Start", "End")
    ]
    for call in (*there(documented), *edges):
        assert scripts.evaluate(f"javascript:gs.{call}", who), call
    for call in documented.keys() - there(documented):
        assert scripts.evaluate(f"javascript:gs.{call}", who) is None, call


@pytest.mark.parametrize(
    ("heading", "grants"),
    [("OAuth server of ServiceNow", SERVICENOW_GRANTS), ("Entra", ENTRA_GRANTS)],
    ids=["ServiceNow", "Entra"],
)
def test_every_grant_is_documented(heading, grants):
    """Exactly the grants that the token endpoint knows have ✓ or "differs"."""
    assert there(states(heading)) == set(grants)


GRAPH = {
    "$count": "true",
    "$expand": "manager",
    "$filter": "startswith(displayName,'a')",
    "$format": "json",
    "$orderby": "displayName",
    "$search": '"displayName:a"',
    "$select": "id",
    "$skip": "1",
    "$skiptoken": "",
    "$top": "5",
}
"""The options of the vendor's page (learn.microsoft.com/graph/query-parameters), each with a value."""


def test_every_option_of_graph_is_documented(demo):
    """Exactly the query options that the demo Graph accepts have ✓ or "differs", those that it refuses ✗."""
    documented = states("Query options of users", page=GRAPH_PAGE)
    assert documented.keys() == GRAPH.keys()
    graph = Graph(demo, application_access_token(demo.instance, "documentation", GRAPH_AUDIENCE))
    answers = {name: graph.get("/users", EVENTUAL, **{name[1:]: value}).status_code for name, value in GRAPH.items()}
    assert {name for name, status in answers.items() if status == 200} == there(documented)
    assert {answers[name] for name in documented.keys() - there(documented)} == {400}


def test_the_limits_of_graph_are_documented():
    """What can be searched and sorted, and the largest page, are in the table."""
    graph = {name: " ".join(row) for row in table(GRAPH_PAGE, "Query options of users") for name in codes(row[0])}
    assert all(name in graph["$search"] for name in SEARCHABLE)
    assert all(name in graph["$orderby"] for name in SORTABLE)
    assert str(MAX_PAGE_ROWS) in graph["$top"]
