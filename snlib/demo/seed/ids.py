"""Keys that follow from the seed alone, so that every machine has the same sys_ids."""

from __future__ import annotations

import hashlib
import uuid

ADMIN_SYS_ID = "6816f79cc0a8016401c5a33be04be441"
"""The System Administrator's sys_id, the same on every fresh instance (PySNC, WorkArena)."""


def sys_id(seed: int, kind: str, key: object) -> str:
    """Return 32 hex digits for the record ``key`` of a kind."""
    return hashlib.md5(f"{seed}:{kind}:{key}".encode(), usedforsecurity=False).hexdigest()


def guid(seed: int, kind: str, key: object) -> str:
    """Return an object id for the Entra record ``key`` of a kind, with dashes."""
    return str(uuid.UUID(sys_id(seed, kind, key)))
