"""``python -m snlib``: what an administrator asks on the command line. Each command is a module of its own."""

from snlib.command_line.program import main

__all__ = ["main"]
