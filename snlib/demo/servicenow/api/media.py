"""JSON and XML: which of them an answer is written in, and how bodies are written and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from snlib.demo.servicenow.errors import not_acceptable, unreadable_body, unsupported_media

JSON = "application/json"
SUPPORTED = (JSON, "application/xml", "text/xml")
"""Media types of requests and answers."""


def chosen(accept: str) -> str:
    """Return the media type to answer in; no preference and ``*/*`` mean JSON.

    Raises:
        ApiError: 406, nothing the client accepts is supported.
    """
    accepted: list[tuple[float, str]] = []
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if kind:
            accepted.append((_quality(parameters), kind))
    for quality, kind in sorted(accepted, key=lambda pair: -pair[0]):
        if quality > 0 and kind in SUPPORTED:
            return kind
        if quality > 0 and kind in {"*/*", "application/*"}:
            return JSON
        if quality > 0 and kind == "text/*":
            return "text/xml"
    if accepted:
        raise not_acceptable(SUPPORTED)
    return JSON


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def written(body: Mapping[str, object], media: str) -> bytes:
    """Return an answer's body in a media type."""
    if media == JSON:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    inner = "".join(_element(name, value) for name, value in body.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><response>{inner}</response>'.encode()


def _element(name: str, value: object) -> str:
    """Write one element; a list becomes one element for each of its members."""
    if isinstance(value, Mapping):
        inner = "".join(_element(str(key), part) for key, part in value.items())
        return f"<{name}>{inner}</{name}>"
    if isinstance(value, list):
        return "".join(_element(name, part) for part in value)
    if value is None or value == "":
        return f"<{name}/>"
    text = "".join(sign for sign in str(value) if sign >= " " or sign in "\t\n\r")
    return f"<{name}>{escape(text)}</{name}>"


def read_record(body: bytes, content_type: str) -> dict[str, object]:
    """Return the values of a posted record; of several only the first counts.

    Raises:
        ApiError: 415 for another Content-Type, 400 for a body that cannot be read.
    """
    media = content_type.split(";")[0].strip().lower()
    if media and media not in SUPPORTED:
        raise unsupported_media(SUPPORTED)
    if not body.strip():
        return {}
    return _from_xml(body) if media in SUPPORTED[1:] else _from_json(body)


def _from_json(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise unreadable_body() from None
    if isinstance(found, dict) and isinstance(found.get("records"), list):
        found = found["records"]
    if isinstance(found, list):
        found = found[0] if found else {}
    if not isinstance(found, dict):
        raise unreadable_body()
    return found


def _from_xml(body: bytes) -> dict[str, object]:
    """Read ``<request><entry><field>value</field></entry></request>``; declarations of types are refused unread."""
    if b"<!" in body:
        raise unreadable_body()
    try:
        root = ET.fromstring(body)  # noqa: S314 - without a document type there are no entities to expand
    except ET.ParseError:
        raise unreadable_body() from None
    entry = root.find("entry")
    return {child.tag: child.text or "" for child in (root if entry is None else entry)}
