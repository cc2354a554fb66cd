"""Encoded queries: how values, orders and scripts are read."""

from __future__ import annotations

import pytest

from snlib.demo.core.storage import Storage
from snlib.demo.servicenow.query import compile_query
from tests.demo.api.query_rows import ADA, ADA_SEES, PEOPLE, ROWS, expected, found


class TestValues:
    def test_labels_match_nothing(self):
        """Conditions look at stored values: ``state=New`` is no row, ``state=1`` is."""
        assert found("state=New") == []
        assert found("state=1")

    def test_reference_equals_a_sys_id_only(self):
        """``caller_id=Ada Åström`` finds nothing; LIKE acts on the displayed name."""
        assert found("caller_id=Ada Åström") == []
        assert found("caller_idLIKEÅSTRÖM") == expected(lambda row: row["caller_id"] == ADA)

    def test_between_includes_both_ends(self):
        """``BETWEEN`` keeps rows that lie on either end."""
        low, high = sorted(row["opened_at"] for row in ROWS if row["opened_at"])[10:12]
        assert found(f"opened_atBETWEEN{low}@{high}") == expected(lambda row: low <= row["opened_at"] <= high)

    def test_fields_can_be_compared(self):
        """``GT_FIELD`` and ``SAMEAS`` compare two fields of a row."""
        assert found("opened_atGT_FIELDclosed_at") == expected(
            lambda row: bool(row["closed_at"]) and row["opened_at"] > row["closed_at"]
        )
        assert found("stateSAMEASstate") == expected(lambda row: True)

    def test_text_search_needs_every_word(self):
        """``123TEXTQUERY321`` finds rows that hold all words somewhere."""
        assert found("123TEXTQUERY321=PRINTER jam") == expected(lambda row: row["short_description"] == "Printer jam")

    def test_plain_parameters_take_labels_and_user_names(self):
        """``state=closed`` and ``caller_id=ada`` as URL parameters take what people say; unknown ones are ignored."""
        assert found("", plain=[("state", "closed")]) == found("state=7")
        assert found("", plain=[("caller_id", "ada")]) == found(f"caller_id={ADA}")
        assert found("", plain=[("query", "state=1"), ("display_value", "true")]) == found("")

    def test_secrets_cannot_be_guessed_by_query(self):
        """No condition on an encrypted field tells anything about its value."""
        storage = Storage()
        storage.insert("oauth_entity", {"name": "app", "client_secret": "hunter2"})
        for text in ("client_secret=hunter2", "client_secretLIKEhunter", "client_secret>a", "client_secretSTARTSWITHh"):
            query = compile_query("oauth_entity", text, ADA_SEES)
            assert storage.rows(f"SELECT 1 FROM {query.source} WHERE {query.where}", query.params) == []


class TestOrder:
    def test_numbers_sort_by_size(self):
        """State 10 comes behind 8, and empty first."""
        states = {row["number"]: row["state"] for row in ROWS}
        ordered = [int(states[number] or 0) for number in found("ORDERBYstate")]
        assert ordered == sorted(ordered)

    def test_references_sort_by_what_they_display(self):
        """Callers sort by name, not by sys_id, and a broken reference like an empty one."""
        names = {row["number"]: PEOPLE.get(row["caller_id"], ("",))[0] for row in ROWS}
        ordered = [names[number] for number in found("ORDERBYcaller_id")]
        assert ordered == sorted(ordered)

    def test_equals_keep_insertion_order(self):
        """Without an order rows come as they were inserted."""
        assert found("") == [row["number"] for row in ROWS]

    def test_unknown_order_does_nothing(self):
        """``ORDERBY`` an unknown field is ignored."""
        assert found("ORDERBYno_such_field") == found("")


class TestScripts:
    def test_literals_are_utc_and_helpers_local(self):
        """``gs.beginningOfToday()`` is midnight in Berlin (23:00 UTC); a literal is UTC."""
        assert found("opened_at>=javascript:gs.beginningOfToday()") == found("opened_at>=2026-11-19 23:00:00")

    def test_date_generate_is_local(self):
        """``gs.dateGenerate`` is read on the caller's clock."""
        assert found("opened_at>=javascript:gs.dateGenerate('2026-11-10','08:00:00')") == found(
            "opened_at>=2026-11-10 07:00:00"
        )

    @pytest.mark.parametrize(
        ("script", "moment"),
        [
            ("gs.daysAgoStart(7)", "2026-11-12 23:00:00"),
            ("gs.daysAgoEnd(1)", "2026-11-19 22:59:59"),
            ("gs.hoursAgo(3)", "2026-11-20 19:30:00"),
            ("gs.beginningOfLastMonth()", "2026-09-30 22:00:00"),
            ("gs.endOfThisYear()", "2026-12-31 22:59:59"),
            ("gs.beginningOfThisWeek()", "2026-11-15 23:00:00"),
            ("gs.monthsAgo(1)", "2026-10-20 21:30:00"),
        ],
    )
    def test_date_helpers(self, script, moment):
        """Each helper yields this moment for a user in Berlin on 20 November 2026, 23:30 there."""
        assert found(f"opened_at>javascript:{script}") == found(f"opened_at>{moment}")

    def test_who_am_i(self):
        """``gs.getUserID()`` is the viewer's sys_id, also behind a dot-walk."""
        assert found("caller_id=javascript:gs.getUserID()") == found(f"caller_id={ADA}")
        assert found("caller_id.name=javascript:gs.getUserDisplayName()") == found(f"caller_id={ADA}")

    def test_on_a_day(self):
        """``ON`` takes a label, a start and an end; ``NOTON`` is the rest."""
        day = "Today@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()"
        inside = found("opened_atBETWEEN2026-11-19 23:00:00@2026-11-20 22:59:59")
        assert found(f"opened_atON{day}") == inside
        assert found(f"opened_atNOTON{day}") == [number for number in found("") if number not in inside]

    @pytest.mark.parametrize(
        ("condition", "same_as"),
        [
            ("RELATIVEGT@hour@ago@12", ">2026-11-20 10:30:00"),
            ("RELATIVELE@dayofweek@ago@7", "<=2026-11-13 22:30:00"),
            ("RELATIVEGE@month@ahead@1", ">=2026-12-20 22:30:00"),
            ("RELATIVEEE@dayofweek@ago@1", "BETWEEN2026-11-18 23:00:00@2026-11-19 22:59:59"),
        ],
    )
    def test_relative_times(self, condition, same_as):
        """``RELATIVE…@unit@ago@n`` counts from the demo clock's now."""
        assert found(f"opened_at{condition}") == found(f"opened_at{same_as}")
