"""The commands, and what each is for.

A command's module has ``add(subparsers)``, which declares its arguments and names its function by
``set_defaults(run=…)``; the function is given the parsed arguments and returns the process's exit code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from snlib.command_line import access_command, audit_command
from snlib.errors import SnlibError

FAILED = 1
WRONG_USE = 2
"""What argparse exits with when it does not understand the arguments."""

_COMMANDS = (access_command, audit_command)


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: What stands after ``python -m snlib``.

    Returns:
        The exit code: 0 when all is well, 1 when the command found a fault, 2 when it was not understood.
    """
    parser = argparse.ArgumentParser(prog="python -m snlib", description="The helpdesk dashboard on the command line.")
    commands = parser.add_subparsers(title="commands", required=True)
    for command in _COMMANDS:
        command.add(commands)
    parsed = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return run(parsed)
    except SnlibError as error:
        sys.stderr.write(f"{error.user_message}\n")
        return FAILED
