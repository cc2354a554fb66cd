"""The Aggregate API: shapes, groups, HAVING, order, and what the access rules do to counts."""

from __future__ import annotations

from collections import Counter
from statistics import mean

import pytest

from tests.demo.asking import AGENT, MEMBER, STATS, Api, message_of, switched


def stats(api, table="incident", **params):
    """The result of an aggregate request; parameters are named without ``sysparm_``."""
    named = {f"sysparm_{name}": str(value) for name, value in params.items()}
    answer = api.send("GET", f"/api/now/stats/{table}", params=named)
    assert answer.status_code == 200, answer.text
    assert "X-Total-Count" not in answer.headers
    return answer.json()["result"]


def counts(result):
    """Counts by the first group field's value."""
    return {entry["groupby_fields"][0]["value"]: int(entry["stats"]["count"]) for entry in result}


class TestShapes:
    def test_ungrouped_is_an_object_of_texts(self, admin):
        """One object, the count a text."""
        assert stats(admin, count="true") == {"stats": {"count": str(admin.total())}}

    def test_grouped_is_an_array(self, admin):
        """One entry per group, each with its field and value; the counts are those of the rows."""
        result = stats(admin, count="true", group_by="state")
        assert set(result[0]) == {"stats", "groupby_fields"}
        assert set(result[0]["groupby_fields"][0]) == {"field", "value"}
        assert counts(result) == Counter(row["state"] for row in admin.rows(fields="state"))

    def test_display_true_loses_the_value(self, admin):
        """With display values the label is in ``value``; with all both are there."""
        labels = counts(stats(admin, count="true", group_by="priority", display_value="true"))
        assert "5 - Planning" in labels
        entry = stats(admin, count="true", group_by="priority", display_value="all", query="priority=5")[0]
        assert entry["groupby_fields"] == [{"field": "priority", "value": "5", "display_value": "5 - Planning"}]

    def test_empty_group_comes_first(self, admin):
        """Unassigned incidents are a group with an empty value, before the others by display name."""
        result = stats(admin, count="true", group_by="assignment_group", display_value="true")
        names = [entry["groupby_fields"][0]["value"] for entry in result]
        assert names[0] == ""
        assert names[1:] == sorted(names[1:], key=str.casefold)

    def test_two_fields_and_dot_walks(self, admin):
        """Each entry names both fields; a dot-walk keeps its dotted name."""
        result = stats(admin, count="true", group_by="state,caller_id.active")
        assert [field["field"] for field in result[0]["groupby_fields"]] == ["state", "caller_id.active"]
        assert sum(int(entry["stats"]["count"]) for entry in result) == admin.total()

    def test_figures(self, admin):
        """Averages have four decimals, empty fields do not count, dates have a minimum but no average."""
        rows = admin.rows("state=7", fields="reassignment_count,opened_at")
        numbers = [int(row["reassignment_count"]) for row in rows]
        result = stats(
            admin,
            query="state=7",
            avg_fields="reassignment_count,opened_at",
            sum_fields="reassignment_count",
            min_fields="opened_at",
            max_fields="reassignment_count",
        )
        assert result["stats"] == {
            "avg": {"reassignment_count": f"{mean(numbers):.4f}"},
            "min": {"opened_at": min(row["opened_at"] for row in rows)},
            "max": {"reassignment_count": str(max(numbers))},
            "sum": {"reassignment_count": str(sum(numbers))},
        }

    def test_no_rows(self, admin):
        """Nothing found: count 0 as an object, or no groups."""
        assert stats(admin, count="true", query="state=99999") == {"stats": {"count": "0"}}
        assert stats(admin, count="true", query="state=99999", group_by="state") == []

    def test_nothing_asked_is_nothing_answered(self, admin):
        """Without a count or a function there are no figures."""
        assert stats(admin) == {"stats": {}}


