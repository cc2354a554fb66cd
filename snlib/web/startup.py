"""Decides how the process runs before it serves anything: production, demo mode, or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snlib.errors import ConfigurationError
from snlib.web.edge.gate import is_loopback
from snlib.web.sign_in.trusted_headers import TRUSTED_USER_HEADERS

if TYPE_CHECKING:
    from snlib.settings import Settings

EXIT_CODE = 78
"""EX_CONFIG of sysexits.h: the configuration is wrong, starting again will not help."""

Option = Callable[[str], Any]
"""Returns the value of a Streamlit option by its dotted name (``st.get_option``)."""

_ALWAYS: dict[str, tuple[Any, ...]] = {
    "server.enableCORS": (True,),
    "server.enableXsrfProtection": (True,),
    "server.enableAgentApi": (False,),
    "server.baseUrlPath": ("", None),
    # Rich writes a traceback to standard error by itself, past the masking of secrets.
    "logger.enableRich": (False,),
    "global.developmentMode": (False, None),
}
_IN_PRODUCTION: dict[str, tuple[Any, ...]] = {
    "server.xsrfCookieSameSite": ("lax", "strict"),
    "server.enableStaticServing": (False,),
    "client.showErrorDetails": ("none", "type"),
    "client.allowedOrigins": ([],),
    "browser.gatherUsageStats": (False,),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How the process will run.

    Attributes:
        settings: The configuration in production; None in demo mode, whose settings follow from the demo instance.
        public_url: Where browsers reach the dashboard.
        demo_arguments: For the demo instance's own command line: ``SNLIB_DEMO_ARGUMENTS``.
    """

    settings: Settings | None
    public_url: str
    demo_arguments: str = ""

    @property
    def demo(self) -> bool:
        """Whether this is demo mode."""
        return self.settings is None

    @property
    def https(self) -> bool:
        """Whether people reach the dashboard by https."""
        return self.public_url.startswith("https://")


def decide(option: Option, environ: Mapping[str, str], toml_path: Path, *, port_was_taken: bool = False) -> Plan:
    """Return how to run.

    Demo mode needs both: nothing of ours is configured at all, and the server listens on loopback only.
    ``port_was_taken`` says that Streamlit went on to the next port because its usual one is taken: in production
    nobody would find it there.

    Raises:
        ConfigurationError: Every fault in one sentence each.
    """
    settings = None
    if _may_be_configured(environ, toml_path):
        # Imported only here: its models take long, and demo mode needs none of them.
        from snlib.settings import load

        settings = load(environ, toml_path)
    problems = _problems(option, _ALWAYS)
    trusted = option("server.trustedUserHeaders")
    if (json.loads(trusted) if isinstance(trusted, str) else trusted) != TRUSTED_USER_HEADERS:
        problems.append(
            "The Streamlit option server.trustedUserHeaders must be as .streamlit/config.toml has it, or what a "
            "browser says about itself would be believed. Start from the project's folder."
        )
    if settings is not None:
        problems += _problems(option, _IN_PRODUCTION)
        if port_was_taken:
            problems.append(
                "The usual port is taken, perhaps by another dashboard on this machine: end that one, or start with "
                "--server.port and a port of this one's own."
            )
        if settings.public_url.startswith("http:") and not is_loopback(str(option("server.address") or "")):
            problems.append(
                "SNLIB_PUBLIC_URL is http:// on this machine, so nobody else may reach the server: start with "
                "--server.address 127.0.0.1, or set it to the https:// address that people use."
            )
    elif not is_loopback(str(option("server.address") or "")):
        problems.append(
            "Nothing is configured, and demo mode only runs where nobody else can reach it: start with "
            "--server.address 127.0.0.1, or set the variables of docs/settings.md."
        )
    elif option("server.sslCertFile"):
        problems.append("Demo mode runs without a certificate: leave out server.sslCertFile.")
    if problems:
        raise ConfigurationError(tuple(problems))
    if settings is not None:
        return Plan(settings, settings.public_url)
    port = int(option("server.port"))  # the one that is served: Streamlit takes the next when 8501 is taken
    return Plan(None, "http://localhost" + (f":{port}" if port != 80 else ""), environ.get("SNLIB_DEMO_ARGUMENTS", ""))


def _may_be_configured(environ: Mapping[str, str], toml_path: Path) -> bool:
    """Tell whether anything could be a setting of ours, misspelt too; `snlib.settings.load` then says what it is."""
    names = (re.sub(r"[^A-Z]", "", name.upper()) for name in environ)
    folder = toml_path.parent
    return any(SequenceMatcher(None, name[:5], "SNLIB").ratio() > 0.7 for name in names) or any(
        "secret" in one.name.lower() and one.name != "secrets.toml.example"
        for one in (folder.iterdir() if folder.is_dir() else ())
    )


def _problems(option: Option, rules: Mapping[str, tuple[Any, ...]]) -> list[str]:
    return [
        f"The Streamlit option {name} must be {json.dumps(allowed[0]) if allowed[0] != '' else 'unset'}."
        for name, allowed in rules.items()
        if option(name) not in allowed
    ]
