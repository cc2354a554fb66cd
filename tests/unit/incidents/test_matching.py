"""Which ServiceNow caller is this person: the rules, without a network."""

from datetime import UTC, datetime
from typing import Any

import pytest

from snlib.errors import AccessRefused
from snlib.graph import Person
from snlib.incidents.matching import CallerMatch, match_caller, with_choice
from snlib.servicenow.protocol import Page
from snlib.servicenow.records import Record, record_of
from tests.list_model import page_with

ID = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"


def someone(username: str = "Anna.Berg@example.com", mail: str = "anna@example.com", **more: Any) -> Person:
    """A person with a user principal name and a mail address."""
    return Person(id=ID, username=username, mail=mail, **more)


def account(number: int, user_name: str = "", email: str = "", active: str = "true") -> Record:
    """Return an account as the Table API sends it."""
    row = {"sys_id": f"{number:032x}", "user_name": user_name, "email": email, "name": f"No. {number}"}
    return record_of({**row, "active": active, "vip": "false"})


class Table:
    """Answers with one page, whatever it is asked, and remembers the questions."""

    def __init__(self, *records: Record, **page: Any) -> None:
        self.answer = page_with(records, **{"has_links": True, **page})
        self.asked: list[dict[str, Any]] = []

    def page(self, table: str, query: Any, fields: Any, limit: int) -> Page:
        self.asked.append({"table": table, "query": query.encode(ordered=False), "fields": fields, "limit": limit})
        return self.answer


def match(table: Table, person: Person | None = None) -> CallerMatch:
    """Return the match of ``person`` among what ``table`` answers."""
    return match_caller(table, person or someone())  # type: ignore[arg-type]


def test_one_question_holds_every_rule_in_order():
    """One call asks for user name and e-mail by equality only, each value once, the weakest rule last."""
    table = Table()
    outcome = match(table, someone(proxy_addresses=("ANNA@example.com", "a.berg@example.com")))
    (asked,) = table.asked
    assert asked["table"] == "sys_user"
    assert asked["query"] == (
        "user_name=Anna.Berg@example.com^ORemail=anna@example.com^ORemail=Anna.Berg@example.com"
        "^ORemail=a.berg@example.com^ORuser_name=Anna.Berg"
    )
    assert {"sys_id", "user_name", "email", "name", "active", "vip"} <= set(asked["fields"])
    assert (outcome.kind, outcome.caller, outcome.candidates) == ("none", None, ())
    assert outcome.tried == (
        "user name = Anna.Berg@example.com",
        "e-mail = anna@example.com",
        "e-mail = Anna.Berg@example.com",
        "e-mail = a.berg@example.com",
        "user name = Anna.Berg",
    )


@pytest.mark.parametrize("person", [someone("", ""), someone("  ", " "), someone("a^b", "javascript:x")])
def test_without_a_usable_key_nothing_is_asked(person: Person):
    """A person without a key, or with none that can be asked for safely, matches nobody and sends nothing."""
    table = Table(account(1))
    assert match(table, person) == CallerMatch("none")
    assert table.asked == []


def test_an_unsafe_key_is_left_out():
    """A key that would change the query is not sent; the others are."""
    table = Table(account(1, email="anna@example.com"))
    outcome = match(table, someone(username="x^ORactive=true"))
    assert table.asked[0]["query"] == "email=anna@example.com"
    assert (outcome.kind, outcome.tried) == ("one", ("e-mail = anna@example.com",))


