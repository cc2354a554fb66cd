"""docs/privacy.md: tables, deadlines, the access log's actions, cookies and links, as the code has them."""

from __future__ import annotations

import re

from snlib import sessions
from snlib.connector import connection_tests
from snlib.database.tables import metadata
from snlib.directory import recent
from snlib.helpdesk import people
from snlib.oauth import pending
from snlib.settings import Settings
from snlib.ui import cache, state
from snlib.web import cookies
from tests.docs.reading import ROOT, codes, section, table, text_of

PAGE = "docs/privacy.md"
NUMBERS = {10: "ten", 20: "twenty", 5: "five", 1: "one"}


def stored() -> dict[str, list[str]]:
    """The rows of the first table by what is named in their second cell."""
    return {name: row for row in table(PAGE, "What is stored about people") if len(row) == 3 for name in codes(row[1])}


def test_every_table_of_the_database_is_named():
    """Each table that can hold something about people stands in the list; the mode's own does not."""
    assert stored().keys() == metadata.tables.keys() - {"meta"}


def test_the_deadlines_are_those_of_the_code():
    """Hours, minutes, days and counts of the page are the values the code works with."""
    kept = {name: row[2] for name, row in stored().items()}
    hours = Settings.model_fields["session_absolute_hours"].default
    minutes = Settings.model_fields["session_idle_minutes"].default
    assert f"{hours} hours at most, {minutes} minutes without a click" in kept["agent_session"]
    assert f"{sessions.KEEP_ENDED.days} days and {hours} hours" in kept["agent_session"]
    assert (pending.GOOD_FOR.total_seconds() / 60, pending.KEEP.days, connection_tests.KEEP.days) == (10, 1, 1)
    assert "ten minutes" in kept["authorization_request"]
    assert "a day later" in kept["authorization_request"]
    assert "a day later" in kept["connector_test"]
    assert f"the last {NUMBERS[recent.KEPT_PER_AGENT]} of each agent" in kept["recent_person"]
    assert f"{NUMBERS[people.RECENT_PEOPLE]} are shown" in kept["recent_person"]
    assert f"{NUMBERS[cache.SECONDS // 60]} minutes (searches one)" in text_of(PAGE)
    assert cookies.SIGN_IN_SECONDS == 600
    assert "for ten minutes one" in text_of(PAGE)


def test_every_action_of_the_access_log_is_named():
    """The page names each action that the code writes, and calls "refusals only" exactly those that are."""
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "snlib").rglob("*.py") if "demo" not in path.parts
    )
    done = set(re.findall(r'\.(?:note|record)\(\s*(?:agent,\s*)?"([a-z_]+\.[a-z_]+)"(?!, outcome="refused")', source))
    refused = set(re.findall(r'action="([a-z_.]+)"', source))
    refused |= set(re.findall(r'\.note\(\s*"([a-z_.]+)", outcome="refused"', source))
    rows = table(PAGE, "The access log")
    documented = {action for row in rows for action in codes(row[0])}
    assert documented == done | refused
    only_refusals = next(set(codes(row[0])) for row in rows if row[1] == "refusals only")
    assert only_refusals == refused - done


def test_links_hold_what_the_page_says():
    """The query parameters of the pages are person, tab, columns, filters and period, nothing else."""
    source = text_of("snlib/ui/state.py")
    parameters = re.findall(r'^(\w+): Final = "\w+"\n"""Query parameter', source, re.MULTILINE)
    assert {getattr(state, name) for name in parameters} == {"person", "tab", "columns", "filters", "since"}
    sentence = section(text_of(PAGE), "What is in the browser").replace("\n", " ")
    assert "the object id of a person, the tab, the columns, the filters and the period" in sentence
