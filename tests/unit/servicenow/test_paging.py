"""Every readable row once, whatever an instance does to its pages."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snlib.servicenow.paging import MAX_CALLS, Pager, Walk
from snlib.servicenow.protocol import Page
from snlib.servicenow.records import Cell, Record, rows_of
from tests.list_model import ListModel, key

ROWS = st.lists(st.booleans(), max_size=60)
PAGE_ROWS = st.integers(1, 25)
CAP = st.integers(0, 12)


def walk(model: ListModel, *, page_rows: int = 10, max_rows: int = 10_000) -> Walk:
    """Walk through the model's list."""
    pager = Pager(page_rows=page_rows, max_rows=max_rows)
    while not pager.done:
        pager.take(model.page(pager.offset, pager.limit))
    return pager.walk()


def keys(found: Walk) -> list[str]:
    """Return the keys of what was found, in order."""
    return found.rows["sys_id"].to_pylist()


def rows(*numbers: int) -> pa.Table:
    """Return rows with these numbers as a page brings them."""
    return rows_of([Record({"sys_id": Cell(key(number), key(number))}) for number in numbers], ("sys_id",))


@given(readable=ROWS, cap=CAP, page_rows=PAGE_ROWS, counts=st.booleans())
@settings(max_examples=300, deadline=None)
def test_links_lead_to_every_readable_row(readable: list[bool], cap: int, page_rows: int, counts: bool) -> None:
    """With links, any cap and any hidden rows: each readable row once, in order, in as few calls as pages."""
    model = ListModel(readable, cap, "always", counts)
    found = walk(model, page_rows=page_rows)
    assert model.readable_keys == keys(found)
    assert found.complete
    assert len(model.calls) == max(1, -(-len(readable) // model.granted(page_rows)))
    assert bool(found.notes) == (counts and len(readable) != len(found.rows))


@given(readable=ROWS, cap=CAP, page_rows=PAGE_ROWS)
@settings(max_examples=300, deadline=None)
def test_no_link_on_a_single_page_is_no_loss(readable: list[bool], cap: int, page_rows: int) -> None:
    """An instance that links only where there is more than one page: each readable row once, and known to be all."""
    found = walk(model := ListModel(readable, cap, "needed"), page_rows=page_rows)
    assert model.readable_keys == keys(found)
    assert found.complete


@given(readable=ROWS, cap=CAP, page_rows=PAGE_ROWS)
@settings(max_examples=500, deadline=None)
def test_counts_alone_lead_to_every_readable_row(readable: list[bool], cap: int, page_rows: int) -> None:
    """Without links but with a count: each readable row once, or the walk says that rows may be missing."""
    found = walk(model := ListModel(readable, cap, "never"), page_rows=page_rows)
    if found.complete:
        assert model.readable_keys == keys(found)
    else:
        assert found.notes
    assert not keys(found) or model.readable_keys == keys(found)


@given(readable=ROWS, cap=CAP, page_rows=PAGE_ROWS)
@settings(max_examples=300, deadline=None)
def test_nothing_to_go_by_is_never_called_complete(readable: list[bool], cap: int, page_rows: int) -> None:
    """Without links and without a count the rows come once each, in order, and the walk does not claim to be whole."""
    found = walk(model := ListModel(readable, cap, "never", counts=False), page_rows=page_rows)
    assert not found.complete
    assert found.notes
    wanted = model.readable_keys
    assert [row for row in wanted if row in keys(found)] == keys(found)
    if all(readable):
        assert wanted == keys(found)


@given(
    readable=ROWS, cap=CAP, page_rows=PAGE_ROWS, max_rows=st.integers(1, 40), links=st.sampled_from(["always", "never"])
)
@settings(max_examples=300, deadline=None)
def test_a_bound_is_kept_and_told(readable: list[bool], cap: int, page_rows: int, max_rows: int, links: str) -> None:
    """Never more than ``max_rows``; when readable rows are left out the walk is not complete and says so."""
    model = ListModel(readable, cap, links)
    found = walk(model, page_rows=min(page_rows, max_rows), max_rows=max_rows)
    assert len(found.rows) <= max_rows
    assert model.readable_keys[: len(found.rows)] == keys(found)
    if len(found.rows) < len(model.readable_keys):
        assert not found.complete
        assert found.notes


def test_a_short_page_is_not_the_last() -> None:
    """Trap 1: three of ten rows come on the first page, and the second page is still asked for."""
    readable = [number % 4 == 0 for number in range(20)]
    assert len(keys(walk(ListModel(readable)))) == 5


def test_an_empty_page_is_not_the_last() -> None:
    """Trap 1 at its worst: pages in the middle bring nothing, later ones do."""
    readable = [True] * 10 + [False] * 30 + [True] * 5
    found = walk(model := ListModel(readable))
    assert model.readable_keys == keys(found)
    assert found.notes == ("ServiceNow counts 45 records; your account can read 15 of them.",)
    assert found.hidden_rows == 30


def test_a_capped_page_does_not_skip_rows() -> None:
    """Trap 2: 10 rows asked for, 4 granted: the next page begins at row 4."""
    model = ListModel([True] * 11, cap=4)
    assert len(keys(walk(model))) == 11
    assert [offset for offset, _ in model.calls] == [0, 4, 8]


def test_steps_follow_the_page_granted_not_the_rows_seen() -> None:
    """Trap 3: six of ten rows are seen, the next page begins at ten, and no row is asked for twice."""
    model = ListModel(([True] * 6 + [False] * 4) * 3)
    found = walk(model)
    assert [offset for offset, _ in model.calls] == [0, 10, 20]
    assert "merged" not in " ".join(found.notes)


def test_a_cap_with_hidden_rows_and_no_links_loses_none() -> None:
    """The three traps together, with nothing but a count to go by."""
    readable = [number % 3 != 1 for number in range(50)]
    found = walk(model := ListModel(readable, cap=7, links="never"), page_rows=20)
    assert model.readable_keys == keys(found)
    assert found.complete
    # Rows that came again did so by our own steps: nothing to tell the agent.
    assert found.notes == ("ServiceNow counts 50 records; your account can read 33 of them.",)


def test_few_readable_rows_without_links_take_few_calls() -> None:
    """A row that comes again proves how far a page reaches: one readable row of 400 does not take 400 calls."""
    readable = [number == 350 for number in range(400)]
    found = walk(model := ListModel(readable, links="never"), page_rows=500)
    assert [key(350)] == keys(found)
    assert found.complete
    assert len(model.calls) <= 12


def test_an_account_that_reads_nothing_is_told_so_in_two_calls() -> None:
    """A count of 103, no row and no link: one more row is asked for, its link proves that the first page was all."""
    found = walk(model := ListModel([False] * 103, links="needed"), page_rows=500)
    assert model.calls == [(0, 500), (0, 1)]
    assert found.complete
    assert found.notes == ("ServiceNow counts 103 records; your account can read 0 of them.",)


def test_rows_found_late_are_put_in_order() -> None:
    """Nothing readable at first, no links, a cap: the walk goes back and returns the rows in the query's order."""
    readable = [False] * 4 + [True] * 30
    found = walk(model := ListModel(readable, cap=3, links="never"), page_rows=10)
    assert model.readable_keys == keys(found)


def test_more_than_the_bound_is_told_with_both_numbers() -> None:
    """The first rows are shown, with how many there are."""
    found = walk(ListModel([True] * 30), max_rows=20)
    assert found.notes == ("Showing the first 20 of about 30. Add filters to see others.",)
    assert not found.complete


def test_exactly_the_bound_is_complete() -> None:
    """As many rows as the bound are all of them when no page follows."""
    found = walk(ListModel([True] * 20), max_rows=20)
    assert found.complete
    assert found.notes == ()


def test_the_same_page_for_ever_ends() -> None:
    """An instance that repeats its first page is asked at most twice more."""
    pager = Pager(page_rows=10, max_rows=1000)
    calls = 0
    while not pager.done:
        calls += 1
        pager.take(Page(rows(*range(10)), None, pager.offset + 10, 10, has_links=True))
    found = pager.walk()
    assert calls <= 3
    assert len(found.rows) == 10
    assert not found.complete
    assert found.notes[0] == "ServiceNow sent the same rows again and again, so reading stopped."


@pytest.mark.parametrize("total", [None, 500, 10**12])
def test_the_same_page_without_links_ends(total: int | None) -> None:
    """The walk ends by itself whatever the count says."""
    pager = Pager(page_rows=50, max_rows=10_000)
    calls = 0
    while not pager.done:
        calls += 1
        pager.take(Page(rows(*range(10)), total))
    assert calls < 25
    assert not pager.walk().complete or total == 500


def test_endless_empty_pages_end() -> None:
    """Links that lead on for ever, with nothing on any page, end at the bound of calls."""
    pager = Pager(page_rows=10, max_rows=100)
    calls = 0
    while not pager.done:
        calls += 1
        pager.take(Page(rows(), None, pager.offset + 10, 10, has_links=True))
    assert calls == MAX_CALLS
    assert not pager.walk().complete


def test_empty_pages_beyond_the_count_end_at_once() -> None:
    """A link that leads beyond the counted rows is followed once, not for ever."""
    pager = Pager(page_rows=10, max_rows=100)
    pager.take(Page(rows(*range(10)), 10, 10, 10, has_links=True))
    pager.take(Page(rows(), 10, 20, 10, has_links=True))
    assert pager.done
    assert len(pager.walk().rows) == 10


def test_repeated_rows_are_merged_and_counted() -> None:
    """A row twice in the answer is shown once, and said."""
    pager = Pager(page_rows=10, max_rows=100)
    pager.take(Page(rows(1, 2, 1), 3, None, 10, has_links=True))
    found = pager.walk()
    assert keys(found) == [key(1), key(2)]
    assert "1 repeated row was merged." in found.notes


def test_a_list_that_shrinks_while_it_is_read_is_not_called_whole() -> None:
    """Rows that move forward between two pages can be lost, so the walk says that the list changed."""
    pager = Pager(page_rows=2, max_rows=100)
    pager.take(Page(rows(1, 2), 4, 2, 2, has_links=True))
    pager.take(Page(rows(4), 3, None, 2, has_links=True))
    found = pager.walk()
    assert not found.complete
    assert found.notes == ("The list changed while it was being read. Refresh to see it whole.",)


def test_a_last_page_that_contradicts_the_count_is_told() -> None:
    """No link to go on, yet the count says that rows are missing."""
    pager = Pager(page_rows=100, max_rows=1000)
    pager.take(Page(rows(1), 500, None, 100, has_links=True))
    assert pager.walk().notes == ("List may be incomplete (1 of about 500).",)


def test_a_count_below_the_rows_is_dropped() -> None:
    """A count that cannot be right is not shown."""
    pager = Pager(page_rows=2, max_rows=100)
    pager.take(Page(rows(1, 2), 2, 2, 2, has_links=True))
    pager.take(Page(rows(3), None, None, 2, has_links=True))
    assert pager.walk().total is None


@pytest.mark.parametrize(
    ("lost", "said"), [(1, "1 record could not be read and is left out."), (2, "2 records could not")]
)
def test_rows_without_their_keys_are_left_out_and_said(lost: int, said: str) -> None:
    """What a page lost is said, is no hidden row, and does not end the walk early."""
    pager = Pager(page_rows=3, max_rows=100)
    pager.take(Page(rows(*range(3 - lost)), 5, unreadable=lost))
    assert (pager.done, pager.offset) == (False, 3)
    pager.take(Page(rows(7, 8), 5))
    found = pager.walk()
    assert (len(found.rows), found.complete, found.unreadable, found.hidden_rows) == (5 - lost, True, lost, 0)
    (note,) = found.notes
    assert note.startswith(said)


def test_a_walk_broken_off_keeps_its_rows_and_says_why() -> None:
    """Rows read before the failure stay, marked as not complete."""
    pager = Pager(page_rows=2, max_rows=100)
    pager.take(Page(rows(1, 2), 4, 2, 2, has_links=True))
    pager.break_off("Loaded 2 rows, then ServiceNow stopped answering.")
    found = pager.walk()
    assert len(found.rows) == 2
    assert not found.complete
    assert found.notes == ("Loaded 2 rows, then ServiceNow stopped answering.",)


def test_now_and_then_a_repeated_page_does_not_end_the_walk() -> None:
    """Only repeated pages one after another mean that an instance repeats itself for ever."""
    pager = Pager(page_rows=1, max_rows=100)
    for step, number in enumerate((1, 1, 2, 2, 3, 3, 4)):
        assert not pager.done
        pager.take(Page(rows(number), None, step + 1 if step < 6 else None, 1, has_links=True))
    found = pager.walk()
    assert len(found.rows) == 4
    assert found.complete
    assert found.notes == ("3 repeated rows were merged.",)


@given(readable=ROWS, cap=CAP, page_rows=PAGE_ROWS, links=st.sampled_from(["always", "needed", "never"]))
@settings(max_examples=300, deadline=None)
def test_pages_foreseen_are_the_pages_asked_for(readable: list[bool], cap: int, page_rows: int, links: str) -> None:
    """An instance that keeps to its pages: each page that was foreseen is the one asked for next, so none is wasted."""
    model, foreseen = ListModel(readable, cap, links), []
    pager = Pager(page_rows=page_rows, max_rows=10_000)
    while not pager.done:
        if foreseen:
            assert foreseen[0] == pager.offset
        first, *foreseen = pager.upcoming(4)
        assert first == pager.offset
        assert len(foreseen) <= 3
        pager.take(model.page(pager.offset, pager.limit))
    assert foreseen == [] or not pager.walk().complete


def test_pages_are_foreseen_once_count_and_size_are_known() -> None:
    """Nothing at first; then the next four by the size the instance grants, none beyond the count or the bound."""
    pager = Pager(page_rows=10, max_rows=100)
    assert pager.upcoming(4) == (0,)
    pager.take(ListModel([True] * 30, cap=4).page(0, 10))
    assert pager.upcoming(4) == (4, 8, 12, 16)
    assert pager.upcoming(9) == (4, 8, 12, 16, 20, 24, 28)
    few = Pager(page_rows=10, max_rows=12)
    few.take(ListModel([True] * 30).page(0, 10))
    assert few.upcoming(4) == (10,)


def test_nothing_is_foreseen_where_a_page_may_reach_further() -> None:
    """Without links a short page proves a lower bound only: the next page alone is known."""
    pager = Pager(page_rows=10, max_rows=100)
    pager.take(ListModel([True, False] * 20, links="never").page(0, 10))
    assert pager.upcoming(4) == (5,)
