"""The configuration: one frozen model, read from the environment or a TOML file, or made up for demo mode."""

from snlib.settings.access import DEFAULT_POLICY, AccessPolicy
from snlib.settings.demo import for_demo
from snlib.settings.model import GraphSettings, OidcSettings, Settings
from snlib.settings.sources import load, load_access

__all__ = [
    "DEFAULT_POLICY",
    "AccessPolicy",
    "GraphSettings",
    "OidcSettings",
    "Settings",
    "for_demo",
    "load",
    "load_access",
]
