"""No secret in any log line."""

from __future__ import annotations

import contextlib
import io
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from snlib import logs

ROOT = Path(__file__).parents[2]
TOKEN = "sndemo_at_Zk3vQx0cF1u8sH2b7Yp9LrTeWn4aMdJg"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJodWdvIn0.c2lnbmF0dXJlLW9mLXRoZS10ZXN0"
FERNET = "gAAAAABmZ3VhcmRlZC1ieS1hLWtleS1ub3QtaW4tdGhlLWRhdGFiYXNl"
OPAQUE = "q9X2bC7dE4fG1hJ6kL8mN3pR5sT0uV"

SECRETS = [
    (f"Authorization: Bearer {OPAQUE}", OPAQUE),
    ("Authorization: Basic aGVscGRlc2s6c2VjcmV0LXNlY3JldA==", "aGVscGRlc2s6c2VjcmV0LXNlY3JldA"),
    (f"headers {{'Authorization': 'Bearer {OPAQUE}'}}", OPAQUE),
    (f"GET /login/callback?code={OPAQUE}&state=ok", OPAQUE),
    (f"GET /servicenow/callback?state={OPAQUE}", OPAQUE),
    (f'{{"access_token": "{OPAQUE}", "expires_in": 900}}', OPAQUE),
    (f"{{'refresh_token': '{OPAQUE}'}}", OPAQUE),
    (f"client_secret={OPAQUE}", OPAQUE),
    (f"grant_type=authorization_code&code_verifier={OPAQUE}", OPAQUE),
    (f"Cookie: sn_session_8501={OPAQUE}; theme=dark", OPAQUE),
    (f"Cookie: __Host-sn_session={OPAQUE}", OPAQUE),
    (f"the ID token {JWT} was", JWT),
    (f"sealed as {FERNET}", FERNET),
    (f"token row {TOKEN}", TOKEN),
    ("postgresql://snlib:pa55-word@db.example/snlib", "pa55-word"),
    ("http://agent:p1@proxy.example:8080", "p1"),
]

