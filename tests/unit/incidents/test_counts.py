"""Numbers of incidents, put in order and labelled."""

from snlib.incidents.counts import in_value_order, largest_first
from snlib.servicenow.aggregate import GroupCount


def test_states_stand_in_value_order():
    """Counts by a choice stand in the order of the stored values; those without a value come last, as “(none)”."""
    counts = [
        GroupCount("", "", 1),
        GroupCount("10", "Ten", 1),
        GroupCount("2", "Two", 5),
        GroupCount("-2", "Minus", 1),
    ]
    assert [count.display_value for count in in_value_order(counts)] == ["Minus", "Two", "Ten", "(none)"]


def test_groups_stand_by_size():
    """Counts by group stand by size, equal ones by name; those without a group come last however many they are."""
    counts = [
        GroupCount("", "", 9),
        GroupCount("a", "b-team", 2),
        GroupCount("b", "A-team", 2),
        GroupCount("c", "C", 3),
    ]
    assert [count.display_value for count in largest_first(counts)] == ["C", "A-team", "b-team", "(none)"]


def test_labels_are_made_safe():
    """A label from the instance is cleaned for display; one that is empty gives way to the stored value."""
    (spoofed, bare) = in_value_order([GroupCount("1", "New\u202e\n!", 1), GroupCount("2", "", 1)])
    assert (spoofed.display_value, bare.display_value) == ("New !", "2")
