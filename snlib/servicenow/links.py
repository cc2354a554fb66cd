"""Addresses that open a record in ServiceNow."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote, urlsplit

from snlib.errors import InvalidInput
from snlib.servicenow.known_fields import TABLE_NAME
from snlib.servicenow.records import SYS_ID

LinkStyle = Literal["classic", "next_experience", "sow"]


def record_url(instance_url: str, table: str, sys_id: str, style: LinkStyle = "classic") -> str:
    """Return the address of a record's form; open it in a new tab with ``rel="noopener"``.

    Args:
        instance_url: Scheme, host and port only, e.g. ``https://acme.service-now.com``.
        table: e.g. ``incident``.
        sys_id: 32 hexadecimal characters in lower case; anything else makes no link.
        style: ``classic`` (works always, also through single sign-on), ``next_experience`` or ``sow`` (Service
            Operations Workspace, where it is installed).

    Raises:
        InvalidInput: Something does not have the form promised here.

    >>> record_url("https://acme.service-now.com", "incident", "0" * 32)
    'https://acme.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D00000000000000000000000000000000'
    """
    try:
        parts = urlsplit(instance_url)
    except ValueError:
        raise InvalidInput({"instance": "This is not the address of a ServiceNow instance."}) from None
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("https", "http") or not parts.hostname or origin != instance_url or "@" in parts.netloc:
        raise InvalidInput({"instance": "This is not the address of a ServiceNow instance."})
    if not TABLE_NAME.fullmatch(table):
        raise InvalidInput({"table": "This is not the name of a ServiceNow table."})
    if not SYS_ID.fullmatch(sys_id):
        raise InvalidInput({"sys_id": "This record has no key that a link could be made of."})
    target = quote(f"{table}.do?sys_id={sys_id}", safe="")
    match style:
        case "classic":
            return f"{origin}/nav_to.do?uri={target}"
        case "next_experience":
            return f"{origin}/now/nav/ui/classic/params/target/{target}"
        case "sow":
            return f"{origin}/now/sow/record/{table}/{sys_id}"