HARMLESS = [
    "ServiceNow answered HTTP 404: No Record found [0a1b2c]",
    "status_code=200 code: 404",
    "State is New, 12 of 37",
    "GET /api/now/table/incident?sysparm_query=state=1&sysparm_limit=100",
    "token endpoint: invalid_grant",
    "http://localhost:8501/servicenow/callback",
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_secrets_are_replaced(text, secret):
    """The secret goes, a short fingerprint of it stays, and so do the words around it."""
    clean = logs.masked(text)
    assert secret not in clean
    assert "‹redacted:" in clean
    assert clean.split("‹")[0] == text.split(secret)[0]


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_lines_stay(text):
    """What an administrator needs to read is not masked."""
    assert logs.masked(text) == text


def test_masking_twice_changes_nothing():
    """A line that was masked already keeps its fingerprints."""
    once = logs.masked(f"Bearer {OPAQUE} code={OPAQUE}")
    assert logs.masked(once) == once


def test_equal_secrets_have_equal_fingerprints():
    """Two lines about one token can be told to be about the same one."""
    first, second = logs.masked(f"Bearer {OPAQUE}"), logs.masked(f"access_token={OPAQUE}")
    assert first.split("‹")[1] == second.split("‹")[1]


@pytest.fixture
def lines():
    """A logger that makes its records as `logs.configure` has all made, and what any handler of it writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.Logger("snlib.test", logging.DEBUG)
    logger.addHandler(handler)

    def handle(level, message, *args, exc_info=None, name="snlib.test"):
        record = logs.masked_record(name, level, __file__, 1, message, args, exc_info)
        logger.handle(record)
        return record

    return handle, stream


def test_arguments_are_masked(lines):
    """A secret handed over as an argument is masked like one in the text."""
    log, stream = lines
    log(logging.INFO, "sent %s to %s", f"Bearer {OPAQUE}", "/api/now/table/incident")
    assert OPAQUE not in stream.getvalue()
    assert "/api/now/table/incident" in stream.getvalue()


def test_tracebacks_are_masked(lines):
    """A secret in an exception's text, or in its cause's, does not reach the log; where it was raised does."""
    log, stream = lines

    def fail():
        raise RuntimeError(f"Bearer {OPAQUE}") from ValueError(f"bad answer: access_token={OPAQUE}")

    try:
        fail()
    except RuntimeError as error:
        log(logging.ERROR, "failed", exc_info=(type(error), error, error.__traceback__))
    written = stream.getvalue()
    assert OPAQUE not in written
    assert "RuntimeError" in written
    assert "test_tracebacks_are_masked" in written


def test_access_log_keeps_its_arguments(lines):
    """Uvicorn's access formatter takes five arguments apart: they stay five, each one masked."""
    log, _ = lines
    record = log(
        logging.INFO,
        '%s - "%s %s HTTP/%s" %d',
        "127.0.0.1:5",
        "GET",
        f"/login/callback?code={OPAQUE}",
        "1.1",
        303,
        name="uvicorn.access",
    )
    assert len(record.args) == 5
    assert OPAQUE not in record.getMessage()


def test_a_faulty_call_is_left_to_logging():
    """A message that does not fit its arguments makes a record as usual; reporting it is logging's own job."""
    record = logs.masked_record("x", logging.INFO, __file__, 1, "%d", ("no number",), None)
    assert record.msg == "%d"


@pytest.fixture
def configured():
    """Logging as the process sets it up, put back afterwards."""
    import threading

    root = logging.getLogger()
    before = (
        logging.getLogRecordFactory(),
        root.level,
        list(root.handlers),
        sys.excepthook,
        threading.excepthook,
        sys.unraisablehook,
        {name: logging.getLogger(name).level for name in (*logs.QUIET, "snlib")},
    )
    logs.configure("debug")
    yield root
    factory, level, handlers, hook, thread_hook, unraisable_hook, levels = before
    logging.setLogRecordFactory(factory)
    logging.captureWarnings(capture=False)
    root.setLevel(level)
    root.handlers[:] = handlers
    sys.excepthook, threading.excepthook, sys.unraisablehook = hook, thread_hook, unraisable_hook
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def test_talkative_libraries_stay_quiet(configured):
    """At DEBUG for ourselves, libraries that log whole requests are still held at WARNING."""
    assert logging.getLogger("snlib.web").isEnabledFor(logging.DEBUG)
    for name in ("requests_oauthlib.oauth2_session", "urllib3.connectionpool", "httpx", "authlib.integrations"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)


def test_configuring_twice_writes_once(configured):
    """A second call adds no second handler."""
    count = len(configured.handlers)
    logs.configure("info")
    assert len(configured.handlers) == count


def test_uncaught_errors_are_masked_too(configured):
    """What nobody caught goes through the same masking instead of being printed as it is."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configured.addHandler(handler)
    error = RuntimeError(f"Bearer {OPAQUE}")
    sys.excepthook(RuntimeError, error, None)
    assert "uncaught RuntimeError" in stream.getvalue()
    assert OPAQUE not in stream.getvalue()


PAGE_ERROR = """
import sys
from streamlit import config
from streamlit.error_util import handle_uncaught_app_exception
from snlib import logs
config.get_config_options()
logs.configure()
class Closing:
    def __del__(self): raise RuntimeError("Bearer " + sys.argv[1])
try:
    try:
        raise ValueError("access_token=" + sys.argv[1])
    except ValueError as cause:
        cause.add_note("client_secret=" + sys.argv[1])
        raise RuntimeError("Bearer " + sys.argv[1]) from cause
except RuntimeError as error:
    handle_uncaught_app_exception(error)
Closing()
"""


def test_what_a_page_did_not_catch_is_masked():
    """An error that Streamlit caught, its cause and notes, and one in a destructor are written without secrets."""
    done = subprocess.run([sys.executable, "-c", PAGE_ERROR, OPAQUE], cwd=ROOT, capture_output=True, text=True)
    written = done.stdout + done.stderr
    assert OPAQUE not in written
    for expected in ("Uncaught app execution", "ValueError: access_token=", "client_secret=", "__del__"):
        assert expected in written


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_of_the_log_stops_nothing(configured, monkeypatch):
    """A line that cannot be written is lost; whoever logged goes on."""
    with open("/dev/full", "w", buffering=1) as full:
        monkeypatch.setattr(sys, "stderr", full)
        handler = logging.StreamHandler(full)
        configured.addHandler(handler)
        logging.getLogger("snlib.test").error("Bearer %s", OPAQUE)
        configured.removeHandler(handler)
        monkeypatch.undo()
        with contextlib.suppress(OSError):
            full.close()
