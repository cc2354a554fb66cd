"""Addresses that open a record in ServiceNow."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from snlib.errors import InvalidInput
from snlib.servicenow.known_fields import TABLE_NAME
from snlib.servicenow.records import SYS_ID


def record_url(instance_url: str, table: str, sys_id: str) -> str:
    """Return the address of a record's form; open it in a new tab with ``rel="noopener"``.

    Args:
        instance_url: Scheme, host and port only, e.g. ``https://acme.service-now.com``.
        table: e.g. ``incident``.
        sys_id: 32 hexadecimal characters in lower case; anything else makes no link.

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
    # The classic form works in every release, and through single sign-on.
    return f"{origin}/nav_to.do?uri={quote(f'{table}.do?sys_id={sys_id}', safe='')}"
