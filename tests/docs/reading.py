"""Reads the documentation: sections, tables, code spans, links; and the files of the repository."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_SKIPPED = {"__pycache__", "node_modules", "test-output", "tmp", "var"}
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def text_of(name: str) -> str:
    """The text of a file, named from the repository's root."""
    return (ROOT / name).read_text(encoding="utf-8")


def pages() -> list[Path]:
    """Every page of the documentation."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def section(text: str, heading: str) -> str:
    """The text below a heading, up to the next heading of the same or a higher level."""
    lines = text.splitlines()
    start = next(index for index, line in enumerate(lines) if line.lstrip("#").strip() == heading and line[:1] == "#")
    level = len(lines[start]) - len(lines[start].lstrip("#"))
    below = []
    for line in lines[start + 1 :]:
        if line.startswith("#") and len(line) - len(line.lstrip("#")) <= level:
            break
        below.append(line)
    return "\n".join(below)


def rows(text: str) -> list[list[str]]:
    """The cells of every table row in a text, heads and rules left out."""
    found: list[list[str]] = []
    lines = text.splitlines()
    for index, line in enumerate(lines):
        is_rule = re.fullmatch(r"\|[-| :]+\|", line)
        is_head = index + 1 < len(lines) and re.fullmatch(r"\|[-| :]+\|", lines[index + 1])
        if line.startswith("|") and not is_rule and not is_head:
            found.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return found


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the tables below one heading of a page."""
    return rows(section(text_of(page), heading))


def codes(text: str) -> list[str]:
    """The texts between backticks, in order."""
    return re.findall(r"`([^`\n]+)`", text)


def links(text: str) -> list[str]:
    """The targets of links and pictures."""
    return _LINK.findall(text)


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file that is, or would be, committed; in a copy without git every file that no run has made."""
    if (ROOT / ".git").exists():
        command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        found = [ROOT / name for name in listed.split("\0") if name]
    else:
        found = []
        for folder, names, files in os.walk(ROOT):
            names[:] = [
                name for name in names if name not in _SKIPPED and (name[:1] != "." or name in (".ci", ".streamlit"))
            ]
            found += [Path(folder) / name for name in files]
    return tuple(sorted(path for path in found if path.is_file()))
