"""Encoded queries: the grammar, every operator against a predicate in Python, and what is dropped."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snlib.demo.query import DROPPED_OPERATORS, OPERATORS, compile_query, parse
from snlib.demo.query.nodes import Condition, Order, Unreadable
from snlib.demo.storage import Storage
from snlib.demo.viewer import viewer

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # in Berlin it is 23:30 of the same day
ADA, BOB = "a" * 32, "b" * 32
PEOPLE = {ADA: ("Ada Åström", "ada@example.com", "Europe/Berlin"), BOB: ("Bob O'Neill", "", "")}
TEXTS = ["Printer jam", "printer on fire", "100 % CPU", "under_score", "Größe ändern", "a,b", "", "VPN"]


def _rows() -> list[dict[str, str]]:
    chance = random.Random(11)
    made = []
    for index in range(60):
        hours = timedelta(hours=chance.randrange(-900, 48))
        made.append(
            {
                "sys_id": f"{index:032x}",
                "number": f"INC{index:07d}",
                "state": chance.choice(["1", "2", "3", "6", "7", "8", "10", ""]),
                "short_description": chance.choice(TEXTS),
                "category": chance.choice(["network", "hardware", ""]),
                "opened_at": (NOW + hours).strftime("%Y-%m-%d %H:%M:%S") if index % 7 else "",
                "closed_at": (NOW + hours / 2).strftime("%Y-%m-%d %H:%M:%S") if index % 3 else "",
                "active": chance.choice(["true", "false"]),
                "caller_id": chance.choice([ADA, BOB, "", "f" * 32]),
            }
        )
    return made


ROWS = _rows()
STORAGE = Storage()
for sys_id, (name, email, zone) in PEOPLE.items():
    STORAGE.insert(
        "sys_user", {"sys_id": sys_id, "name": name, "email": email, "time_zone": zone, "user_name": name[:3]}
    )
STORAGE.insert_many("incident", ROWS)
ADA_SEES = viewer(STORAGE, STORAGE.find("sys_user", sys_id=ADA)[0], ["itil"], ["c" * 32], NOW)


def found(text: str, *, as_viewer=ADA_SEES, plain=(), **options) -> list[str]:
    """The numbers a query finds, in its order."""
    query = compile_query("incident", text, as_viewer, plain=tuple(plain), **options)
    sql = f"SELECT t0.number FROM {query.source} WHERE {query.where} ORDER BY {query.order}"
    return [row["number"] for row in STORAGE.rows(sql, query.params)]


def expected(predicate: Callable[[dict[str, str]], bool]) -> list[str]:
    """The numbers of the rows that a predicate in Python accepts."""
    return [row["number"] for row in ROWS if predicate(row)]


def value_of(row: dict[str, str], field: str) -> str:
    """A field's stored value, one dot-walk included."""
    if field.startswith("caller_id."):
        person = PEOPLE.get(row["caller_id"], ("", "", ""))
        return dict(zip(("name", "email", "time_zone"), person, strict=True))[field.removeprefix("caller_id.")]
    return row[field]


def shown_of(row: dict[str, str], field: str) -> str:
    """What string operators look at: a reference's display value, else the stored one."""
    return PEOPLE.get(row["caller_id"], ("",))[0] if field == "caller_id" else value_of(row, field)


TEXT_FIELDS = ["short_description", "category", "caller_id.email", "caller_id.name"]
ALL_FIELDS = [*TEXT_FIELDS, "state", "caller_id", "opened_at", "active"]
LITERALS = {
    "state": ["1", "2", "7", "10", "99999", "=1", "x"],
    "caller_id": [ADA, BOB, "f" * 32, "Ada Åström"],
    "opened_at": ["2026-11-20 00:00:00", "2026-11-01", ROWS[1]["opened_at"], "20.11.2026 10:00:00"],
    "active": ["true", "false", "maybe"],
    "caller_id.email": ["ADA@example.com", "nobody@example.com"],
    "caller_id.name": ["ada åström", "Bob O'Neill"],
    "short_description": ["PRINTER JAM", "100 % cpu", "größe ÄNDERN", "vpn"],
    "category": ["network", "Network", "printing"],
}
FRAGMENTS = ["print", "%", "_", "ÄND", "a", "VPN", "åström", "'", "zzz"]


