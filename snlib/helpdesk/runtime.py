"""The process's one set of services, put here at start and read by the script of every session.

Streamlit runs the pages in the server's own process, in threads that share nothing but modules; its caches can be
cleared by any client, so what matters is kept here instead. Until the services are there, the settings are known: the
page to sign in needs no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snlib.errors import ConfigurationError

if TYPE_CHECKING:
    from snlib.helpdesk.services import Services
    from snlib.settings import Settings

_installed: list[Services] = []
_expected: list[Settings | None] = []


def expect(settings: Settings | None) -> None:
    """Note from which settings the services will be built; None in demo mode, where they follow from the instance."""
    _expected[:] = [settings]


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


def settings() -> Settings | None:
    """Return the process's settings, also before its services are there; None in demo mode until then.

    Raises:
        ConfigurationError: The server was not started by app.py.
    """
    if _expected and not _installed:
        return _expected[0]
    return services().settings
