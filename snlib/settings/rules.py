"""What a setting's text must look like; each rule returns the cleaned value or raises ``ValueError`` with a clause.

No message repeats the text it refuses: it may be a secret in the wrong place.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import ssl
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from snlib.settings.weak import is_placeholder, is_typed, why_weak

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_PATTERN = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*\.[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_REGISTRY = re.compile(r"\*\.(?:ac|co|com|edu|gob|gov|gouv|mil|ne|net|or|org)\.[a-z]{2}")
_PRINTABLE = re.compile(r"[!#-&(-\[\]-_a-~]+")
_OWN_COLUMN = re.compile(r"u_[a-z0-9_]{1,78}")
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NO_GUID = "00000000-0000-0000-0000-000000000000"
_MICROSOFT_SIGN_IN = frozenset(
    {
        *("login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"),
        *("login.microsoft.com", "login.windows.net", "sts.windows.net", "login.chinacloudapi.cn"),
    }
)
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SQLITE_FILE = re.compile(r"/[^:?]+(?:\?.*)?")
_DATABASE_EXAMPLE = re.compile(r"://USER|:PASSWORD@|@HOST\b")
_TEXT_CHARACTERS = 200
# SHA-256 of keys that stand in public examples: Fernet's own specification, and two that are copied with Airflow.
_PUBLISHED = frozenset(
    {
        "cbeb362f1fa69a6691db592f4529cf6bea1ce089eb132a3350c9081279ff8f34",
        "5ca278330d08b9ce5bb4e0c8755263873be3b92f5db329c5562d445b3e022232",
        "3990442a9e73e2e289f7c0c4f1c9dc85d3d54268f208748631ecb46b1ef9f3df",
    }
)


def plain_text(text: str) -> str:
    """Strip a text; it must not be empty, a placeholder, or of more than one line."""
    text = text.strip()
    if not text:
        raise ValueError("must not be empty")
    if not text.isprintable() or len(text) > _TEXT_CHARACTERS:
        raise ValueError(f"must be one line of at most {_TEXT_CHARACTERS} characters")
    if is_placeholder(text):
        raise ValueError("is still the example's placeholder")
    return text


def client_id(text: str) -> str:
    """Return the id of a registered application."""
    text = plain_text(text)
    if not text.isascii() or " " in text or text == _NO_GUID or is_placeholder(text.upper()):
        raise ValueError("must be the id that the provider gave the application, without spaces")
    return text


def origin(text: str) -> str:
    """Return ``scheme://host[:port]``: https, or http on this machine; no path, no trailing slash."""
    parts = _split(text)
    if parts.path or parts.query or parts.fragment:
        raise ValueError("must be an address without a path")
    return parts.geturl()


def service_address(text: str) -> str:
    """Return the address of a service: https, or http on this machine; no trailing slash."""
    parts = _split(text)
    if parts.fragment:
        raise ValueError("must be an address without a #")
    if parts.hostname in _MICROSOFT_SIGN_IN and not _is_tenant(parts.path.strip("/").split("/")[0]):
        # With common or organizations anybody's tenant could sign in, and a name can change hands.
        raise ValueError("must name your own tenant by its GUID, not common, organizations, consumers or a domain")
    return parts.geturl()


def metadata_address(text: str) -> str:
    """Return the address of a discovery document; for Microsoft Entra of one tenant, named by GUID."""
    text = service_address(text)
    if not text.endswith("/.well-known/openid-configuration"):
        raise ValueError("must end with /.well-known/openid-configuration")
    return text


def graph_address(text: str) -> str:
    """Return the address of Microsoft Graph, with its version."""
    text = service_address(text)
    if not text.endswith(("/v1.0", "/beta")):
        raise ValueError("must end with the version, /v1.0")
    return text


def database_address(url: SecretStr) -> SecretStr:
    """Return the address of a SQLite file or a PostgreSQL database."""
    text = url.get_secret_value().strip()
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and not _SQLITE_FILE.fullmatch(rest):
        raise ValueError("must name a file, as in sqlite:////var/lib/snlib/snlib.sqlite3: what is in memory is lost")
    if scheme not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    if not text.isprintable() or " " in text or is_placeholder(text) or _DATABASE_EXAMPLE.search(text):
        raise ValueError("is still the example's placeholder, or has spaces in it")
    return SecretStr(text)


def proxy_address(url: SecretStr) -> SecretStr:
    """Return the address of an outgoing proxy, ``http://[USER:PASSWORD@]HOST:PORT``, or ``""``; https works too.

    Without a scheme http is meant, as everywhere where HTTPS_PROXY is read.
    """
    text = url.get_secret_value().strip()
    if not text:
        return SecretStr("")
    if "://" not in text:
        text = f"http://{text}" if ":" in text else ""
    account, _, place = text.partition("://")[2].rpartition("@")
    try:
        parts = _parts(f"{text.partition('://')[0]}://{place}")
    except ValueError:
        raise ValueError("must be the address of a proxy, such as http://proxy.example.com:8080") from None
    if parts.scheme not in ("http", "https") or parts.path or parts.query or parts.fragment:
        raise ValueError("must be the address of a proxy, such as http://proxy.example.com:8080")
    if is_placeholder(text) or not _PRINTABLE.fullmatch(text):
        raise ValueError("is still the example's placeholder, or has spaces in it")
    return SecretStr(f"{parts.scheme}://{account}{'@' if account else ''}{parts.netloc}")


def certificate_file(text: str) -> str:
    """Return the path of a file of certificates in PEM form, or ``""``."""
    text = text.strip()
    if text:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(text)
        except (OSError, ValueError):
            raise ValueError("must be a file of certificates in PEM form that the dashboard can read") from None
    return text


def host_patterns(value: Any) -> Any:
    """Return host patterns such as ``*.service-now.com``, from a list or a text with commas."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
        return value
    patterns = tuple(item.strip().lower().removesuffix(".") for item in items if item.strip())
    if any(_REGISTRY.fullmatch(pattern) for pattern in patterns):
        raise ValueError("must not be all hosts of a registry, such as *.co.uk")
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
        for what, held in (("an ID", {key_id for key_id, _ in value}), ("a key", {key for _, key in value})):
            if len(held) != len(value):
                raise ValueError(f"uses {what} twice")
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
    if is_typed(raw) or why_weak(key.rstrip("="), characters=0) or hashlib.sha256(raw).hexdigest() in _PUBLISHED:
        raise ValueError("has a key that is not random")


def _split(text: str) -> SplitResult:
    parts = _parts(text)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return parts
    raise ValueError("must begin with https:// (http:// only on this machine)")


def _parts(text: str) -> SplitResult:
    """Return an address in one form, so that equal ones are equal texts, as browsers and providers compare them.

    Scheme and host are lowered (they have no case), the default port and a dot after the host are left out.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    host = (parts.hostname or "").removesuffix(".")
    # The text as a whole, too: the parser drops tabs and line breaks before it looks.
    if parts.username is not None or port == 0 or not _HOST.fullmatch(host) or not _PRINTABLE.fullmatch(text):
        raise ValueError("is not an address such as https://example.com")
    if is_placeholder(text) or host == "0.0.0.0":  # noqa: S104  (refused, not listened on)
        raise ValueError("is still the example's placeholder, or no address that a browser can reach")
    netloc = host if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"
    return parts._replace(netloc=netloc, path=parts.path.rstrip("/"))


def _is_tenant(segment: str) -> bool:
    return bool(_GUID.fullmatch(segment)) and segment != _NO_GUID