class TestHavingAndOrder:
    def test_having(self, admin):
        """Conditions on figures keep the groups that meet all of them, also on figures that are not shown."""
        everything = counts(stats(admin, count="true", group_by="assignment_group"))
        limit = sorted(everything.values())[len(everything) // 2]
        kept = counts(stats(admin, count="true", group_by="assignment_group", having=f"count^state^>^{limit}"))
        assert kept == {name: count for name, count in everything.items() if count > limit}
        none = stats(admin, count="true", group_by="state", having="count^state^>^0,avg^reassignment_count^<^-1")
        assert none == []

    def test_order_by_count(self, admin):
        """``COUNT^DESC`` puts the largest group first, ``COUNT`` the smallest."""
        down = list(counts(stats(admin, count="true", group_by="state", order_by="COUNT^DESC")).values())
        up = list(counts(stats(admin, count="true", group_by="state", order_by="COUNT")).values())
        assert down == sorted(down, reverse=True)
        assert up == sorted(up)

    def test_order_by_field(self, admin):
        """``state^DESC`` sorts numbers by size."""
        states = [int(value) for value in counts(stats(admin, count="true", group_by="state", order_by="state^DESC"))]
        assert states == sorted(states, reverse=True)

    def test_order_by_figure(self, admin):
        """``AVG^field`` sorts by a figure, also when it is not shown."""
        result = stats(admin, avg_fields="reassignment_count", group_by="category", order_by="AVG^reassignment_count")
        figures = [float(entry["stats"]["avg"]["reassignment_count"]) for entry in result]
        assert figures == sorted(figures)


class TestAccess:
    def test_counts_ignore_row_rules(self, demo, admin):
        """An agent's count is that of all incidents, more than his list returns."""
        agent = Api(demo, AGENT)
        assert stats(agent, count="true") == stats(admin, count="true")
        assert int(stats(agent, count="true")["stats"]["count"]) > len(agent.numbers(""))

    def test_without_a_reading_role_counting_is_refused(self, demo):
        """403 for a user without the role to read the table."""
        answer = Api(demo, MEMBER).send("GET", f"{STATS}?sysparm_count=true")
        assert (answer.status_code, message_of(answer)[0]) == (403, "Insufficient rights to query records")

    @pytest.mark.parametrize("params", [{"group_by": "value"}, {"min_fields": "value"}, {"query": "name=incident"}])
    def test_unreadable_fields_cannot_be_grouped(self, demo, params):
        """Grouping, computing on or filtering by a field one may not read is 403."""
        named = {f"sysparm_{name}": value for name, value in params.items()}
        answer = Api(demo, AGENT).send("GET", "/api/now/stats/sys_choice", params={"sysparm_count": "true", **named})
        assert answer.status_code == 403

    def test_secrets_are_not_aggregated(self, admin):
        """No group, minimum or maximum gives a secret away, not even to the administrator."""
        row = admin.create("oauth_entity", name="stats", client_secret="open sesame")
        answer = admin.send(
            "GET",
            "/api/now/stats/oauth_entity?sysparm_count=true&sysparm_group_by=client_secret,name"
            "&sysparm_min_fields=client_secret&sysparm_max_fields=client_secret",
        )
        assert answer.status_code == 200
        assert "sesame" not in answer.text
        admin.send("DELETE", f"/api/now/table/oauth_entity/{row['sys_id']}")

    def test_unknown_table_and_method(self, admin):
        """400 for a table that does not exist, 405 for a verb."""
        assert message_of(admin.send("GET", "/api/now/stats/nope")) == ("Invalid table nope", None)
        assert admin.send("POST", STATS, json={}).status_code == 405


class TestQueries:
    def test_versions_and_filters(self, admin):
        """Every version counts alike, and plain field parameters filter."""
        expected = admin.total("state=7")
        for path in (STATS, "/api/now/v1/stats/incident", "/api/now/v2/stats/incident"):
            answer = admin.send("GET", f"{path}?sysparm_count=true&sysparm_query=state=7")
            assert answer.json()["result"]["stats"]["count"] == str(expected)
        answer = admin.send("GET", f"{STATS}?sysparm_count=true&state=closed")
        assert answer.json()["result"]["stats"]["count"] == str(expected)

    def test_unknown_query_fields_are_dropped(self, demo, admin):
        """An unknown field counts the whole table, or nothing behind the switch."""
        assert stats(admin, count="true", query="nope=1")["stats"]["count"] == str(admin.total())
        with switched(demo, invalid_query_returns_no_rows=True):
            assert stats(admin, count="true", query="nope=1")["stats"]["count"] == "0"

    def test_unknown_group_field_is_dropped(self, admin):
        """Grouping by a field that does not exist is not grouping."""
        assert stats(admin, count="true", group_by="nope") == stats(admin, count="true")
