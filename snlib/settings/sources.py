"""Reading the settings from the environment and ``.streamlit/secrets.toml``, every fault at once.

Environment variables win over the file. What looks like a setting but is misspelt, misplaced or empty is a fault:
passed over, it would start demo mode, or the setting's default, where something else was meant.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from snlib.errors import ConfigurationError
from snlib.settings.access import AccessPolicy
from snlib.settings.model import PREFIX, Settings, environment_names
from snlib.settings.weak import why_weak

DEMO_ARGUMENTS = "SNLIB_DEMO_ARGUMENTS"
"""Options of the demo instance: no setting of the dashboard."""

_FORBIDDEN = {
    "OAUTHLIB_INSECURE_TRANSPORT": "it would allow sign-in without encryption",
    "AUTHLIB_INSECURE_TRANSPORT": "it would allow sign-in without encryption",
    "SSLKEYLOGFILE": "it would write the keys of encrypted connections to a file",
}
_FEWEST_CHARACTERS = {("cookie_secret",): 32, ("oidc", "client_secret"): 16, ("graph", "client_secret"): 16}
"""The secrets that are texts, and how long each must be; shorter ones can be guessed."""
_BESIDE = frozenset({"secrets.toml", "secrets.toml.example"})


def load(environ: Mapping[str, str], toml_path: Path | None = None) -> Settings | None:
    """Return the configuration, or None when nothing of ours is configured at all.

    An empty variable counts as not set beside others. A missing file is no fault, a file without settings is one.

    Raises:
        ConfigurationError: Every fault, one sentence each, naming the variable and never its value.
    """
    values, problems = _read(environ, toml_path, PREFIX)
    problems += _misspelt(environ)
    if not values:
        problems += [f"{name} is empty." for name in environment_names() if name in environ]
        problems += _misplaced(toml_path)
        if problems:
            raise ConfigurationError(tuple(problems))
        return None
    problems += [f"{name} must not be set: {why}." for name, why in _FORBIDDEN.items() if environ.get(name)]
    # Missing as a whole, the table's own fields are what has to be named.
    values.setdefault("oidc", {})
    problems += _weak(values)
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
        text = value.strip()
        if not name.startswith(prefix) or name == DEMO_ARGUMENTS or not text:
            continue
        if name not in names:
            problems.append(_no_setting(name, names))
            continue
        if text[0] in "\"'" and text[-1] == text[0]:
            problems.append(f"{name} is written in quotation marks, which would be part of it: leave them out.")
            text = text[1:-1]
        _put(values, names[name], text)
    return values, problems


def _no_setting(name: str, names: Mapping[str, tuple[str, ...]]) -> str:
    meant = get_close_matches(name, names, n=1, cutoff=0.8)
    return f"{name} is not a setting; " + (f"{meant[0]} is." if meant else "see docs/settings.md.")


def _misspelt(environ: Mapping[str, str]) -> list[str]:
    """Return a sentence for every variable that is nearly one of ours: ``SNILB_…``, small letters, dashes."""
    letters = {re.sub(r"[^A-Z]", "", name): name for name in (*environment_names(), DEMO_ARGUMENTS)}
    found = []
    for name in sorted(environ):
        meant = get_close_matches(re.sub(r"[^A-Z]", "", name.upper()), letters, n=1, cutoff=0.88)
        if meant and not name.startswith(PREFIX):
            found.append(f"{name} is not read: did you mean {letters[meant[0]]}?")
    return found


def _misplaced(path: Path | None) -> list[str]:
    """Return a sentence for every file beside the one that is read which seems to hold settings."""
    beside = sorted(one.name for one in path.parent.iterdir()) if path and path.parent.is_dir() else []
    found = [name for name in beside if "secret" in name.lower() and name not in _BESIDE]
    return [f"{name} is not read: settings belong into secrets.toml." for name in found]


def _from_toml(path: Path | None) -> tuple[dict[str, Any], list[str]]:
    if path is None or not os.path.lexists(path):
        return {}, []
    if not path.is_file():
        return {}, [f"{path.name} is no file."]  # a folder, or a link that leads nowhere
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        return {}, [f"{path.name} cannot be read ({error.strerror})."]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # The parser's message may quote the line, and the line may hold a secret.
        return {}, [f"{path.name} is not valid TOML."]
    table = tables.get("snlib", {})
    problems = [
        f"{path.name}: {name} is not read: settings belong under [snlib]." for name in tables if name != "snlib"
    ]
    if not isinstance(table, dict):
        return {}, [*problems, f"{path.name}: snlib must be a table: [snlib]."]
    if not table and not problems:
        problems.append(f"{path.name} has no settings under [snlib]. Without the file, demo mode starts.")
    hidden = [name for name in ("mode", "demo_origin", "demo_connector") if name in table]
    problems += [f"{path.name}: {name} is not a setting; see docs/settings.md." for name in hidden]
    if table and os.name == "posix" and path.stat().st_mode & 0o077:
        problems.append(f"{path.name} can be read by other users of this machine: run chmod 600 on it.")
    return {name: value for name, value in table.items() if name not in hidden}, problems


def _weak(values: Mapping[str, Any]) -> list[str]:
    """Return a sentence for every secret that can be guessed, or that is another one, too."""
    problems = []
    used: dict[str, str] = {key.partition(":")[2].strip(): "SNLIB_TOKEN_KEYS" for key in _keys(values)}
    for path, characters in _FEWEST_CHARACTERS.items():
        name, secret = PREFIX + "_".join(path).upper(), _at(values, *path)
        if not isinstance(secret, str):
            continue  # missing, or no text: the model says so
        if why := why_weak(secret, characters=characters):
            problems.append(f"{name} {why}.")
        elif secret in used and not _is_one_application(values, path):
            problems.append(f"{name} must not be the same secret as {used[secret]}.")
        used.setdefault(secret, name)
    return problems


def _is_one_application(values: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Return whether Graph's secret is the sign-in's because both are one registered application."""
    same = all(_at(values, "oidc", name) == _at(values, "graph", name) for name in ("client_id", "client_secret"))
    return path[0] == "graph" and same


def _keys(values: Mapping[str, Any]) -> list[str]:
    ring = values.get("token_keys", "")
    return [str(key) for key in (ring if isinstance(ring, list) else str(ring).split(","))]


def _at(values: Mapping[str, Any], *path: str) -> Any:
    found: Any = values
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


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
        said = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "missing":
            yield f"{name} is missing."
        elif fault["type"] == "extra_forbidden":
            yield f"{name} is not a setting; see docs/settings.md."
        else:
            yield said if said.startswith(PREFIX) else f"{name}: {said}."
