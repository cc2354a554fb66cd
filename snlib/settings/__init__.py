"""The configuration: one frozen model, read from the environment or a TOML file, or made up for demo mode."""

from snlib.settings.access import AccessSettings
from snlib.settings.demo import for_demo
from snlib.settings.model import GraphSettings, OidcSettings, Settings
from snlib.settings.sources import load, load_access

__all__ = ["AccessSettings", "GraphSettings", "OidcSettings", "Settings", "for_demo", "load", "load_access"]
