"""``access explain``: what an ID token's claims allow here, and why."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from snlib.access.explain import explain, refused
from snlib.settings import load_access

SECRETS_FILE = Path(__file__).resolve().parents[2] / ".streamlit" / "secrets.toml"
"""The settings file of this checkout, the dashboard's; the environment wins over it."""
MAX_BYTES = 2**20


def add(commands: Any) -> None:
    """Declare ``access explain``."""
    access = commands.add_parser("access", help="roles and permissions").add_subparsers(required=True)
    command = access.add_parser(
        "explain",
        help="what an ID token's claims allow here, and why",
        description="Prints, for an ID token's claims and the settings of this machine, each permission with its "
        "answer and the reason, as JSON. Exit code 1 when the claims cannot be used. The token's signature and dates "
        "are not checked, and Intune's own role permissions are not asked for.",
    )
    command.add_argument("--claims", required=True, metavar="FILE.json", help="the claims, a JSON object")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print ``{permission: {"allowed": bool, "reason": str}}`` as JSON; return 0, or 1 for claims that cannot be used.

    A claim that the provider left out is named on standard error, too.

    Raises:
        ConfigurationError: The access settings have faults.
    """
    policy = load_access(os.environ, SECRETS_FILE)
    try:
        claims = _claims_in(Path(arguments.claims))
    except ValueError as error:
        found = refused(str(error))
    else:
        found = explain(claims, policy)
    answer = {str(permission): asdict(decision) for permission, decision in found.decisions.items()}
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    if found.left_out:
        sys.stderr.write(found.left_out + "\n")
    return 1 if found.malformed else 0


def _claims_in(path: Path) -> Any:
    """Return what the file holds, or raise ValueError with a sentence that repeats nothing of it."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError:
        raise ValueError("The file cannot be read.") from None
    if len(content) > MAX_BYTES:
        raise ValueError("The file is larger than 1 MB, which no ID token's claims are.")
    try:
        # Windows' editors put a byte order mark in front.
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except _RepeatedKey:
        raise ValueError("A claim is in the file twice.") from None
    except (ValueError, RecursionError):
        raise ValueError("The file is not JSON.") from None


class _RepeatedKey(ValueError):
    """An object has a key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKey
    return found


def _no_constant(_name: str) -> None:
    raise ValueError
