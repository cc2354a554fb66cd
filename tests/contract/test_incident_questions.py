"""Questions about incidents, held to the demo instance's own rows."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from requests.auth import HTTPBasicAuth

from snlib import errors
from snlib.demo.core.faults import Fault
from snlib.demo.core.switches import Switches
from snlib.demo.server import Running
from snlib.directory import Person
from snlib.incidents import Caller, CallerMatch, IncidentFilter, IncidentQuestions, empty_frame, match_caller
from snlib.servicenow import AggregateClient, TableClient
from snlib.transport import Transport

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def table_of(demo: Running, user: str = "admin", password: str = "admin") -> TableClient:
    """Return a Table API client that signs in as ``user`` and never waits before a retry."""
    return TableClient(demo.origin, Transport(), HTTPBasicAuth(user, password), sleep=lambda _: None)


def questions_of(demo: Running, user: str = "admin", password: str = "admin") -> IncidentQuestions:
    """Return the questions, asked as ``user``."""
    aggregate = AggregateClient(demo.origin, Transport(), HTTPBasicAuth(user, password), sleep=lambda _: None)
    return IncidentQuestions(table_of(demo, user, password), aggregate, clock=lambda: NOW)


def busiest_caller(demo: Running, condition: str = "1 = 1") -> Caller:
    """Return the caller with the most incidents among those that meet ``condition``."""
    row = demo.instance.storage.rows(
        f"SELECT caller_id, COUNT(*) AS n FROM incident WHERE {condition} GROUP BY caller_id ORDER BY n DESC, caller_id"
    )[0]
    return Caller(sys_id=row["caller_id"], name="", user_name="", email="")


def rows_of(demo: Running, caller: Caller, condition: str = "1 = 1") -> list[dict[str, str]]:
    """Return the caller's incidents as they are stored, newest first."""
    return demo.instance.storage.rows(
        f"SELECT * FROM incident WHERE caller_id = ? AND {condition} ORDER BY opened_at DESC, sys_id", (caller.sys_id,)
    )


def match_of(demo: Running, condition: str, user: str = "admin", password: str = "admin") -> tuple[CallerMatch, Person]:
    """Return the match of the first person of Entra that meets ``condition``, and the person."""
    row = demo.instance.storage.rows(f"SELECT * FROM entra_user WHERE {condition} ORDER BY id LIMIT 1")[0]
    person = Person(
        id=row["id"],
        name=row["displayName"],
        mail=row["mail"],
        username=row["userPrincipalName"],
        user_type=row["userType"],
    )
    return match_caller(table_of(demo, user, password), person), person


class TestMatching:
    """Which caller is this person."""

    def test_most_people_match_by_mail(self, demo: Running):
        """A person whose account has the same e-mail is matched by it, also by an agent who is no administrator."""
        outcome, person = match_of(demo, "persona = 'member'", "hugo.lambert", "demo")
        assert (outcome.kind, outcome.matched_by) == ("one", "e-mail")
        assert outcome.caller is not None
        assert outcome.caller.email == person.mail
        assert outcome.caller.active is True

    def test_a_user_name_matches(self, demo: Running):
        """A person whose account has no e-mail but the whole user principal name as user name is matched by that."""
        outcome, person = match_of(
            demo, "userPrincipalName IN (SELECT user_name FROM sys_user WHERE email = '' AND user_name LIKE '%@%')"
        )
        assert outcome.caller is not None
        assert (outcome.matched_by, outcome.caller.user_name) == ("user name", person.username)

    def test_several_accounts_are_not_guessed_between(self, demo: Running):
        """Two accounts with the person's e-mail are both shown, and none is chosen."""
        twice = "SELECT email FROM sys_user WHERE email <> '' GROUP BY email HAVING COUNT(*) > 1"
        outcome, person = match_of(demo, f"mail IN ({twice})")
        assert (outcome.kind, outcome.caller) == ("several", None)
        assert len(outcome.candidates) == 2
        assert {candidate.email for candidate in outcome.candidates} == {person.mail}

    def test_nobody(self, demo: Running):
        """A person without an account matches nobody, and what was tried is told."""
        outcome, person = match_of(demo, "service_now_user = '' AND mail <> '' AND userType = 'Member'")
        assert (outcome.kind, outcome.caller, outcome.candidates) == ("none", None, ())
        assert f"e-mail = {person.mail}" in outcome.tried

    def test_everyone_matches_their_own_account_or_none(self, demo: Running):
        """Nobody of the whole directory is ever matched to somebody else's account."""
        table = table_of(demo)
        for row in demo.instance.storage.rows("SELECT * FROM entra_user ORDER BY id LIMIT 40"):
            person = Person(row["id"], row["displayName"], mail=row["mail"], username=row["userPrincipalName"])
            outcome = match_caller(table, person)
            if outcome.caller is not None:
                assert outcome.caller.sys_id == row["service_now_user"], person

    def test_it_is_one_call(self, fresh_demo: Running):
        """Matching is one call of the Table API."""
        match_of(fresh_demo, "persona = 'member'")
        paths = [entry.path for entry in fresh_demo.instance.request_log.entries()]
        assert paths == ["/api/now/table/sys_user"]

    @pytest.mark.parametrize("cap", [1, 2])
    def test_a_capped_page_chooses_nobody_wrongly(self, start_demo: Callable[..., Running], cap: int):
        """Where the instance caps pages below the number of accounts that match, none is taken for the person."""
        demo = start_demo(switches=Switches(page_cap_rows=cap))
        twice = "SELECT email FROM sys_user WHERE email <> '' GROUP BY email HAVING COUNT(*) > 1"
        outcome, _ = match_of(demo, f"mail IN ({twice})")
        assert outcome.caller is None


