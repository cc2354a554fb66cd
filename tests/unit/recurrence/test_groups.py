"""Incidents of one person are grouped by the trouble they are about, with reasons."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snlib.recurrence import DEFAULT_THRESHOLD, Group, recurring
from snlib.recurrence.likeness import likeness
from tests.samples.pairs import pairs
from tests.unit.recurrence.incidents import incidents

TEXTS = sorted({row[side] for row in pairs("choose") for side in ("text_1", "text_2")})
ODD = [
    "",
    " ",
    "😀😀",
    "مشكلة في الطابعة",
    "<b>Outlook</b> crashes & more",
    "not " * 1_250,
    "VPN drops " + "x" * 5_000,
    None,
]
VPN = {"short_description": "VPN drops every ten minutes", "category": "Network", "assignment_group": "Network"}

cells = st.sampled_from([None, "", "a", "b"])
rows = st.lists(
    st.fixed_dictionaries(
        {
            "short_description": st.one_of(st.sampled_from(TEXTS), st.sampled_from(ODD), st.text(max_size=40)),
            "opened": st.sampled_from([None, "2026-01-01 10:00:00", "2026-02-01 10:00:00", "2026-02-01 10:00:01"]),
            "reopen_count": st.sampled_from([None, "", "0", "2", "x", "9" * 40, "²"]),
            **dict.fromkeys(("item", "item_sys_id", "category", "assignment_group", "close_code"), cells),
        }
    ),
    max_size=30,
)


def names(groups: list[Group]) -> list[list[str]]:
    """Return the sys_ids of each group."""
    return [group.incidents["sys_id"].tolist() for group in groups]


def reasons(*cells: dict[str, str]) -> tuple[str, ...]:
    """Return the reasons of the one group that VPN incidents with these further cells make."""
    (group,) = recurring(incidents([{**VPN, **own} for own in cells]))
    assert len(group.incidents) == len(cells)
    return group.reasons


def test_the_same_trouble_in_any_words_is_one_group():
    """Misspelt, in French or in other words, it is one group; another trouble and a request are in none."""
    found = recurring(
        incidents(
            [
                {**VPN, "sys_id": "1"},
                {**VPN, "sys_id": "2", "short_description": "vpn conection drops evry 10 min!!"},
                {**VPN, "sys_id": "3", "short_description": "Le VPN se déconnecte tout le temps"},
                {**VPN, "sys_id": "4", "short_description": "Please give Anna VPN access"},
                {**VPN, "sys_id": "5", "short_description": "Printer: paper jam"},
            ]
        )
    )
    assert [set(one) for one in names(found)] == [{"1", "2", "3"}]


@settings(deadline=None, max_examples=60)
@given(rows=rows, chance=st.randoms(use_true_random=False))
def test_the_same_incidents_give_the_same_groups_in_any_order(rows: list[dict[str, str | None]], chance):
    """The order of the rows changes nothing: not the groups, not their order, not a reason."""
    frame = incidents(rows)
    order = list(range(len(frame)))
    chance.shuffle(order)
    first, second = recurring(frame), recurring(frame.iloc[order])
    assert names(first) == names(second)
    assert [group.reasons for group in first] == [group.reasons for group in second]


@settings(deadline=None, max_examples=60)
@given(rows=rows, threshold=st.sampled_from([0.0, 0.3, DEFAULT_THRESHOLD, 1.0]))
def test_whatever_comes_in_groups_hold_what_they_promise(rows: list[dict[str, str | None]], threshold: float):
    """No incident is in two groups, none is alone, one is like all others; the newest is first, with a gap each."""
    frame = incidents(rows)
    found = recurring(frame, threshold)
    said = [name for one in names(found) for name in one]
    assert len(said) == len(set(said))
    for group in found:
        own = group.incidents
        assert len(own) >= 2
        assert list(own.columns) == list(frame.columns)
        assert (likeness(own) >= threshold - 1e-5).sum(axis=1).max() >= len(own) - 1
        assert own["opened"].dropna().is_monotonic_decreasing
        assert len(group.gaps) == len(own)
        assert pd.isna(group.gaps.iloc[-1])
        assert not (group.gaps.dropna() < pd.Timedelta(0)).any()
        assert 0 <= group.likeness <= 1
        assert all(group.reasons)


def test_a_lower_threshold_groups_more():
    """Who wants to see what is less sure moves the threshold."""
    frame = incidents([VPN["short_description"], "vpn is slow", "VPN access please", "Printer: paper jam"])
    grouped = [sum(map(len, names(recurring(frame, threshold)))) for threshold in (0.01, 0.3, 0.99)]
    assert grouped == sorted(grouped, reverse=True)
    assert grouped[0] > grouped[-1]


def test_no_incident_and_one_incident_are_no_group():
    """There is nothing that has happened before."""
    assert recurring(incidents([])) == []
    assert recurring(incidents(["VPN drops"])) == []


def test_how_often_and_when():
    """The first reason is how often in how long; the gaps stand beside the incidents, the newest first."""
    times = ["2026-01-01 08:00:00", "2026-01-11 08:00:00", "2026-03-02 08:00:00"]
    (group,) = recurring(incidents([{**VPN, "opened": time} for time in times]))
    assert group.reasons[0] == "3 times in 60 days"
    assert group.gaps.tolist()[:2] == [pd.Timedelta(days=50), pd.Timedelta(days=10)]
    assert pd.isna(group.gaps.iloc[2])


@pytest.mark.parametrize(
    ("opened", "reason"),
    [(("2026-01-01 08:00:00", "2026-01-02 20:00:00"), "2 times within two days"), ((None, "2026-01-02"), "2 times")],
)
def test_how_often_when_the_time_is_short_or_not_known(opened: tuple[str, str], reason: str):
    """Hours are not counted in days, and a missing time is not made up."""
    assert reasons(*({"opened": one} for one in opened))[0] == reason


def test_what_the_reasons_say():
    """Each kind of reason is a sentence of its own, and says only what is so of the incidents."""
    item = {"item": "LYO-LT-0412", "item_sys_id": "a"}
    closed = {"close_code": "Workaround provided", "assignment_group": "Network"}
    assert "short descriptions 100 % alike" in reasons({}, {})
    assert "all about: disconnects, VPN" in reasons({}, {"short_description": "VPN: connection lost"})
    assert "same configuration item LYO-LT-0412" in reasons(item, item)
    assert "same configuration item LYO-LT-0412 in 2 of them" in reasons(item, item, {})
    assert "reopened once" in reasons({"reopen_count": "1"}, {"reopen_count": "0"})
    assert "reopened twice" in reasons({"reopen_count": "1"}, {"reopen_count": "1"})
    assert "reopened 3 times" in reasons({"reopen_count": "3"}, {"reopen_count": ""})
    assert "resolved by Network with “Workaround provided”" in reasons(closed, closed)
    assert "resolved with “Workaround provided”" in reasons(closed, {**closed, "assignment_group": "Service Desk"})


def test_what_the_reasons_do_not_say():
    """Different items and close codes, and no reopening, are no reasons."""
    said = " ".join(
        reasons(
            {"item": "A", "item_sys_id": "a", "close_code": "Solved", "reopen_count": "0"},
            {"item": "B", "item_sys_id": "b", "close_code": "Not solved", "reopen_count": "0"},
        )
    )
    assert not any(word in said for word in ("configuration item", "resolved", "reopened"))


def test_only_the_newest_thousand_are_compared():
    """A person with more incidents costs no more than one with a thousand."""
    frame = incidents([{**VPN, "opened": f"{2000 + at // 300}-01-01 00:00:00"} for at in range(1_200)])
    (group,) = recurring(frame)
    assert len(group.incidents) == 1_000
    assert group.incidents["opened"].min().year == 2000
