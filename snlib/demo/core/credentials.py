"""What both authorization servers read of a client: HTTP Basic credentials, and the S256 challenge of a verifier."""

from __future__ import annotations

import base64
import binascii
import hashlib


def parse_basic(credentials: str) -> tuple[str, str] | None:
    """Return name and password of an HTTP Basic header's value (after ``Basic``), or ``None``."""
    try:
        name, colon, password = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (name, password) if colon else None


def base64url(octets: bytes) -> str:
    """Return octets in base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def s256(code_verifier: str) -> str:
    """Return the S256 code challenge of a verifier (RFC 7636 4.2)."""
    return base64url(hashlib.sha256(code_verifier.encode("ascii", "replace")).digest())
