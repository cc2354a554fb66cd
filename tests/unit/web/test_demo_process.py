"""The demo instance as a process of its own."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from snlib.demo import server as demo_server
from snlib.demo.core.instance import TENANT_ID as DEMO_TENANT_ID
from snlib.errors import ConfigurationError
from snlib.web import demo_process
from snlib.web.demo_process import DemoProcess, Registration

FEW = "--incidents 3 --port 0"


@pytest.fixture
def registration():
    """Give what a dashboard on port 8501 registers."""
    return Registration("http://localhost:8501")


def running_with(text):
    """Return the ids of this machine's processes whose command line holds ``text``."""
    lines = ((path.parent.name, _command_line(path)) for path in Path("/proc").glob("[0-9]*/cmdline"))
    return [process for process, line in lines if text in line]


def _command_line(path):
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""  # it ended meanwhile


def test_it_answers_once_started_and_ends_when_stopped(registration):
    """After start it serves discovery for our tenant; after stop nobody listens there any more."""
    demo = DemoProcess.start(registration, arguments=FEW)
    try:
        origin = demo.origin()
        found = httpx.get(f"{origin}/{demo_process.TENANT_ID}/v2.0/.well-known/openid-configuration", trust_env=False)
        if Path("/proc").is_dir():
            assert len(running_with(registration.connector_client_id)) == 1
        assert found.json()["issuer"] == f"{origin}/{demo_process.TENANT_ID}/v2.0"
    finally:
        demo.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{origin}/demo/health", trust_env=False)


def test_a_taken_port_is_told(registration):
    """A port asked for that is taken is one sentence that says what to do; the usual one is not insisted on."""
    with demo_server.listen(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError) as error:
            DemoProcess.start(registration, arguments=f"--incidents 3 --port {port}").origin()
    assert f"Port {port} of 127.0.0.1 cannot be used (" in error.value.problems[0]
    assert error.value.problems[0].endswith("Choose another one with --port, or --port 0 for any free one.")


def test_the_usual_port_gives_way(monkeypatch):
    """Where nothing is asked for and the usual port is taken, a free one is found."""
    with demo_server.listen(0) as taken:
        monkeypatch.setattr(demo_server, "USUAL_PORT", taken.getsockname()[1])
        with demo_server.listen(None) as other:
            assert other.getsockname()[1] != taken.getsockname()[1]


def test_what_it_says_when_it_dies_is_told(registration):
    """An instance that cannot start is one sentence with its exit code and last words, at once."""
    with pytest.raises(ConfigurationError) as error:
        DemoProcess.start(registration, arguments="--no-such-option").origin()
    assert "ended with exit code 2" in error.value.problems[0]
    assert "--no-such-option" in error.value.problems[0]


def test_arguments_that_cannot_be_read_are_told(registration):
    """A quotation mark without its partner is one sentence, and nothing is started."""
    with pytest.raises(ConfigurationError, match="SNLIB_DEMO_ARGUMENTS cannot be read: No closing quotation"):
        DemoProcess.start(registration, arguments='--import "a file.csv')


def test_an_instance_that_never_gets_ready_is_ended(registration):
    """After the deadline the process is gone, and the sentence says how long was waited."""
    with pytest.raises(ConfigurationError) as error:
        DemoProcess.start(registration, arguments=FEW).origin(seconds=0.0)
    assert "was not ready within 0 seconds" in error.value.problems[0]
    assert not running_with(registration.connector_client_id)


def test_registrations_are_new_at_each_start():
    """Ids and secrets are random, and secrets stay out of the repr."""
    first, second = Registration("http://localhost:8501"), Registration("http://localhost:8501")
    assert not set(first.arguments()[:2]) & set(second.arguments()[:2])
    assert first.connector_client_secret not in repr(first)
    assert first.oidc_client_secret not in repr(first)


def test_both_sides_mean_the_same_tenant():
    """The tenant written down here is the demo instance's."""
    assert demo_process.TENANT_ID == DEMO_TENANT_ID
