"""docs/privacy.md: tables, deadlines, the access log's actions, cookies and links, as the code has them."""

from __future__ import annotations

import re

from snlib import sessions
from snlib.connector import connection_tests
from snlib.database.tables import metadata
from snlib.directory import recent
from snlib.helpdesk.acts import LABELS, Act
from snlib.helpdesk.person import people
from snlib.oauth import pending
from snlib.settings import Settings
from snlib.ui import cache, state
from snlib.web.sign_in import cookies
from tests.docs.reading import codes, section, table, text_of

PAGE = "docs/privacy.md"
LOG_PAGE = "docs/access-log.md"
NUMBERS = {10: "ten", 20: "twenty", 5: "five", 1: "one"}


def stored() -> dict[str, list[str]]:
    """The rows of the first table by what is named in their second cell."""
    return {name: row for row in table(PAGE, "What is stored about people") if len(row) == 3 for name in codes(row[1])}


def test_every_table_of_the_database_is_named():
    """Each table that can hold something about people is in the list; the one of the mode is not."""
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


def test_every_act_of_the_access_log_is_named():
    """The page it refers to names each act that is written down; "refusals only" are exactly the quiet ones."""
    assert LOG_PAGE.removeprefix("docs/") in section(text_of(PAGE), "The access log")
    rows = table(LOG_PAGE, "What is written down")
    documented = [key for row in rows for key in codes(row[0])]
    assert sorted(documented) == sorted(LABELS)
    only_refusals = next(set(codes(row[0])) for row in rows if row[1] == "refusals only")
    assert only_refusals == {act.key for act in Act if act.quiet or act is Act.PAGE_OPEN}


def test_links_hold_what_the_page_says():
    """The query parameters of the pages are those the page names, nothing else."""
    source = text_of("snlib/ui/state.py")
    parameters = re.findall(r'^(\w+): Final = "\w+"\n"""Query parameter', source, re.MULTILINE)
    paragraph = section(text_of(PAGE), "What is in the browser").replace("\n", " ")
    named = {
        name for listed in re.findall(r"\((`person`[^)]*|`log_agent`[^)]*)\)", paragraph) for name in codes(listed)
    }
    assert {getattr(state, name) for name in parameters} == named
    assert "the tab, the device, the columns, the filters and the period" in paragraph
    assert "Never a token, a name or an e-mail address" in paragraph
