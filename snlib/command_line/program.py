"""The commands, and the parser that runs one.

A command's module has ``add(subparsers)``, which declares its arguments and sets its function by
``set_defaults(run=…)``; the function takes the parsed arguments and returns the process's exit code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from snlib.command_line import access_command, audit_command
from snlib.errors import SnlibError

FAILED = 1

_COMMANDS = (access_command, audit_command)


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: What follows ``python -m snlib``.

    Returns:
        The exit code: 0 when all is well, 1 when the command found a fault. argparse itself exits with 2 when it does
        not understand the arguments.
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
