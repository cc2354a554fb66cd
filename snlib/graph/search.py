"""What an agent types, turned into a safe search of Microsoft Graph.

Vendor: https://learn.microsoft.com/graph/search-query-parameter (``$search``, escaping, ``ConsistencyLevel``) and
https://learn.microsoft.com/graph/filter-query-parameter (``$filter``, doubled quotes). All functions are pure.
"""

from __future__ import annotations

import re
import unicodedata

from snlib.errors import InvalidInput
from snlib.graph.users import SELECT

MIN_CHARS = 2
MAX_CHARS = 100

ADVANCED_QUERY_HEADERS = {"ConsistencyLevel": "eventual"}
"""Without it Graph answers 400 ``Request_UnsupportedQuery`` to any ``$search``."""

_FIELDS = ("displayName", "mail", "userPrincipalName")
# "Bo Ek <bo.ek@example.com>", as a mail program copies an address; also "mailto:bo.ek@example.com".
_NAMED_MAIL = re.compile(r"[^<>]*<\s*(?:mailto:)?([^<>\s@]+@[^<>\s@]+)\s*>\s*[;,]?\Z", re.IGNORECASE)
_MAILTO = re.compile(r"mailto:([^\s?]+)(?:\?.*)?\Z", re.IGNORECASE)
# Marks that come along with pasted text and that nobody can see: dropped, not refused.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """Return what to search for: trimmed, and only the address where a name with an address was pasted.

    >>> clean_text("  Bo Ek <bo.ek@example.com>; ")
    'bo.ek@example.com'

    Raises:
        InvalidInput: ``search``: too short, too long, or with a character that cannot be searched for.
    """
    trimmed = _INVISIBLE.sub("", text).strip()
    if len(trimmed) > MAX_CHARS * 4:
        raise _refused(f"Type at most {MAX_CHARS} characters.")
    for pattern in (_NAMED_MAIL, _MAILTO):
        if pasted := pattern.match(trimmed):
            trimmed = pasted.group(1)
            break
    # NFKC turns look-alikes into what they look like, so a full-width caret is a caret too. The text itself is sent as
    # typed: a name keeps its own letters.
    if "^" in unicodedata.normalize("NFKC", trimmed):
        raise _refused("A name or e-mail address has no “^”: remove it and search again.")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in trimmed):
        raise _refused("The text holds a line break or another control character: type it on one line.")
    trimmed = " ".join(trimmed.split())
    if len(trimmed) < MIN_CHARS:
        raise _refused(f"Type at least {MIN_CHARS} characters of a name or e-mail address.")
    if len(trimmed) > MAX_CHARS:
        raise _refused(f"Type at most {MAX_CHARS} characters.")
    return trimmed


def search_clause(text: str) -> str:
    r"""Return the ``$search`` expression for ``text`` in display name, mail and user principal name.

    >>> print(search_clause('Bo "Bosse" Ek'))
    "displayName:Bo \"Bosse\" Ek" OR "mail:Bo \"Bosse\" Ek" OR "userPrincipalName:Bo \"Bosse\" Ek"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return " OR ".join(f'"{field}:{escaped}"' for field in _FIELDS)


def prefix_filter(text: str) -> str:
    """Return the ``$filter`` expression for users whose display name, mail or user principal name starts with ``text``.

    >>> prefix_filter("O'B")
    "startswith(displayName,'O''B') or startswith(mail,'O''B') or startswith(userPrincipalName,'O''B')"
    """
    quoted = text.replace("'", "''")
    return " or ".join(f"startswith({field},'{quoted}')" for field in _FIELDS)


def search_params(text: str, *, rows: int) -> dict[str, str]:
    """Return the query parameters of one search for at most ``rows`` users.

    ``$search`` finds words anywhere in a display name. It is known to misread an ampersand, so a text with one is
    looked for by its beginning instead.

    Args:
        text: As ``clean_text`` returned it.
        rows: Users asked for, 1 to 999.
    """
    expression = {"$filter": prefix_filter(text)} if "&" in text else {"$search": search_clause(text)}
    return {**expression, "$count": "true", "$select": ",".join(SELECT), "$top": str(rows)}


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput({"search": sentence})
