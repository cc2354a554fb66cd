"""Recorded and documented answers of real services; see README.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Sample:
    """One answer, and where it comes from."""

    status: int
    headers: dict[str, str]
    body: bytes
    source: str


def sample(name: str) -> Sample:
    """Return the sample in the folder ``name``, e.g. ``servicenow/groups``."""
    (described,) = (FOLDER / name).glob("*.json")
    found = json.loads(described.read_text(encoding="utf-8"))
    return Sample(int(described.stem), found["headers"], (FOLDER / name / "body").read_bytes(), found["source"])


def names(service: str) -> list[str]:
    """Return the names of a service's samples."""
    return sorted(f"{service}/{folder.name}" for folder in (FOLDER / service).iterdir() if folder.is_dir())
