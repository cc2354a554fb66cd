"""Where the command line finds the settings: in the same file as the dashboard."""

from __future__ import annotations

from pathlib import Path

SECRETS_FILE = Path(__file__).resolve().parents[2] / ".streamlit" / "secrets.toml"
"""The settings file of this checkout; the environment wins over it."""
