"""The words of the access log's page."""

from snlib.helpdesk.access_log import label_of
from snlib.helpdesk.acts import LABELS, Act


def test_every_act_has_a_name_of_its_own():
    """No two acts are called the same on the page, unless they are the same act of the log."""
    assert set(LABELS) == {act.key for act in Act}
    assert len(set(LABELS.values())) == len(LABELS)


def test_an_action_of_a_later_release_is_shown_as_it_stands():
    """A line that a newer release wrote is still a line."""
    assert label_of("coffee.brewed") == "coffee.brewed"