class TestList:
    """A caller's incidents."""

    def test_every_incident_of_the_caller_newest_first(self, demo: Running):
        """The list is exactly the caller's stored incidents, newest first, each once."""
        caller = busiest_caller(demo)
        found = questions_of(demo).of_caller(caller)
        assert found.frame["sys_id"].tolist() == [row["sys_id"] for row in rows_of(demo, caller)]
        assert set(found.frame["caller_sys_id"]) == {caller.sys_id}
        assert (found.loaded, found.total, found.hidden, found.complete) == (
            len(found.frame),
            len(found.frame),
            0,
            True,
        )
        assert (found.as_of, found.notes) == (NOW, ())

    def test_the_columns_hold_what_is_stored(self, demo: Running):
        """Number, text and time are the stored ones, to the second, in UTC."""
        caller = busiest_caller(demo)
        frame = questions_of(demo).of_caller(caller).frame
        stored = [
            (row["number"], row["short_description"], row["state"], row["opened_at"]) for row in rows_of(demo, caller)
        ]
        opened = frame["opened"].dt.strftime("%Y-%m-%d %H:%M:%S")
        assert (
            list(zip(frame["number"], frame["short_description"], frame["state_value"], opened, strict=True)) == stored
        )
        assert frame.dtypes["number"] == "str"
        assert frame["state"].cat.ordered

    def test_hidden_rows_are_told(self, demo: Running):
        """Rows that access control hides from the agent are not in the list, and the list says how many there are."""
        secret = "assignment_group IN (SELECT sys_id FROM sys_user_group WHERE name = 'Security Incident Response')"
        caller = busiest_caller(demo, secret)
        hidden = len(rows_of(demo, caller, secret))
        found = questions_of(demo, "hugo.lambert", "demo").of_caller(caller)
        assert hidden > 0
        assert found.hidden == hidden
        assert found.total == found.loaded + hidden == len(rows_of(demo, caller))
        assert found.notes, "the difference is told"

    def test_a_filter_upstream_equals_the_filter_on_the_page(self, demo: Running):
        """Asking ServiceNow with a filter gives the rows that the same filter keeps of the whole list."""
        caller = busiest_caller(demo)
        questions = questions_of(demo)
        whole = questions.of_caller(caller).frame
        groups = (whole["assignment_group_value"].iloc[0], "")
        for filters in (
            IncidentFilter(states=("7",)),
            IncidentFilter(states=("1", "2", "3", "6")),
            IncidentFilter(priorities=("3", "4")),
            IncidentFilter(groups=groups),
            IncidentFilter(opened_since=date(2026, 6, 1)),
            IncidentFilter(("6", "7"), ("3", "4", "5"), groups, date(2025, 1, 1)),
        ):
            asked = questions.of_caller(caller, filters)
            assert asked.frame["number"].tolist() == filters.apply(whole)["number"].tolist(), filters
            assert asked.total == asked.loaded

    def test_more_than_asked_for(self, demo: Running):
        """When there are more rows than were asked for, the newest come and the list says it is not complete."""
        caller = busiest_caller(demo)
        found = questions_of(demo).of_caller(caller, max_rows=3)
        assert found.frame["sys_id"].tolist() == [row["sys_id"] for row in rows_of(demo, caller)][:3]
        assert not found.complete
        assert found.notes

    def test_the_rest_follows_with_its_progress(self, demo: Running):
        """A list that holds the first rows only is asked for again: progress is told, and it ends with all of them."""
        caller = busiest_caller(demo)
        questions, heard = questions_of(demo), []
        first = questions.of_caller(caller, max_rows=3)
        whole = questions.of_caller(caller, max_rows=10_000, progress=lambda *told: heard.append(told))
        assert (first.total, whole.total) == (whole.loaded, whole.loaded)
        assert first.frame["sys_id"].tolist() == whole.frame["sys_id"].tolist()[:3]
        assert heard == [(whole.loaded, whole.loaded)]

    def test_a_whole_list_narrows_itself(self, demo: Running):
        """A complete list is filtered here: the rows, and how many pass, are those the instance would answer with."""
        caller = busiest_caller(demo)
        questions, filters = questions_of(demo), IncidentFilter(states=("1", "2", "3", "6"))
        asked, here = questions.of_caller(caller, filters), questions.of_caller(caller).narrowed(filters)
        assert here is not None
        assert here.frame["sys_id"].tolist() == asked.frame["sys_id"].tolist()
        assert (here.total, here.loaded, here.filters) == (asked.total, asked.loaded, filters)

    def test_a_part_of_a_list_cannot_say_what_passes(self, demo: Running):
        """Of a list that is not complete only the instance knows how many pass: it is asked, with the filter."""
        caller, filters = busiest_caller(demo), IncidentFilter(states=("7",))
        questions = questions_of(demo)
        part = questions.of_caller(caller, max_rows=3)
        assert part.narrowed(filters) is None
        assert part.narrowed(IncidentFilter()) is part
        asked = questions.of_caller(caller, filters, max_rows=2)
        assert (asked.loaded, asked.total) == (2, len(rows_of(demo, caller, "state = '7'")))

    def test_nobodys_incidents(self, demo: Running):
        """A caller without incidents has an empty list with every column."""
        found = questions_of(demo).of_caller(Caller("0" * 32, "", "", ""))
        assert found.frame.dtypes.to_dict() == empty_frame().dtypes.to_dict()
        assert (found.loaded, found.total, found.complete, found.notes) == (0, 0, True, ())

    def test_strangers_rows_are_dropped(self, fresh_demo: Running, monkeypatch: pytest.MonkeyPatch):
        """When the instance ignores the condition on the caller, other callers' rows are hidden and this is told."""
        caller = busiest_caller(fresh_demo)
        questions = questions_of(fresh_demo)
        # The query as an instance reads it that does not know the field: the condition dropped, the rest kept.
        monkeypatch.setattr(
            "snlib.servicenow.encoded_query.Query.encode",
            lambda self, *, ordered=True: "no_such_field=1^ORDERBYDESCopened_at^ORDERBYsys_id",
        )
        found = questions.of_caller(caller)
        assert set(found.frame["caller_sys_id"]) == {caller.sys_id}
        assert found.frame["number"].tolist() == [row["number"] for row in rows_of(fresh_demo, caller)]
        assert "ServiceNow returned rows outside your filter; they were hidden." in found.notes
        assert (found.total, found.foreign > 0) == (None, True)

    @pytest.mark.parametrize(
        ("kind", "error"),
        [
            ("401", errors.SignInRequired),
            ("403", errors.AccessRefused),
            ("429_headers", errors.RateLimited),
            ("hibernating", errors.UnexpectedAnswer),
        ],
    )
    def test_a_fault_is_an_error_not_an_empty_list(
        self, fresh_demo: Running, kind: str, error: type[errors.SnlibError]
    ):
        """Whatever goes wrong is an error of the tree, never a list without rows."""
        caller = busiest_caller(fresh_demo)
        fresh_demo.instance.faults.order(Fault("/api/now/table/incident", kind, count=3))
        with pytest.raises(error):
            questions_of(fresh_demo).of_caller(caller)


