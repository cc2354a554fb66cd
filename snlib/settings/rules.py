"""What a setting's text must look like; each rule returns the cleaned value or raises ``ValueError`` with a clause.

No message repeats the text it refuses: it may be a secret in the wrong place.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PATTERN = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})+")
_OWN_COLUMN = re.compile(r"u_[a-z0-9_]{1,78}")
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MICROSOFT_SIGN_IN = frozenset(
    {"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
)
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})


def plain_text(text: str) -> str:
    """Strip a text; it must not be empty."""
    text = text.strip()
    if not text:
        raise ValueError("must not be empty")
    return text


def origin(text: str) -> str:
    """Return ``scheme://host[:port]``: https, or http on this machine; no path, no trailing slash."""
    text = text.strip().rstrip("/")
    parts = _split(text)
    if parts.path or parts.query or parts.fragment:
        raise ValueError("must be an address without a path")
    return text


def service_address(text: str) -> str:
    """Return the address of a service: https, or http on this machine; no trailing slash."""
    text = text.strip().rstrip("/")
    if _split(text).fragment:
        raise ValueError("must be an address without a #")
    return text


def metadata_address(text: str) -> str:
    """Return the address of a discovery document; for Microsoft Entra of one tenant, named by GUID.

    With ``common`` or ``organizations`` anybody's tenant could sign in, and a name can change hands.
    """
    text = service_address(text)
    parts = _split(text)
    if parts.hostname in _MICROSOFT_SIGN_IN and not _GUID.fullmatch(parts.path.strip("/").split("/")[0]):
        raise ValueError("must name your own tenant by its GUID, not common, organizations, consumers or a domain")
    if not text.endswith("/.well-known/openid-configuration"):
        raise ValueError("must end with /.well-known/openid-configuration")
    return text


def host_patterns(value: Any) -> Any:
    """Return host patterns such as ``*.service-now.com``, from a list or a text with commas."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
        return value
    patterns = tuple(item.strip().lower() for item in items if item.strip())
    if not all(pattern.isascii() and _PATTERN.fullmatch(pattern) for pattern in patterns):
        raise ValueError(
            "must be host names separated by commas, such as *.service-now.com, without https:// or a path"
        )
    return patterns


def own_column(text: str) -> str:
    """Return the name of a column that the organisation added to a table of ServiceNow, or ``""``."""
    text = text.strip()
    if text and not _OWN_COLUMN.fullmatch(text):
        raise ValueError("must be the name of a column of your own, such as u_user_principal_name")
    return text


def key_ring(value: Any) -> Any:
    """Return ``(id, key)`` pairs from ``ID:KEY,ID:KEY``; each key 32 bytes in URL-safe base64, none of them weak."""
    if isinstance(value, str):
        value = [item.strip() for item in value.split(",") if item.strip()]
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        value = tuple(tuple(item.partition(":")[::2]) for item in value)
        for key_id, key in value:
            _check_key(key_id, key)
        if not value:
            raise ValueError("must hold at least one ID:KEY")
        if len({key_id for key_id, _ in value}) != len(value):
            raise ValueError("uses an ID twice")
    return value


def _check_key(key_id: str, key: str) -> None:
    if not _KEY_ID.fullmatch(key_id):
        raise ValueError("must be written ID:KEY, the ID of letters, digits, dots, dashes")
    try:
        raw = base64.b64decode(key.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raw = b""
    if len(raw) != 32:
        raise ValueError("has a key that is not 32 bytes in URL-safe base64")
    # A repeated byte or two is a placeholder that somebody typed, not 32 random bytes.
    if len(set(raw)) < 8:
        raise ValueError("has a key that is not random")


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port_is_readable = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError("is not an address") from None
    if not parts.hostname or not port_is_readable or parts.username is not None or not text.isascii() or "\\" in text:
        raise ValueError("is not an address such as https://example.com")
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return parts
    raise ValueError("must begin with https:// (http:// only on this machine)")