def same(field: str, stored: str, literal: str) -> bool:
    """Equality as the database has it."""
    if field == "state":
        return bool(stored) and literal.isdecimal() and int(stored) == int(literal)
    if field == "opened_at" and len(literal) == 10:
        return stored == f"{literal} 00:00:00"
    return stored.casefold() == literal.casefold()


def terms() -> st.SearchStrategy[tuple[str, Callable[[dict[str, str]], bool]]]:
    """One condition as text, and what it means."""
    equal = st.sampled_from(ALL_FIELDS).flatmap(
        lambda field: st.tuples(st.just(field), st.sampled_from(LITERALS[field]), st.booleans())
    )
    part = st.tuples(
        st.sampled_from([*TEXT_FIELDS, "caller_id"]),
        st.sampled_from(["LIKE", "CONTAINS", "*", "NOT LIKE", "NOTLIKE", "!*", "STARTSWITH", "ENDSWITH", "%"]),
        st.sampled_from(FRAGMENTS),
    )
    member = st.tuples(st.lists(st.sampled_from(["1", "2", "6", "7", "44"]), min_size=1), st.booleans())
    compared = st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(["2", "6", "9"]))
    empty = st.tuples(st.sampled_from(ALL_FIELDS), st.booleans())
    return st.one_of(
        equal.map(lambda pick: _equal(*pick)),
        part.map(lambda pick: _part(*pick)),
        member.map(lambda pick: _member(*pick)),
        compared.map(lambda pick: _compared(*pick)),
        empty.map(lambda pick: _empty(*pick)),
    )


def _equal(field, literal, negate):
    return (
        f"{field}{'!=' if negate else '='}{literal}",
        lambda row: same(field, value_of(row, field), literal) != negate,
    )


def _part(field, operator, fragment):
    wanted = fragment.casefold()

    def holds(row):
        text = shown_of(row, field).casefold()
        if operator == "STARTSWITH":
            return text.startswith(wanted)
        if operator in {"ENDSWITH", "%"}:
            return text.endswith(wanted)
        return (wanted in text) != (operator in {"NOT LIKE", "NOTLIKE", "!*"})

    return f"{field}{operator}{fragment}", holds


def _member(values, negate):
    text = f"state{'NOT IN' if negate else 'IN'}{','.join(values)}"
    return text, lambda row: (row["state"] in values) != negate


def _compared(sign, number):
    compare = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}[sign]
    return f"state{sign}{number}", lambda row: bool(row["state"]) and compare(int(row["state"]), int(number))


def _empty(field, negate):
    return f"{field}{'ISNOTEMPTY' if negate else 'ISEMPTY'}", lambda row: bool(value_of(row, field)) == negate


GROUPS = st.lists(st.lists(terms(), min_size=1, max_size=3), min_size=1, max_size=3)


class TestAgainstAPredicate:
    @settings(deadline=None)
    @given(GROUPS)
    def test_or_binds_to_the_condition_before_it(self, groups):
        """``a^b^ORc^d`` means a AND (b OR c) AND d, whatever the conditions are."""
        text = "^".join("^OR".join(term for term, _ in group) for group in groups)
        assert found(text) == expected(lambda row: all(any(holds(row) for _, holds in group) for group in groups))

    @settings(deadline=None)
    @given(GROUPS)
    def test_new_query_is_ored_with_everything_before(self, groups):
        """``^NQ`` starts a query of its own; a trailing condition belongs to the last one only."""
        text = "^NQ".join("^".join(term for term, _ in group) for group in groups) + "^EQ"
        assert found(text) == expected(lambda row: any(all(holds(row) for _, holds in group) for group in groups))

    @settings(deadline=None)
    @given(GROUPS, st.integers(0, 3))
    def test_order_may_stand_anywhere(self, groups, place):
        """``ORDERBY`` changes the order and never the rows, also as the first part."""
        parts = ["^OR".join(term for term, _ in group) for group in groups]
        plain = found("^".join(parts))
        parts.insert(min(place, len(parts)), "ORDERBYDESCnumber")
        assert found("^".join(parts)) == sorted(plain, reverse=True)

    @settings(deadline=None)
    @given(st.text(max_size=60))
    def test_any_text_is_a_query(self, text):
        """No text is refused: what cannot be read is dropped."""
        assert set(found(text)) <= {row["number"] for row in ROWS}

    @settings(deadline=None)
    @given(GROUPS, st.sampled_from(["no_such_field=banana", "^^", "free text", "state.name=x", "stateVALCHANGES"]))
    def test_dropped_conditions_do_not_restrict(self, groups, garbage):
        """What is dropped leaves the other conditions as they are."""
        text = "^".join("^OR".join(term for term, _ in group) for group in groups)
        assert found(f"{text}^{garbage}") == found(text)


