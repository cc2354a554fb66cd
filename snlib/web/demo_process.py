"""The demo instance beside the dashboard: a process of its own, reached by URL only, ended with the dashboard."""

from __future__ import annotations

import logging
import os
import re
import secrets
import shlex
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from snlib.errors import ConfigurationError

_log = logging.getLogger(__name__)

TENANT_ID = "5e9d7a30-8c41-4f0b-9d52-7be0c4a1d001"
"""The demo Entra's one tenant; the instance shares no code with the dashboard, so it is written down here too."""

START_SECONDS = 120.0
STOP_SECONDS = 5.0

_ROOT = Path(__file__).resolve().parents[2]
_READY = re.compile(r"Demo instance ready on (?P<origin>http://127\.0\.0\.1:\d+)\s*$")


@dataclass(frozen=True, slots=True)
class Registration:
    """What the demo instance knows about this dashboard: two clients, made up at each start."""

    public_url: str
    connector_client_id: str = field(default_factory=lambda: secrets.token_hex(16))
    connector_client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    oidc_client_id: str = field(default_factory=lambda: secrets.token_hex(16))
    oidc_client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def arguments(self) -> list[str]:
        """Return the registration as the demo instance's command line takes it."""
        # With "=": a random secret may begin with a dash.
        return [
            f"--client-id={self.connector_client_id}",
            f"--client-secret={self.connector_client_secret}",
            f"--redirect-uri={self.public_url}/servicenow/callback",
            f"--oidc-client-id={self.oidc_client_id}",
            f"--oidc-client-secret={self.oidc_client_secret}",
            f"--oidc-redirect-uri={self.public_url}/login/callback",
            f"--oidc-post-logout-uri={self.public_url}/signed-out",
        ]


class DemoProcess:
    """A demo instance that is starting or ready; use `start`, then `origin`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._origin = self._last_line = ""
        self._ended = False
        self._known = threading.Event()
        threading.Thread(target=self._read, name="demo-instance-output", daemon=True).start()

    @classmethod
    def start(cls, registration: Registration, *, arguments: str = "") -> DemoProcess:
        """Start the demo instance and return at once.

        Args:
            registration: The dashboard's clients.
            arguments: More arguments, as typed in a shell (``--import FILE --incidents 0``). Without ``--port`` it
                takes its usual port, or a free one when another dashboard's demo instance has that.

        Raises:
            ConfigurationError: The arguments cannot be read.
        """
        try:
            more = shlex.split(arguments)
        except ValueError as error:
            raise ConfigurationError((f"SNLIB_DEMO_ARGUMENTS cannot be read: {error}.",)) from None
        command = [sys.executable, "-m", "snlib.demo", "--exit-with-parent"]
        command.append("--as-of=today")  # or healthy devices and new incidents would age from day to day
        process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            [*command, *registration.arguments(), *more],
            cwd=_ROOT,
            stdin=subprocess.PIPE,  # its end tells the instance that the dashboard is gone, however it went
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl+C is for the dashboard, which ends the instance in order
            env={name: value for name, value in os.environ.items() if not name.startswith(("SNLIB_", "STREAMLIT_"))},
        )
        return cls(process)

    def origin(self, seconds: float = START_SECONDS) -> str:
        """Wait until the instance is ready, at most ``seconds``, and return its origin.

        Raises:
            ConfigurationError: It ended, or was not ready in time and was ended; with the last line it wrote.
        """
        self._known.wait(seconds)
        if not self._origin:
            ended = self._ended
            self.stop()
            code = self._process.returncode
            why = f"ended with exit code {code}" if ended else f"was not ready within {seconds:.0f} seconds"
            raise ConfigurationError((f"The demo instance {why}. It said: {self._last_line or 'nothing'}",))
        _log.info("demo instance ready on %s", self._origin)
        return self._origin

    def stop(self) -> None:
        """End the instance: by closing its input first, by force when it does not listen."""
        if not self._origin and not self._ended:
            self._process.kill()  # it listens to its input only once it is ready
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)

    def _read(self) -> None:
        """Read what the instance writes, for as long as it lives, so that it never blocks on a full pipe."""
        stream = self._process.stdout
        if stream is None:
            return
        with stream:
            for line in stream:
                text = line.rstrip()
                self._last_line = text or self._last_line
                _log.debug("demo instance: %s", text)
                if ready := _READY.search(text):
                    self._origin = ready["origin"]
                    self._known.set()
        _log.info("the demo instance has ended")
        self._ended = True
        self._known.set()