@pytest.mark.parametrize(
    ("accounts", "number", "by"),
    [
        ([account(1, "anna.berg@EXAMPLE.com")], 1, "user name"),
        ([account(1, "x", "ANNA@example.com")], 1, "e-mail"),
        ([account(1, "x", "anna.berg@example.com")], 1, "e-mail"),
        ([account(1, "x", "old@example.com")], 1, "e-mail"),
        ([account(1, "anna.berg")], 1, "user name"),
        ([account(1, "anna.berg", "old@example.com")], 1, "e-mail"),
        ([account(1, "x", "anna@example.com"), account(2, "anna.berg@example.com", "z@example.com")], 2, "user name"),
        ([account(1, "x", "old@example.com"), account(2, "y", "anna@example.com")], 2, "e-mail"),
        ([account(1, "x", "anna@example.com"), account(2, "anna.berg")], 1, "e-mail"),
        ([account(1, "x", "anna@example.com", active="false")], 1, "e-mail"),
    ],
)
def test_the_first_rule_that_finds_one_decides(accounts: list[Record], number: int, by: str):
    """The first rule that finds an account decides, whatever case the letters have, and is named."""
    outcome = match(Table(*accounts), someone(proxy_addresses=("old@example.com",)))
    assert outcome.kind == "one"
    assert outcome.caller is not None
    assert (outcome.caller.sys_id, outcome.matched_by) == (f"{number:032x}", by)
    assert outcome.caller.active is (accounts[0].value("active") == "true")


def test_several_are_shown_and_none_is_chosen():
    """Two accounts of the best rule are both candidates, the active one first, and nobody is chosen."""
    outcome = match(
        Table(account(1, "b", "anna@example.com", active="false"), account(2, "c", "anna@example.com"), account(3, "x"))
    )
    assert (outcome.kind, outcome.caller, outcome.matched_by) == ("several", None, "e-mail")
    assert [candidate.sys_id for candidate in outcome.candidates] == [f"{2:032x}", f"{1:032x}"]


def test_the_local_part_is_not_enough_when_the_mail_says_otherwise():
    """A user name that equals the part before the @ does not match when the account has somebody else's e-mail."""
    outcome = match(Table(account(1, "anna.berg", "anna.berg@other.example")))
    assert (outcome.kind, outcome.candidates) == ("none", ())


def test_a_guest_is_matched_by_mail():
    """A guest's mail comes first, and the made-up user principal name is never cut at the @."""
    guest = someone("anna_out.example#EXT#@example.com", "anna@out.example", user_type="Guest")
    table = Table(account(1, "anna_out.example#EXT#@example.com", "x@y.example"), account(2, "q", "anna@out.example"))
    outcome = match(table, guest)
    assert outcome.caller is not None
    assert (outcome.caller.sys_id, outcome.matched_by) == (f"{2:032x}", "e-mail")
    assert "user_name=anna_out.example#EXT#^" not in table.asked[0]["query"] + "^"


def test_accounts_that_were_not_asked_for_are_left_out():
    """When an instance ignores the conditions and answers with its first users, none of them becomes the caller."""
    outcome = match(Table(*[account(number, f"user{number}", f"user{number}@example.com") for number in range(50)]))
    assert (outcome.kind, outcome.candidates) == ("none", ())
    assert "do not match this person" in outcome.notes[0]


@pytest.mark.parametrize("page", [{"next_offset": 50}, {"has_links": False, "total": 2}])
def test_nobody_is_chosen_from_a_part(page: dict[str, Any]):
    """When the answer may not be whole, another account could match too: nobody is chosen."""
    outcome = match(Table(account(1, "x", "anna@example.com"), **page))
    assert (outcome.kind, outcome.caller) == ("none", None)
    assert "none was chosen" in outcome.notes[-1]


@pytest.mark.parametrize("email", ["anna@example.com.evil", "xanna@example.com", "anna@example.co", "änna@example.com"])
def test_nearly_equal_is_not_equal(email: str):
    """Only an equal address matches: no beginning, no ending, no letter without its accent."""
    assert match(Table(account(1, "x", email))).kind == "none"


def test_a_row_without_a_key_is_no_account():
    """An account without a sys_id cannot be a caller."""
    row = record_of({"user_name": "x", "email": "anna@example.com"})
    assert match(Table(row)).kind == "none"


