"""Reading the settings from the environment and ``.streamlit/secrets.toml``, every fault at once.

Environment variables win over the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from snlib.errors import ConfigurationError
from snlib.settings.access import AccessPolicy
from snlib.settings.model import PREFIX, Settings, environment_names

IGNORED_PREFIXES = ("SNLIB_DEMO_", "SNLIB_LIVE_")
"""Options of the demo instance and of the tests: not settings of the dashboard."""


def load(environ: Mapping[str, str], toml_path: Path | None = None) -> Settings | None:
    """Return the configuration, or None when nothing of ours is configured at all.

    An empty variable counts as not set, and a missing file (with a table ``[snlib]``) is no fault.

    Raises:
        ConfigurationError: Every fault, one sentence each, naming the variable and never its value.
    """
    values, problems = _read(environ, toml_path, PREFIX)
    if not values and not problems:
        return None
    if environ.get("OAUTHLIB_INSECURE_TRANSPORT"):
        problems.append("OAUTHLIB_INSECURE_TRANSPORT must not be set: it would allow sign-in without encryption.")
    # Missing as a whole, the table's own fields are what has to be named.
    values.setdefault("oidc", {})
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems.extend(sentences(error))
    if problems:
        raise ConfigurationError(tuple(problems))
    return settings


def load_access(environ: Mapping[str, str], toml_path: Path | None = None) -> AccessPolicy:
    """Return who may do what, as configured; nothing else of the configuration has to be there or right.

    Raises:
        ConfigurationError: Every fault of these settings, one sentence each.
    """
    prefix = f"{PREFIX}ACCESS_"
    values, problems = _read(environ, toml_path, prefix)
    try:
        settings = AccessPolicy.model_validate(values.get("access", {}))
    except ValidationError as error:
        problems.extend(sentences(error, prefix))
    if problems:
        raise ConfigurationError(tuple(problems))
    return settings


def _read(environ: Mapping[str, str], toml_path: Path | None, prefix: str) -> tuple[dict[str, Any], list[str]]:
    """Return what the file holds, with the variables of this prefix on top, and the faults so far."""
    values, problems = _from_toml(toml_path)
    names = environment_names()
    for name, value in sorted(environ.items()):
        if not name.startswith(prefix) or name.startswith(IGNORED_PREFIXES) or not value.strip():
            continue
        if name in names:
            _put(values, names[name], value)
        else:
            problems.append(f"{name} is not a setting; see docs/settings.md.")
    return values, problems


def _from_toml(path: Path | None) -> tuple[dict[str, Any], list[str]]:
    if path is None or not path.is_file():
        return {}, []
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("snlib", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # The parser's message may quote the line, and the line may hold a secret.
        return {}, [f"{path.name} is not valid TOML."]
    if not isinstance(table, dict):
        return {}, [f"{path.name}: snlib must be a table: [snlib]."]
    hidden = [name for name in ("mode", "demo_origin", "demo_connector") if name in table]
    problems = [f"{path.name}: {name} is not a setting; see docs/settings.md." for name in hidden]
    if table and os.name == "posix" and path.stat().st_mode & 0o077:
        problems.append(f"{path.name} can be read by other users of this machine: run chmod 600 on it.")
    return {name: value for name, value in table.items() if name not in hidden}, problems


def _put(values: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    *sections, name = path
    for section in sections:
        inner = values.get(section)
        # A table that is not one is replaced only here; without an override the model reports it.
        values[section] = dict(inner) if isinstance(inner, dict) else {}
        values = values[section]
    values[name] = value


def sentences(error: ValidationError, prefix: str = PREFIX) -> Iterator[str]:
    """Yield one sentence a fault: the setting's name and what is wrong, never its value."""
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        path = [str(part) for part in fault["loc"] if isinstance(part, str)]
        name = prefix + "_".join(path).upper() if path else "The configuration"
        if fault["type"] == "missing":
            yield f"{name} is missing."
        elif fault["type"] == "extra_forbidden":
            yield f"{name} is not a setting; see docs/settings.md."
        else:
            yield f"{name}: {fault['msg'].removeprefix('Value error, ')}."
