"""Filters of an incident list."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.errors import InvalidInput
from snlib.incidents.columns import COLUMNS, FIELDS, empty_frame
from snlib.incidents.filters import FilterField, IncidentFilter, labels_of
from snlib.incidents.frames import build_frame
from snlib.incidents.questions import narrowed
from snlib.servicenow.encoded_query import Query, can_be_sent
from snlib.servicenow.records import record_of, rows_of

GROUP = "b" * 32


def frame() -> pd.DataFrame:
    """Three incidents: a new one, one in progress without a group, and one whose state and time are missing."""
    rows = [
        {
            "number": "INC1",
            "state": {"value": "1", "display_value": "New"},
            "priority": {"value": "1", "display_value": "1 - Critical"},
            "assignment_group": {"value": GROUP, "display_value": "Network"},
            "opened_at": "2026-11-20 23:30:00",
        },
        {
            "number": "INC2",
            "state": {"value": "2", "display_value": "In Progress"},
            "priority": {"value": "4", "display_value": "4 - Low"},
            "assignment_group": {"value": "", "display_value": ""},
            "opened_at": "2026-11-19 08:00:00",
        },
        {"number": "INC3", "priority": {"value": "4", "display_value": "4 - Low"}, "opened_at": "0000-00-00"},
    ]
    return build_frame(rows_of(map(record_of, rows), FIELDS)).frame


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (IncidentFilter(), ["INC1", "INC2", "INC3"]),
        (IncidentFilter(states=("1",)), ["INC1"]),
        (IncidentFilter(states=("1", "2")), ["INC1", "INC2"]),
        (IncidentFilter(states=("7",)), []),
        (IncidentFilter(priorities=("4",)), ["INC2", "INC3"]),
        (IncidentFilter(states=("2",), priorities=("4",)), ["INC2"]),
        (IncidentFilter(groups=("",)), ["INC2"]),
        (IncidentFilter(groups=(GROUP, "")), ["INC1", "INC2"]),
        (IncidentFilter(opened_since=date(2026, 11, 20)), ["INC1"]),
        (IncidentFilter(opened_since=date(2026, 11, 21)), []),
    ],
)
def test_what_passes(filters: IncidentFilter, numbers: list[str]):
    """Fields are joined by and, a field's values by or; a row without the value fails."""
    assert filters.apply(frame())["number"].tolist() == numbers


def test_the_day_begins_in_the_viewers_zone():
    """“Opened since” begins at midnight where the viewer is: 23:30 UTC is the next day in Stockholm."""
    filters = IncidentFilter(opened_since=date(2026, 11, 21))
    assert filters.apply(frame(), zone=ZoneInfo("Europe/Stockholm"))["number"].tolist() == ["INC1"]
    assert filters.opened_from(ZoneInfo("Europe/Stockholm")) == datetime(2026, 11, 20, 23, tzinfo=UTC)


@pytest.mark.parametrize("filters", [IncidentFilter(states=("7",)), IncidentFilter(opened_since=date(2026, 1, 1))])
def test_filtering_keeps_columns_and_dtypes(filters: IncidentFilter):
    """A filter that keeps nothing, or filters nothing, still returns every column with its dtype."""
    for one in (frame(), empty_frame()):
        filtered = filters.apply(one)
        assert list(filtered.columns) == list(COLUMNS)
        assert filtered.dtypes.to_dict() == one.dtypes.to_dict()


odd_values = st.text(max_size=30).filter(lambda value: not value or can_be_sent(value))
VALUES = ("", "-2", "1", "10", "1.5", "awaiting_user_info", "p1", "a,b", GROUP, GROUP.upper())
values = st.sampled_from(VALUES) | odd_values
filters_of = st.builds(
    IncidentFilter,
    states=st.lists(values, max_size=8).map(tuple),
    priorities=st.lists(values, max_size=8).map(tuple),
    groups=st.lists(values, max_size=8).map(tuple),
    opened_since=st.none() | st.dates(date(1970, 1, 1), date(2199, 12, 31)),
)


@given(filters_of)
def test_a_filter_survives_the_url(filters: IncidentFilter):
    """A filter written for the URL and read back is the same filter, and equal filters write equal texts."""
    text = filters.to_json()
    assert IncidentFilter.from_json(text) == filters
    assert IncidentFilter.from_json(text).to_json() == text
    assert bool(text) is bool(filters)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "null",
        "[]",
        '"state"',
        '{"color":["1"]}',
        '{"state":"1"}',
        '{"state":[1]}',
        '{"state":["1^ORactive=true"]}',
        '{"state":["1\\n"]}',
        '{"state":["1\\u2028x"]}',
        '{"state":["＾ORactive=true"]}',
        '{"state":["javascript:gs.getUserID()"]}',
        '{"state":[" "]}',
        '{"state":["' + "x" * 101 + '"]}',
        '{"state":["1"],"state":["2"]}',
        '{"assignment_group":["a^b"]}',
        '{"assignment_group":[' + ",".join(f'"{value:0>98}"' for value in range(50)) + "]}",
        '{"opened_since":"yesterday"}',
        '{"opened_since":"20261123"}',
        '{"opened_since":"2026-02-30"}',
        '{"opened_since":"1200-01-01"}',
        '{"opened_since":"9999-12-31"}',
        '{"opened_since":["2026-11-23"]}',
        '{"opened_since":20261123}',
        '{"state":[' + ",".join(f'"{value}"' for value in range(60)) + "]}",
        '{"state":["1"]}' + " " * 5_000,
        "[" * 3_000,
    ],
)
def test_what_the_url_may_not_hold(text: str):
    """An unknown field, value or shape in the URL gets one sentence, and nothing else happens."""
    with pytest.raises(InvalidInput) as caught:
        IncidentFilter.from_json(text)
    assert list(caught.value.fields) == ["filters"]
    assert caught.value.fields["filters"].endswith(".")


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str):
    """Whatever stands in the URL is read as a filter or refused as invalid input; nothing else is raised."""
    try:
        found = IncidentFilter.from_json(text)
    except InvalidInput:
        return
    assert isinstance(found, IncidentFilter)