class TestGrammar:
    def test_nothing_escapes_a_caret(self):
        """Two carets are two separators: text after them is a condition of its own, which widens the answer."""
        assert parse("short_descriptionLIKEa^^NQactive=true").segments == (
            ((Condition("short_description", "LIKE", "a"),),),
            ((Condition("active", "=", "true"),),),
        )

    def test_longest_operator_wins(self):
        """``INSTANCEOF`` is not ``IN``, ``ISNOTEMPTY`` not ``IS…``, ``>=`` not ``>``."""
        query = parse("sys_class_nameINSTANCEOFtask^stateISNOTEMPTY^state>=2^state!=1^stateNOT IN1,2")
        assert [alternatives[0].operator for alternatives in query.segments[0]] == [
            "INSTANCEOF",
            "ISNOTEMPTY",
            ">=",
            "!=",
            "NOT IN",
        ]

    def test_labels_and_upper_case_names_are_no_fields(self):
        """Field names are lower-case column names; a label is unreadable."""
        assert parse("Short description=x").segments == (((Unreadable("Short description=x"),),),)

    def test_orders_are_kept_in_sequence(self):
        """Several orders apply one after the other."""
        assert parse("ORDERBYstate^ORDERBYDESCopened_at").order == (Order("state", False), Order("opened_at", True))

    def test_related_list_conditions_are_dropped_to_their_end_mark(self):
        """Conditions inside ``RLQUERY … ENDRLQUERY`` do not leak into the query."""
        assert found("RLQUERYtask_ci.task,>=1^state=1^ENDRLQUERY^state=2") == found("state=2")

    @pytest.mark.parametrize("operator", [*OPERATORS, *DROPPED_OPERATORS])
    def test_every_operator_is_recognised(self, operator):
        """Each operator is read as itself and not as a shorter one."""
        assert parse(f"opened_at{operator}").segments[0][0] == (Condition("opened_at", operator, ""),)

    def test_long_queries_are_evaluated(self):
        """A query as long as a URL may be does not exhaust the database."""
        assert found("^OR".join(["state=1"] * 1000)) == found("state=1")
        assert found("^NQ".join(["state=1"] * 800)) == found("state=1")

    def test_endless_dot_walks_are_unknown_fields(self):
        """A dot-walk over hundreds of references is dropped like any unknown field."""
        assert found("parent." * 500 + "number=x") == found("")


class TestInvalidParts:
    @pytest.mark.parametrize(
        "text",
        [
            "no_such_field=banana",
            "^^^",
            "Category is Network .and. active is true",
            "short_description.name=x",
            "state=javascript:gs.runScript()",
            "opened_at>javascript:new Date()",
            "opened_atBETWEEN2026-01-01",
            "short_descriptionONToday@a@b",
        ],
    )
    def test_whole_table_is_returned(self, text):
        """An invalid condition is dropped and the whole table comes back."""
        assert len(found(text)) == len(ROWS)

    @pytest.mark.parametrize("text", ["state=99999", "state==1", "sys_class_nameINSTANCEOFnope", "opened_at=today"])
    def test_impossible_values_match_nothing(self, text):
        """A valid condition with an impossible value finds no rows."""
        assert found(text) == []

    def test_property_empties_invalid_queries(self):
        """With ``glide.invalid_query.returns_no_rows`` an invalid query finds nothing and a valid one is as before."""
        assert found("no_such_field=banana^state=1", invalid_returns_no_rows=True) == []
        assert found("state=1^ORDERBYno_such_field", invalid_returns_no_rows=True) == found("state=1")

    def test_dropped_alternative_leaves_the_other(self):
        """Of ``state=1^ORnope=2`` the first remains."""
        assert found("state=1^ORnope=2") == found("state=1")


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
