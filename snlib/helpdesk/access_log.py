"""The access log for an auditor (permission ``audit.view``); reading it is logged, too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import make_url

from snlib.audit import AuditEvent, AuditFilter, Head, Named, Verdict, verify
from snlib.database.engine import create_engine
from snlib.errors import InvalidInput, StoreError
from snlib.helpdesk.acts import LABELS, Act
from snlib.helpdesk.desk import Desk
from snlib.settings import Settings
from snlib.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_file, xlsx_file

PAGE_ROWS = 100
MAX_EXPORT_ROWS = 50_000

COLUMNS = ("No.", "Time (UTC)", "Agent", "Agent key", "Action", "About", "About key", "Outcome", "Detail", "From")
"""The columns of an export."""

Kind = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, ``number`` from 1 of ``pages``; at most a hundred lines, newest first.

    Attributes:
        total: How many lines match the filter on all pages.
        through: The newest line's number on these pages; later lines do not move them.
    """

    events: tuple[AuditEvent, ...]
    total: int
    number: int
    pages: int
    through: int


@dataclass(frozen=True, slots=True)
class FilterValues:
    """The values that the log can be filtered by: key to name."""

    agents: dict[str, str]
    people: dict[str, str]
    actions: dict[str, str]


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to download."""

    name: str
    media_type: str
    content: bytes


def read_page(desk: Desk, log_filter: AuditFilter, number: int = 1) -> LogPage:
    """Return a page of the lines that match the filter, after logging that the agent read it.

    A number beyond the last page gives the last page.
    """
    with desk.act(Act.AUDIT_VIEW) as permit:
        permit.detail = f"page {number} of {log_filter.describe()}"
        log = permit.services.audit
    if not log_filter.through:
        newest = log.recent(1)
        log_filter = replace(log_filter, through=newest[0].seq if newest else 0)
    total = log.total(log_filter)
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(max(1, number), pages)
    events = log.find(log_filter, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS)
    return LogPage(tuple(events), total, number, pages, log_filter.through)


def filter_values(desk: Desk) -> FilterValues:
    """Return the values to filter by (permission ``audit.view``)."""
    with desk.act(Act.AUDIT_VIEW) as permit:
        permit.quiet = True  # a part of reading the page
        log = permit.services.audit
        return FilterValues(
            agents=_labels(log.agents()),
            people=_labels(log.people()),
            actions={action: label_of(action) for action in log.actions()},
        )


def export(desk: Desk, log_filter: AuditFilter, kind: Kind) -> ExportFile:
    """Return the lines that match the filter as a file without formulas; the export is logged.

    Raises:
        InvalidInput: Key ``filter``: more than 50,000 lines.
    """
    with desk.act(Act.AUDIT_EXPORT) as permit:
        log = permit.services.audit
        total = log.total(log_filter)
        if total > MAX_EXPORT_ROWS:
            many = f"{total:,} lines are too many for one file (at most {MAX_EXPORT_ROWS:,}). Choose fewer days."
            raise InvalidInput({"filter": many})
        events = log.find(log_filter, limit=MAX_EXPORT_ROWS)
        permit.detail = f"{len(events)} lines as {kind}: {log_filter.describe()}"
    rows = [
        (e.seq, e.at, e.agent_name, e.agent_key, e.action, e.target_name, e.target, e.outcome, e.detail, e.remote)
        for e in events
    ]
    name = f"access-log-{desk.now():%Y%m%dT%H%M%SZ}.{kind}"
    if kind == "csv":
        return ExportFile(name, CSV_TYPE, csv_file(COLUMNS, rows))
    return ExportFile(name, XLSX_TYPE, xlsx_file(COLUMNS, rows, sheet="Access log"))


def check(desk: Desk) -> Verdict:
    """Check the whole log and return what was found; the check is logged (permission ``audit.view``)."""
    with desk.act(Act.AUDIT_VERIFY) as permit:
        verdict = verify(permit.services.engine, permit.services.settings.vault_keys())
        permit.outcome, permit.detail = "ok" if verdict.ok else "failed", verdict.why
    return verdict


def verify_stored(settings: Settings, *, noted: Head | None = None) -> Verdict:
    """Check the log of a dashboard's database without starting it; nothing is written. ``noted`` as for `verify`.

    Raises:
        ConfigurationError: The address of the database cannot be used.
        StoreError: There is no database, or it has no access log yet.
    """
    address = settings.database_url.get_secret_value()
    url = make_url(address)
    file = Path(url.database or "")
    if url.get_backend_name() == "sqlite" and not file.is_file():
        raise StoreError(f"There is no database file {file.name} to check.")
    engine = create_engine(address)
    try:
        return verify(engine, settings.vault_keys(), noted=noted)
    finally:
        engine.dispose()


def label_of(action: str) -> str:
    """Return the name of an action on the page."""
    return LABELS.get(action, action)


def _labels(found: list[Named]) -> dict[str, str]:
    """Return key to name; where several have one name, the end of the key is added."""
    names = [one.name for one in found]
    return {one.key: one.name if names.count(one.name) == 1 else f"{one.name} ({one.key[-8:]})" for one in found}
