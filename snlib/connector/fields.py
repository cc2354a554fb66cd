r"""Checks of the connector's fields; pure.

Nothing here fetches or parses a URL: parsers disagree about hosts (``https://acme.service-now.com\@evil.test/``), so a
text either matches one strict pattern or is refused, and the address is then put together from the parts that matched.
Each check returns the clean value or raises ``ValueError`` with one sentence, which never repeats a secret.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_API_PATH = re.compile(r"/?api/now/(?:(?P<version>v[12])/)?table/(?P<table>[^/]*)/?")
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,79}")
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,128}")
_MAX_HOST_CHARS = 253
_MAX_SECRET_CHARS = 512

_NO_HOST = "Enter the address of the ServiceNow instance, such as https://acme.service-now.com."
_PLAIN_HOST = "Enter the instance's address only, such as https://acme.service-now.com"
_NOT_IN_HOST = (
    *(("@", "a user name"), ("\\", "a backslash"), ("?", "a question mark"), ("#", "a #")),
    *(("/", "a path"), (":", "a port")),
)
_NO_PATH = "Enter the path of the incident table, such as /api/now/table/incident."


def read_host(text: str, *, allowed_hosts: Sequence[str], demo_origin: str = "") -> str:
    """Return the instance's URL, ``https://host``, or in demo mode the demo instance's origin and nothing else."""
    text = text.strip()
    if not text:
        raise ValueError(_NO_HOST)
    if demo_origin:
        if text.rstrip("/").lower() in {demo_origin, demo_origin.partition("://")[2]}:
            return demo_origin
        raise ValueError(f"In demo mode only the demo instance can be used: {demo_origin}.")
    host = _host(text)
    if not any(_matches(host, pattern) for pattern in allowed_hosts):
        names = ", ".join(allowed_hosts) or "none"
        raise ValueError(f"The dashboard may not connect to this host. Allowed: {names}. Its operator can add hosts.")
    return f"https://{host}"


def read_api_path(text: str, *, instance_url: str) -> str:
    """Return the Table API path, ``/api/now[/v1|/v2]/table/<table>``.

    A full URL is accepted when it begins with ``instance_url``; none is when that is empty, because the host is faulty.
    """
    text = text.strip()
    if not text:
        raise ValueError(_NO_PATH)
    if "://" in text or text.startswith("//") or "\\" in text:
        text = _without_origin(text, instance_url)
    for mark, name in (("..", "two dots"), ("%", "%"), ("//", "//"), ("?", "?"), ("#", "#"), (";", ";")):
        if mark in text:
            raise ValueError(f"The API URL must not contain {name}. {_NO_PATH}")
    match = _API_PATH.fullmatch(text)
    if not match:
        raise ValueError(f"The API URL must be that of a table in the Table API. {_NO_PATH}")
    if not _TABLE.fullmatch(match["table"]):
        raise ValueError("A table's name has small letters, digits and underscores only, such as incident.")
    version = f"{match['version']}/" if match["version"] else ""
    return f"/api/now/{version}table/{match['table']}"


def read_client_id(text: str) -> str:
    """Return the OAuth client ID."""
    text = text.strip()
    if not text:
        raise ValueError("Enter the client ID that ServiceNow generated for the OAuth application.")
    if any(character.isspace() for character in text):
        raise ValueError("A client ID has no spaces. Copy it again from ServiceNow's Application Registry.")
    if not _CLIENT_ID.fullmatch(text):
        raise ValueError("A client ID is 8 to 128 letters, digits, - and _. Copy it again from ServiceNow.")
    return text


def read_client_secret(text: str | None) -> str | None:
    """Return the client secret, None when the field was left blank (keep what is saved)."""
    if not text:
        return None
    if any(character.isspace() or not character.isprintable() for character in text):
        raise ValueError("A client secret has no spaces or line breaks. Copy it again from ServiceNow.")
    if len(text) > _MAX_SECRET_CHARS:
        raise ValueError(f"A client secret has at most {_MAX_SECRET_CHARS} characters.")
    return text


def _host(text: str) -> str:
    # Letters that only become ASCII when lowered (the Kelvin sign) must not pass, so this comes before lower().
    if not text.isascii() or not text.isprintable():
        raise ValueError(f"{_PLAIN_HOST}: letters a to z, digits, - and dots.")
    text = text.lower()
    if text.startswith("http://"):
        raise ValueError("The instance must be reached by https://, so that nothing is sent unencrypted.")
    # What a browser makes of it is the same address, so it is no fault.
    host = text.removeprefix("https://").rstrip("/").removesuffix(":443").removesuffix(".")
    if "://" in host:
        raise ValueError("The instance's address must begin with https://.")
    for mark, name in _NOT_IN_HOST:
        if mark in host:
            raise ValueError(f"{_PLAIN_HOST}, without {name}.")
    if "xn--" in host:
        raise ValueError(f"{_PLAIN_HOST}: international names (xn--) are not accepted.")
    if len(host) > _MAX_HOST_CHARS or not _HOST.fullmatch(host):
        raise ValueError(f"{_PLAIN_HOST}: this is not a valid host name. IP addresses are not accepted.")
    return host


def _matches(host: str, pattern: str) -> bool:
    """Return whether a host matches a pattern; ``*.`` matches exactly one label, as in a certificate."""
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:]
    return host == pattern


def _without_origin(text: str, instance_url: str) -> str:
    origin, slash, path = text.partition("://")[2].partition("/")
    same = {f"{instance_url}{end}" for end in ("", ".", ":443", ".:443")}
    if "\\" in text or not slash or f"{text.partition('://')[0]}://{origin}".lower() not in same:
        raise ValueError(f"The API URL must be on the same host as the instance. {_NO_PATH}")
    return slash + path
