"""Encoded queries: the grammar, every operator against a predicate in Python, and what is dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snlib.demo.servicenow.query import DROPPED_OPERATORS, OPERATORS, parse
from snlib.demo.servicenow.query.nodes import Condition, Order, Unreadable
from tests.demo.api.query_rows import ADA, BOB, ROWS, expected, found, shown_of, value_of

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
