"""``audit verify``: is the access log whole?"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from snlib.audit import Head
from snlib.errors import ConfigurationError, StoreError
from snlib.helpdesk.access_log import verify_stored
from snlib.settings import load

OK, BROKEN, NOT_CHECKED = range(3)
"""The exit codes."""


def add(commands: Any) -> None:
    """Declare ``audit verify``."""
    audit = commands.add_parser("audit", help="the access log").add_subparsers(required=True)
    verify = audit.add_parser(
        "verify",
        help="check that every row of the access log is there, in its place, as it was written",
        description="Checks the access log of the database that the environment names (docs/settings.md). Exit code 0: "
        "whole; 1: broken, and the first broken row is named; 2: could not be checked.",
    )
    verify.add_argument(
        "--head",
        type=_head,
        metavar="NUMBER:HASH",
        help="a head noted earlier, such as in the server's log; finds also that the whole log was put back or emptied",
    )
    verify.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check the log and print the result, in two lines at most; return the exit code."""
    try:
        settings = load(os.environ, Path(".streamlit") / "secrets.toml")
        if settings is None:
            return _not_checked("Nothing is configured: set the variables of docs/settings.md.")
        verdict = verify_stored(settings, noted=arguments.head)
    except ConfigurationError as error:
        return _not_checked(" ".join(error.problems))
    except StoreError as error:
        return _not_checked(f"The access log could not be read: {error}")
    if verdict.unknown_key:
        return _not_checked(
            f"The log was sealed with another key than those in SNLIB_TOKEN_KEYS. {verdict.why} "
            "Its rows follow one another; put the right key back to know more."
        )
    if not verdict.ok:
        sys.stdout.write(f"BROKEN at row {verdict.first_broken_seq}. {verdict.why}\n")
        return BROKEN
    sys.stdout.write(f"OK, {verdict.rows} rows. {verdict.why}\n" + (f"Head {verdict.head}\n" if verdict.head else ""))
    return OK


def _not_checked(why: str) -> int:
    sys.stderr.write(f"NOT CHECKED. {why}\n")
    return NOT_CHECKED


def _head(text: str) -> Head:
    try:
        return Head.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
