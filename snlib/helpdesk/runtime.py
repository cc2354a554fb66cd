"""The process's one set of services, put here at start and read by the script of every session.

Streamlit runs the pages in the server's own process, in threads that share nothing but modules; its caches can be
cleared by any client, so what matters is kept here instead.
"""

from __future__ import annotations

from snlib.errors import ConfigurationError
from snlib.helpdesk.services import Services

_installed: list[Services] = []


def install(services: Services) -> None:
    """Make ``services`` the process's own; the last call wins (tests install one set after another)."""
    _installed[:] = [services]


def services() -> Services:
    """Return the process's services.

    Raises:
        ConfigurationError: The server has not finished starting.
    """
    if not _installed:
        raise ConfigurationError(("The dashboard has not been started by app.py: run `streamlit run app.py`.",))
    return _installed[0]
