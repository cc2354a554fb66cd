"""``python -m snlib``: the administrator's commands, each a module of its own."""

from snlib.command_line.program import main

__all__ = ["main"]
