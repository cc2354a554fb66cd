"""The access log as a file, through the served routes."""

from __future__ import annotations

import csv
import io
import zipfile
from urllib.parse import quote

import pytest

from snlib.helpdesk import access_log

CSV = "/export/access-log?format=csv"


def events(browser):
    """Return the log's newest lines."""
    return browser.dashboard.services.audit.recent(5)


def rows(answer):
    """Return the lines of a CSV answer as dictionaries."""
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_an_administrator_gets_the_file(administrator):
    """Whoever may read the log gets every line as an attachment that no cache keeps; the export is in the log."""
    answer = administrator.get(CSV)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    name = answer.headers["content-disposition"].removeprefix('attachment; filename="').removesuffix('"')
    assert name.startswith("access-log-")
    assert name.endswith("Z.csv")
    newest = events(administrator)[0]
    assert (newest.action, newest.agent_name, newest.outcome) == ("audit.export", "Ingrid Vogel", "ok")
    found = rows(answer)
    assert [int(row["No."]) for row in found] == list(range(newest.seq - 1, 0, -1))
    assert found[0]["Action"] == "session.start"
    assert found[0]["From"].startswith("127.0.0.1, python-httpx")


def test_a_workbook(administrator):
    """The other kind of file is a workbook."""
    answer = administrator.get("/export/access-log?format=xlsx")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


def test_what_strangers_wrote_is_no_formula(administrator):
    """A text in the log that begins like a formula arrives as text."""
    administrator.dashboard.services.audit.record(None, "person.view", target="=1+1", target_name="@SUM(A1)")
    (found,) = rows(administrator.get(CSV + "&person=" + quote("=1+1")))
    assert (found["About key"], found["About"]) == ("'=1+1", "'@SUM(A1)")


def test_the_filter_of_the_page(administrator):
    """Only the lines that meet the filter are in the file."""
    log = administrator.dashboard.services.audit
    log.record(None, "person.view", target="p-1", outcome="failed")
    log.record(None, "person.view", target="p-2")
    assert [row["About key"] for row in rows(administrator.get(CSV + "&person=p-1"))] == ["p-1"]
    assert rows(administrator.get(CSV + "&since=" + quote("2199-01-01T00:00:00+01:00"))) == []
    assert {row["Outcome"] for row in rows(administrator.get(CSV + "&outcome=failed&action=person.view"))} == {"failed"}


@pytest.mark.parametrize(
    "query", ["&since=yesterday", "&since=2026-01-01", "&person=a&person=b", "&agent=" + "x" * 700]
)
def test_a_filter_that_cannot_be_read(administrator, query):
    """Nothing is exported rather than too much."""
    answer = administrator.get(CSV + query)
    assert answer.status_code == 400
    assert "attachment" not in answer.headers.get("content-disposition", "")


def test_too_many_lines(administrator, monkeypatch):
    """A file that would be cut off is not made: the page asks for fewer days."""
    monkeypatch.setattr(access_log, "MAX_EXPORT_ROWS", 0)
    answer = administrator.get(CSV)
    assert answer.status_code == 400
    assert "Choose fewer days" in answer.text


def test_nobody_signed_in(browser):
    """Without a session there is no file, whatever is asked."""
    answer = browser.get(CSV)
    assert answer.status_code == 401
    assert "session.start" not in answer.text


@pytest.mark.parametrize("persona", ["Hugo", "Mia"])
def test_without_the_permission(browser, persona):
    """Somebody who may not read the log gets a refusal, and that is in the log."""
    browser.sign_in(persona)
    answer = browser.get(CSV)
    assert answer.status_code == 403
    assert "Auditor" in answer.text
    newest = events(browser)[0]
    assert (newest.action, newest.outcome, newest.detail) == ("audit.export", "refused", "audit.view")


def test_after_signing_out(administrator):
    """The session's end is the end of its downloads."""
    cookie = administrator.session
    administrator.get("/logout")
    administrator.cookies.set(administrator.session_name, cookie)
    assert administrator.get(CSV).status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_start_a_download(administrator, site):
    """A link on another page exports nothing, and nothing is logged as if the agent had."""
    before = events(administrator)[0].seq
    answer = administrator.get("/export/access-log", site=site)
    assert answer.status_code == 403
    assert events(administrator)[0].seq == before
