"""The command ``python -m snlib.demo``: what it prints, when it stops, and what it refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from snlib.demo.__main__ import main
from snlib.demo.core.instance import OAuthClient, OidcClient
from snlib.demo.core.storage import Storage
from snlib.demo.server import listen
from tests.demo.test_import import HEADER, line

ROOT = Path(__file__).parents[2]
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextmanager
def command(*arguments):
    """Run the command and yield it together with its address, once it says it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "snlib.demo", "--port", "0", "--incidents", "5", "--exit-with-parent", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # A command that hangs must not hang the test: it is ended, and reading its output then ends, too.
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    printed = []
    try:
        while not printed or not printed[-1].startswith("Demo instance ready on "):
            text = process.stdout.readline()
            assert text, process.stderr.read()
            printed.append(text)
        yield process, re.search(r"http://127\.0\.0\.1:\d+", printed[-1])[0], printed
    finally:
        watchdog.cancel()
        process.kill()
        process.wait(timeout=20)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()


def get(url):
    """The JSON at an address, read without a proxy."""
    with _OPENER.open(url, timeout=10) as answer:
        return json.load(answer)


def test_it_answers_when_it_says_so_and_ends_with_its_parent():
    """The address printed answers at once, and closing standard input ends the process with status 0."""
    with command() as (process, origin, _):
        assert get(f"{origin}/demo/health")["status"] == "ok"
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_the_control_plane_is_closed_unless_asked_for():
    """Without --control only the health address is below /demo/."""
    with command() as (_, origin, _):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            get(f"{origin}/demo/requests")
        assert refusal.value.code == 404
        refusal.value.close()


def test_an_import_is_told_with_both_counts(tmp_path):
    """Loaded and refused rows are counted on stdout; each refused one is named on stderr."""
    log = tmp_path / "log.csv"
    rows = (HEADER, line(opened_at="29/02/2016"), line(number="INC0000046", state="Odd"))
    log.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with command("--import", str(log), "--date-format", "%d/%m/%Y") as (process, _, printed):
        assert printed[0] == "Imported 1 incidents from log.csv; 1 rows could not be read.\n"
        process.stdin.close()
        process.wait(timeout=20)
        assert process.stderr.read() == "log.csv line 3: unknown state 'Odd'\n"


def test_a_database_file_is_kept(tmp_path):
    """A second start on the same file uses what is there and says that it made up nothing."""
    path = tmp_path / "demo.db"
    with command("--database", str(path)) as (process, _, printed):
        assert len(printed) == 1
        process.stdin.close()
        process.wait(timeout=20)
    with command("--database", str(path)) as (_, _, printed):
        assert "holds data already" in printed[0]
    storage = Storage(path)
    assert len(storage.find("incident")) == 5
    storage.close()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--incidents", "-1"], "from 0 to 1000000 incidents"),
        (["--incidents", "many"], "invalid"),
        (["--port", "70000"], "a port is a number from 0 to 65535"),
        (["--as-of", "tomorrow"], "neither a date as YYYY-MM-DD nor the word today"),
        (["--date-format", "dd/MM/yyyy"], "'dd/MM/yyyy' gives no date; write %d for the day"),
        (["--date-format", "%d/%m %H:%M"], "gives no date"),
        (["--client-id", "x"], "--client-id, --client-secret and --redirect-uri belong together"),
        (["--oidc-post-logout-uri", "x"], "--oidc-redirect-uri belong together"),
    ],
)
def test_bad_options_are_one_sentence(capsys, arguments, sentence):
    """An option that cannot be used ends the command with status 2 and says why."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_taken_port_is_said(capsys):
    """A port that is asked for and taken ends the command with status 2 and one line that says what to do."""
    with listen(0) as listener:
        port = listener.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"Port {port} of 127.0.0.1 cannot be used")
    assert "--port 0" in line


def test_a_redirect_url_that_cannot_be_used_ends_with_status_2(capsys):
    """An application whose redirect URL is no absolute one is refused at start with one sentence on stderr."""
    options = ["--port", "0", "--incidents", "0", "--client-id", "x", "--client-secret", "x", "--redirect-uri", "/x"]
    assert main(options) == 2
    assert "Not an absolute URL without fragment: /x." in capsys.readouterr().err


def test_a_broken_log_ends_with_status_2(capsys, tmp_path):
    """A log that cannot be loaded is one sentence on stderr, and nothing is served."""
    assert main(["--port", "0", "--incidents", "0", "--import", str(tmp_path / "none.csv")]) == 2
    assert capsys.readouterr().err == f"There is no file {tmp_path / 'none.csv'}.\n"


def test_the_registered_applications_are_there(start_demo):
    """The ServiceNow application has its secret, redirect URL and quarter of an hour; the Entra one is known."""
    oidc = OidcClient("app", "app-secret", "http://localhost:8501/login/callback")
    demo = start_demo(client=OAuthClient("sn-app", "sn-secret", "http://localhost:8501/servicenow/callback"), oidc=oidc)
    (record,) = demo.instance.storage.find("oauth_entity", client_id="sn-app")
    assert (record["client_secret"], record["active"], record["access_token_lifespan"]) == ("sn-secret", "true", "900")
    assert record["redirect_url"] == "http://localhost:8501/servicenow/callback"
    assert demo.instance.oidc_clients == {"app": oidc}
    assert "secret" not in repr(oidc)


def test_today_is_a_reference_time(start_demo):
    """A reference time of one's own moves the newest incident to just before it."""
    as_of = datetime(2027, 1, 4, 12, tzinfo=UTC)
    opened = [row["opened_at"] for row in start_demo(as_of=as_of, incidents=200).instance.storage.find("incident")]
    assert "2026-12" < max(opened) < "2027-01-04 12:00:00"