COLUMN = "u_user_principal_name"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Tables(Table):
    """Answers the first question with one page, the next with another; an error is raised."""

    def __init__(self, *answers: Page | Exception) -> None:
        super().__init__()
        self.answers = list(answers)

    def page(self, table: str, query: Any, fields: Any, limit: int) -> Page:
        super().page(table, query, fields, limit)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def own(number: int, upn: str, **more: str) -> Record:
    """Return an account with the organisation's own column."""
    return record_of({"sys_id": f"{number:032x}", "user_name": f"u{number}", "active": "true", COLUMN: upn, **more})


def page_of(*records: Record) -> Page:
    """Return a whole page."""
    return page_with(records, has_links=True)


def by_column(*answers: Page | Exception) -> tuple[CallerMatch, Tables]:
    """Return the match of somebody where the organisation has a column of its own, and what was asked."""
    table = Tables(*answers)
    return match_caller(table, someone(), column=COLUMN), table  # type: ignore[arg-type]


def test_the_configured_column_is_asked_first():
    """One account with the user principal name in the configured column is the person, with one question alone."""
    outcome, table = by_column(page_of(own(1, "ANNA.BERG@example.com", email="other@example.com")))
    (asked,) = table.asked
    assert asked["query"] == f"{COLUMN}=Anna.Berg@example.com"
    assert COLUMN in asked["fields"]
    assert outcome.caller is not None
    assert (outcome.kind, outcome.caller.sys_id, outcome.matched_by) == ("one", f"{1:032x}", "configured column")
    assert outcome.tried == (f"{COLUMN} = Anna.Berg@example.com",)


def test_several_in_the_configured_column():
    """Two accounts in the configured column are candidates; the weaker comparisons do not decide between them."""
    outcome, table = by_column(page_of(own(1, "anna.berg@example.com"), own(2, "anna.berg@example.com")))
    assert (outcome.kind, outcome.caller, len(outcome.candidates)) == ("several", None, 2)
    assert outcome.matched_by == "configured column"
    assert len(table.asked) == 1


def test_nobody_in_the_configured_column():
    """Without an account there the usual comparison goes on, and all that was tried is told."""
    outcome, table = by_column(page_of(), page_of(account(3, "x", "anna@example.com")))
    assert outcome.caller is not None
    assert (outcome.caller.sys_id, outcome.matched_by) == (f"{3:032x}", "e-mail")
    assert outcome.tried[0] == f"{COLUMN} = Anna.Berg@example.com"
    assert COLUMN not in table.asked[1]["fields"]


@pytest.mark.parametrize(
    "answer",
    [
        # An unknown column is dropped from the query: the first users of the table come back.
        page_with(tuple(account(number, f"user{number}") for number in range(50)), next_offset=50, has_links=True),
        AccessRefused("No.", service="ServiceNow", status=403),
    ],
)
def test_a_column_that_is_not_there(answer: Page | Exception):
    """A misspelt or hidden column costs one question and a note; nobody is matched by it and the others are."""
    outcome, _ = by_column(answer, page_of(account(3, "x", "anna@example.com")))
    assert outcome.caller is not None
    assert (outcome.caller.sys_id, outcome.matched_by) == (f"{3:032x}", "e-mail")
    assert outcome.notes == (f"ServiceNow has no column {COLUMN} that your account can read, so it was not compared.",)


def test_a_choice_counts_among_the_candidates_only():
    """What an agent chose is the caller while it is one of several candidates; otherwise nothing changes."""
    several = match(Table(account(1, "b", "anna@example.com"), account(2, "c", "anna@example.com")))
    chosen = with_choice(several, f"{2:032x}", chosen_by="Hugo", chosen_at=NOON)
    assert chosen.caller is not None
    assert (chosen.kind, chosen.caller.sys_id, chosen.chosen_by, chosen.chosen_at) == ("one", f"{2:032x}", "Hugo", NOON)
    assert chosen.candidates == several.candidates
    assert with_choice(several, f"{9:032x}", chosen_by="Hugo", chosen_at=NOON) == several
    one = match(Table(account(1, "b", "anna@example.com")))
    assert with_choice(one, f"{1:032x}", chosen_by="Hugo", chosen_at=NOON) == one
