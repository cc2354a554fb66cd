"""The words of the access log's page."""

import re
from pathlib import Path

from snlib.helpdesk.access_log import ACTIONS, label_of

SOURCES = Path(__file__).parents[3] / "snlib"
BEFORE = (
    r"action=",
    r"\.note\(\s*",
    r"failure_noted\(\s*",
    r"audit\.record\(\s*[\w.]+,\s*",
    r"\b(?:_ACTION|START|END) = ",
)
WRITTEN = re.compile(rf"(?:{'|'.join(BEFORE)})\"([a-z_]+\.[a-z_]+)\"")
"""An action where it is written down."""


def test_every_action_has_a_name():
    """Each action that the dashboard writes down is called something on the page, in words of its own."""
    rooms = [path for room in ("helpdesk", "ui", "web") for path in (SOURCES / room).rglob("*.py")]
    written = {action for path in rooms for action in WRITTEN.findall(path.read_text(encoding="utf-8"))}
    assert {"person.view", "session.start", "page.open", "incidents.read"} <= written
    assert written - set(ACTIONS) == set()
    assert len(set(ACTIONS.values())) == len(ACTIONS)


def test_an_action_of_a_later_release_is_shown_as_it_stands():
    """A line that a newer release wrote is still a line."""
    assert label_of("coffee.brewed") == "coffee.brewed"
