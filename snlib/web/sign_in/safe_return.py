"""Where a browser may be sent after signing in or connecting: a page of ours, never another site."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

HOME = "/"
MAX_CHARACTERS = 2000

_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*/?)?")
_NOT_A_PAGE = frozenset(
    {"login", "logout", "signed-out", "servicenow", "graph", "export", "healthz", "auth", "oauth2callback", "_stcore"}
)
_KEPT_IN_QUERY = "%=&+,;:@/?!$'()*-._~"


def safe_return(target: str | None) -> str:
    """Return ``target`` when it is a path of one of our pages with an optional query, else ``/``.

    A fragment is dropped. Anything that a browser could read as another site is refused: a scheme or host, ``//``,
    backslashes, control characters (browsers drop tabs and newlines before they parse), spaces, dot segments and
    percent-encoding in the path. Routes that act (sign in, sign out, connect) are no pages.
    """
    if not target or len(target) > MAX_CHARACTERS or any(sign <= " " or sign in "\\\x7f" for sign in target):
        return HOME
    try:
        parts = urlsplit(target)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or target.startswith("//") or not _PATH.fullmatch(parts.path):
        return HOME
    if parts.path.split("/")[1] in _NOT_A_PAGE:
        return HOME
    return parts.path + ("?" + quote(parts.query, safe=_KEPT_IN_QUERY) if parts.query else "")