class TestCounts:
    """Counts, from the Aggregate API."""

    def test_a_callers_counts(self, demo: Running):
        """A caller's counts by state are those of the stored rows, in value order, and add up to the total."""
        caller = busiest_caller(demo)
        counts = questions_of(demo).counts_of_caller(caller)
        stored = Counter(row["state"] for row in rows_of(demo, caller))
        assert {count.value: count.count for count in counts.by_state} == stored
        assert [count.value for count in counts.by_state] == sorted(stored, key=int)
        assert counts.total == stored.total()

    def test_the_instances_counts(self, demo: Running):
        """The counts by state, priority and group are those of the stored rows; no group has a bucket “(none)”."""
        rows = demo.instance.storage.rows("SELECT state, priority, assignment_group FROM incident")
        counts = questions_of(demo).counts()
        for found, name in (
            (counts.by_state, "state"),
            (counts.by_priority, "priority"),
            (counts.by_group, "assignment_group"),
        ):
            assert {count.value: count.count for count in found} == Counter(row[name] for row in rows)
        assert counts.total == len(rows)
        assert (counts.by_group[-1].value, counts.by_group[-1].display_value) == ("", "(none)")
        sizes = [count.count for count in counts.by_group[:-1]]
        assert sizes == sorted(sizes, reverse=True)
        assert counts.by_priority[0].display_value == "1 - Critical"

    def test_counts_since_a_day(self, demo: Running):
        """Counts since a day are those of the incidents opened on or after it."""
        row = demo.instance.storage.rows("SELECT COUNT(*) AS n FROM incident WHERE opened_at >= '2026-06-01 00:00:00'")
        assert questions_of(demo).counts(opened_since=date(2026, 6, 1)).total == int(row[0]["n"])

    def test_counts_of_nothing(self, demo: Running):
        """Where nothing matches there are no buckets and the total is zero."""
        counts = questions_of(demo).counts(opened_since=date(2100, 1, 1))
        assert (counts.total, counts.by_state, counts.by_priority, counts.by_group) == (0, (), (), ())

    def test_counting_reads_no_rows(self, fresh_demo: Running):
        """A caller's counts are one call, the instance's are three, and none of them reads a table."""
        questions_of(fresh_demo).counts_of_caller(busiest_caller(fresh_demo))
        questions_of(fresh_demo).counts()
        paths = [entry.path for entry in fresh_demo.instance.request_log.entries()]
        assert paths == ["/api/now/stats/incident"] * 4
