"""The matrix over the raw WebSocket: page hashes and widget ids of an administrator, sent by everybody."""

from __future__ import annotations

import re

from tests.matrix.rows import ROWS, Row
from tests.matrix.served import Visitor
from tests.matrix.wire import Known, Tab


def query_of(row: Row, caller: str) -> dict[str, str]:
    """Return the query of the row's address."""
    return {"person": caller, "tab": row.tab} if row.tab else {}


def learn(administrator: Visitor, caller: str) -> Known:
    """Return the pages and widgets that the server sends an administrator who opens everything."""
    tab = administrator.tab()
    for row in ROWS:
        tab.forge(row.page, tab.known, **query_of(row, caller))
    named = {name for _, name in tab.known.widgets}
    missing = [row.widget for row in ROWS if row.widget and row.widget not in named]
    assert not missing, (missing, sorted(named))
    return tab.known


def force(visitor: Visitor, tab: Tab, row: Row, known: Known, caller: str, *, stay: bool = False) -> bool:
    """Request the page by its hash, send the widget's state, and return whether it had its effect.

    Args:
        visitor: Whose session the tab has.
        tab: The tab.
        row: What is done.
        known: Ids to send.
        caller: Object id of the person who is opened.
        stay: The tab shows the page already; only the widget is sent, as the fragment it belongs to.
    """
    before = effect_of(visitor, row)
    query = query_of(row, caller)
    drawn = "" if stay and row.widget else tab.forge(row.page, known, **query)
    if row.widget:
        drawn = tab.send(known, row.widget, *row.state, query=query, alone=stay)
    if row.effect:
        return effect_of(visitor, row) != before
    return re.search(row.draws, drawn) is not None


def effect_of(visitor: Visitor, row: Row) -> int:
    """Return the number in the dashboard's database that changes when the row is allowed."""
    if not row.effect:
        return 0
    return visitor.connector_version() if row.effect == "connector" else visitor.count(row.effect)
