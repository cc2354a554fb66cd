"""Secrets at rest: sealed with a key that is not in the database, and bound to their purpose and owner.

Fernet has no associated data: the ciphertexts of two rows could be swapped in the database and would still open. So
purpose and owner are inside the sealed envelope and are compared after opening. The first key of the ring seals, every
key opens, so an operator changes the key by putting a new one in front.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from snlib.clock import Clock, utc_now
from snlib.errors import StoreError

ENVELOPE_VERSION = 1
_UNREADABLE = "A stored secret can't be opened: the encryption key changed, or the database was altered."


class Vault:
    """Seals and opens short secrets.

    Args:
        keys: ``(key id, Fernet key)`` pairs; the first one seals. A Fernet key is 32 bytes in URL-safe base64, as
            `generate_key` makes it.

    Raises:
        ValueError: No key, a key id used twice, or a key that is not a Fernet key.
    """

    def __init__(self, keys: Sequence[tuple[str, bytes]], *, clock: Clock = utc_now) -> None:
        if not keys:
            raise ValueError("a vault needs at least one key")
        key_ids = [key_id for key_id, _ in keys]
        if len(set(key_ids)) != len(key_ids):
            raise ValueError("a key id is used twice")
        self._key_id = key_ids[0]
        self._ring = MultiFernet([Fernet(key) for _, key in keys])
        self._clock = clock

    def __repr__(self) -> str:
        return f"Vault(sealing with key {self._key_id!r})"

    @staticmethod
    def generate_key() -> str:
        """Return a new random key, as text for the configuration."""
        return Fernet.generate_key().decode("ascii")

    def seal(self, purpose: str, owner: str, secret: str) -> str:
        """Return ``secret`` sealed, as ASCII text that opens only for the same purpose and owner."""
        envelope = {
            "v": ENVELOPE_VERSION,
            "kid": self._key_id,
            "purpose": purpose,
            "owner": owner,
            "issued": self._clock().isoformat(),
            "secret": secret,
        }
        return self._ring.encrypt(json.dumps(envelope).encode("utf-8")).decode("ascii")

    def opens(self, sealed: str) -> bool:
        """Return whether a key of the ring sealed this, for whatever purpose and owner."""
        try:
            self._ring.decrypt(sealed.encode("ascii"))
        except (InvalidToken, UnicodeEncodeError):
            return False
        return True

    def open(self, purpose: str, owner: str, sealed: str) -> str:
        """Return the secret that was sealed for ``purpose`` and ``owner``.

        Raises:
            StoreError: Damaged, sealed with a key no longer in the ring, or sealed for another owner or purpose.
        """
        try:
            # A Fernet token is ASCII, so encode() raises for any other text.
            envelope = json.loads(self._ring.decrypt(sealed.encode("ascii")))
        except (InvalidToken, UnicodeEncodeError, ValueError):
            # The cause is dropped: a traceback must not carry the ciphertext.
            raise StoreError(_UNREADABLE, log=f"sealed {purpose} cannot be opened") from None
        # As JSON lists, so that purpose and owner cannot run into each other.
        found = json.dumps([envelope.get("v"), envelope.get("purpose"), envelope.get("owner")])
        expected = json.dumps([ENVELOPE_VERSION, purpose, owner])
        if not hmac.compare_digest(found.encode("ascii"), expected.encode("ascii")):
            raise StoreError(_UNREADABLE, log=f"sealed {purpose} belongs to another owner or purpose")
        return str(envelope["secret"])