def test_chips():
    """Each active field has one chip, in the labels of the instance; a removed chip switches that field off."""
    filters = IncidentFilter(("1", "3"), ("4",), (GROUP, ""), date(2026, 11, 1))
    labels = labels_of(frame())
    assert list(filters.texts(labels).values()) == [
        "State is New or On Hold",
        "Priority is 4 - Low",
        "Assignment group is Network or (none)",
        "Opened since 2026-11-01",
    ]
    assert list(filters.with_values(FilterField.STATE, ()).texts({})) == list(FilterField)[1:]
    unknown = IncidentFilter(groups=("c" * 32,)).texts(labels)
    assert unknown == {FilterField.ASSIGNMENT_GROUP: "Assignment group is a group not in this list"}


def test_labels_to_choose_from():
    """What can be chosen: the standard values and those loaded, in value order; groups by name, none last."""
    labels = labels_of(frame())
    assert list(labels[FilterField.STATE]) == ["1", "2", "3", "6", "7", "8"]
    assert labels[FilterField.ASSIGNMENT_GROUP] == {GROUP: "Network", "": "(none)"}
    assert labels_of(empty_frame())[FilterField.PRIORITY]["1"] == "1 - Critical"


def odd_frame() -> pd.DataFrame:
    """Incidents with values that no stock instance has."""
    rows = [
        {
            "number": f"INC{at}",
            "state": {"value": state, "display_value": label},
            "assignment_group": {"value": group, "display_value": name},
        }
        for at, (state, label, group, name) in enumerate(
            [
                ("awaiting_user_info", "Awaiting info", "service-desk-emea", "Service desk"),
                ("1.5", "", GROUP.upper(), "Service desk"),
                ("p1", "New", "deleted-group", ""),
                ("", "", "", ""),
                ("a^b", "Caret", "c^d", "Caret"),
                ("a,b", "Comma", "e,f", "Comma"),
                ("STANCEOFx", "Odd", "g&h=i#j?", "Odd"),
            ]
        )
    ]
    return build_frame(rows_of(map(record_of, rows), FIELDS)).frame


@pytest.mark.parametrize("field", [FilterField.STATE, FilterField.PRIORITY, FilterField.ASSIGNMENT_GROUP])
@pytest.mark.parametrize("whole", [True, False])
def test_every_value_that_is_offered_is_accepted(field: FilterField, whole: bool):
    """What the page offers can be chosen, goes through the address, and finds the rows that have it."""
    found = odd_frame()
    offered = labels_of(found, whole=whole)[field]
    assert len(set(offered.values())) == len(offered)
    for value in offered:
        chosen = IncidentFilter.from_json(IncidentFilter().with_values(field, [value]).to_json())
        assert chosen.values(field) == (value,)
        assert list(chosen.apply(found)[f"{field}_value"]) == [one for one in found[f"{field}_value"] if one == value]
        narrowed(Query(), chosen).encode()
    everything = IncidentFilter().with_values(field, offered)
    assert set(everything.choices(field, {field: offered})) == set(offered)
    if field is not FilterField.PRIORITY:
        stored = set(found[f"{field}_value"].dropna())
        assert stored - set(offered) == {"a^b" if field is FilterField.STATE else "c^d"}
        assert offered[""] == "(none)"


def test_none_is_offered_where_it_may_be_found():
    """Incidents without a value can be filtered for where one is loaded, or where not all are."""
    assert "" not in labels_of(frame())[FilterField.STATE]
    assert "" in labels_of(frame(), whole=False)[FilterField.STATE]
    assert "" in labels_of(odd_frame())[FilterField.STATE]


def test_a_value_is_compared_as_the_instance_compares_it():
    """Without regard to case: a key in capitals is the same key."""
    assert list(IncidentFilter(groups=(GROUP,)).apply(odd_frame())["number"]) == ["INC1"]


def test_a_strangers_text_stays_off_the_page():
    """A value out of a link that no row has is named by itself only where it reads like a stored value."""
    link = IncidentFilter(states=("awaiting_user_info", "Call 0900 for a refund"), groups=("Call me",))
    assert list(link.texts({}).values()) == [
        "State is a value not in this list or awaiting_user_info",
        "Assignment group is a group not in this list",
    ]
    group = FilterField.ASSIGNMENT_GROUP
    choices = IncidentFilter(groups=("x y", "z")).choices(group, {group: {}})
    assert list(choices.values()) == ["a group not in this list", "a group not in this list (2)"]


def test_labels_of_fields():
    """The fields have the names an agent reads."""
    assert [field.label for field in FilterField] == ["State", "Priority", "Assignment group", "Opened since"]
