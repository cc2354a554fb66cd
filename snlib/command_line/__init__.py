"""``python -m snlib``: the administrator's commands, and the parser that runs one.

A command's module has ``add(subparsers)``, which declares its arguments and sets its function by
``set_defaults(run=…)``; the function takes the parsed arguments and returns the process's exit code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from snlib.command_line import access_command, audit_command
from snlib.errors import SnlibError


def main(arguments: Sequence[str]) -> int:
    """Run the command in ``arguments`` and return its exit code: 0 when all is well, 1 when it found a fault.

    argparse itself exits with 2 when it does not understand the arguments.
    """
    parser = argparse.ArgumentParser(prog="python -m snlib", description="The helpdesk dashboard on the command line.")
    commands = parser.add_subparsers(title="commands", required=True)
    for command in (access_command, audit_command):
        command.add(commands)
    parsed = parser.parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except SnlibError as error:
        sys.stderr.write(f"{error.user_message}\n")
        return 1
