"""Records of ``sys_cors_rule``: what a new one holds, and which domains can be saved (ServiceNow docs)."""

from __future__ import annotations

import re

METHODS = ("get", "post", "put", "patch", "delete")
"""The columns of a rule that are HTTP methods."""
DEFAULTS = {
    "active": "true",
    "rest_api": "Table API",
    "max_age": "0",
    **dict.fromkeys(METHODS, "false"),
    "get": "true",
}
"""What a new rule holds."""

_DOMAIN = re.compile(r"https?://(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?")


def domain_fault(domain: str, *, allow_credentials: bool = False) -> str:
    """Return why a rule's domain cannot be saved, or an empty text.

    It begins with http:// or https:// and may hold one wildcard directly behind that (``https://*.portal.azure.net``);
    a lone ``*`` is refused, and so is a wildcard together with credentials.
    """
    if not _DOMAIN.fullmatch(domain.strip().lower()):
        return "Domain must start with http:// or https:// and may hold one wildcard directly behind it"
    if allow_credentials and "*" in domain:
        return "A domain with a wildcard cannot allow credentials"
    return ""
