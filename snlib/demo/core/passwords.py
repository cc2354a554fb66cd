"""Passwords of the demo's users, kept as salted hashes in a table that no API serves."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from snlib.demo.core.storage import Storage

# Few rounds on purpose: the passwords are printed in the README, and Basic authentication hashes on every request.
_ROUNDS = 500


def _hash(password: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), bytes.fromhex(salt), _ROUNDS).hex()


def set_password(storage: Storage, user_sys_id: str, password: str) -> None:
    """Set a user's password, replacing the one before."""
    salt = secrets.token_hex(16)
    with storage.transaction():
        storage.execute("DELETE FROM demo_password WHERE user = ?", (user_sys_id,))
        storage.insert("demo_password", {"user": user_sys_id, "salt": salt, "hash": _hash(password, salt)})


def check_password(storage: Storage, user_name: str, password: str) -> dict[str, str] | None:
    """Return the user whose name (in any case) and password these are, or None.

    Inactive and locked-out users are refused, and so is anybody without a password.
    """
    users = storage.rows("SELECT * FROM sys_user WHERE casefold(user_name) = ? ORDER BY rowid", (user_name.casefold(),))
    for user in users:
        for kept in storage.find("demo_password", user=user["sys_id"]):
            if hmac.compare_digest(kept["hash"], _hash(password, kept["salt"])):
                return user if user["active"] == "true" and user["locked_out"] != "true" else None
    return None
