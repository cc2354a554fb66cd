"""How rows are chained and sealed; pure.

A row's hash is SHA-256 over the hash before it and the row itself, so one row commits to all before it. Its seal is an
HMAC over that hash with a key from outside the database, so nobody who can only write to the database can forge a row
or a chain. The seal names its key: when that key has left the ring, later seals still prove the row, because their
hashes commit to it. The head repeats the last number and hash under a seal of its own: it shows when rows were cut off
the end, which the chain alone does not.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from snlib.audit.event import AuditEvent

VERSION = 1
BEGINNING = "0" * 64
"""The hash before the first row."""
BROKEN = "f" * 64
"""The hash before a row whose head was lost or forged: no row has it, so the break stays visible."""

_PURPOSE = b"snlib access log, seal, version 1"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log: the last row's number and hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Return the head that ``str`` wrote.

        Raises:
            ValueError: Not ``NUMBER:HASH``.
        """
        found = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text.strip())
        if not found:
            raise ValueError("a head is written NUMBER:HASH, the hash in 64 hexadecimal digits")
        return cls(int(found[1]), found[2])


START = Head(0, BEGINNING)
"""The head of a log without rows."""


class Sealer:
    """Makes and checks seals with keys derived from the vault's ring, whose first key seals."""

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        if not keys:
            raise ValueError("sealing needs at least one key")
        self._keys = {key_id: hmac.digest(key, _PURPOSE, "sha256") for key_id, key in keys}
        self._sealing = keys[0][0]

    def __repr__(self) -> str:
        return f"Sealer(sealing with key {self._sealing!r})"

    def seal(self, what: str) -> str:
        """Return ``key id:HMAC`` over ``what``."""
        return f"{self._sealing}:{self._mac(self._sealing, what)}"

    def knows(self, seal: str) -> bool:
        """Return whether the seal names a key of the ring."""
        return key_id_of(seal) in self._keys

    def holds(self, seal: str, what: str) -> bool:
        """Return whether the seal is by a key of the ring, over exactly ``what``."""
        key_id = key_id_of(seal)
        return key_id in self._keys and hmac.compare_digest(
            seal.encode("utf-8", "replace"), f"{key_id}:{self._mac(key_id, what)}".encode()
        )

    def _mac(self, key_id: str, what: str) -> str:
        return hmac.new(self._keys[key_id], what.encode("ascii", "backslashreplace"), hashlib.sha256).hexdigest()


def row_hash(previous: str, event: AuditEvent) -> str:
    """Return the hash of a row that follows the one with the hash ``previous``."""
    fields = [
        VERSION,
        event.seq,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.agent_key,
        event.agent_name,
        event.action,
        event.target,
        event.target_name,
        event.outcome,
        event.detail,
        event.remote,
    ]
    # As JSON, fields cannot run into each other.
    return hashlib.sha256(f"{previous}\n{json.dumps(fields)}".encode("ascii")).hexdigest()


def write_head(head: Head, sealer: Sealer) -> str:
    """Return a head with its seal, as it is stored."""
    return json.dumps({"seq": head.seq, "hash": head.hash, "seal": sealer.seal(_sealed_text(head))})


def read_head(stored: str) -> tuple[Head | None, str]:
    """Return a stored head and its seal, None when it cannot be read; `head_holds` checks the seal."""
    try:
        found = json.loads(stored)
        head = Head.parse(f"{found['seq']}:{found['hash']}")
        return head, str(found["seal"])
    except (ValueError, TypeError, KeyError):
        return None, ""


def head_holds(head: Head, seal: str, sealer: Sealer) -> bool:
    """Return whether the seal is over exactly this head."""
    return sealer.holds(seal, _sealed_text(head))


def _sealed_text(head: Head) -> str:
    # A row's seal is over its hash alone, so the seal of a row is never that of a head.
    return f"head {head}"


def key_id_of(seal: str) -> str:
    """Return the id of the key that a seal names."""
    return seal.rpartition(":")[0]
