"""``$filter`` on managed devices: ``name eq 'text'``, joined by ``and`` and ``or`` (intune-graph facts, 4.3).

The trap of the real service is here, too: ``userPrincipalName eq ''`` is no condition at all and finds every device of
the tenant, also those that belong to somebody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from snlib.demo.graph.errors import bad_request

Predicate = Callable[[dict[str, str]], bool]

FILTERABLE = (
    *("id", "deviceName", "serialNumber", "userPrincipalName", "userId", "azureADDeviceId", "emailAddress"),
    *("operatingSystem", "complianceState", "managementAgent", "imei"),
)

_CLAUSE = re.compile(r"\s*(?P<name>[A-Za-z]+)\s+eq\s+'(?P<text>(?:[^']|'')*)'")
_JOIN = re.compile(r"\s+(?P<word>and|or)\s+")
_MAX_CLAUSES = 100


def parse_device_filter(text: str) -> Predicate:
    """Return the test of a ``$filter``; ``and`` binds more tightly than ``or``, and case does not matter to ``eq``.

    Raises:
        GraphError: 400; it is malformed, or of a property that cannot be filtered by.
    """
    alternatives: list[list[Predicate]] = [[]]
    position = 0
    for _ in range(_MAX_CLAUSES):
        clause = _CLAUSE.match(text, position)
        if clause is None:
            break
        alternatives[-1].append(_equals(clause["name"], clause["text"].replace("''", "'")))
        position = clause.end()
        if not text[position:].strip():
            return lambda row: any(all(test(row) for test in tests) for tests in alternatives)
        join = _JOIN.match(text, position)
        if join is None:
            break
        if join["word"] == "or":
            alternatives.append([])
        position = join.end()
    raise bad_request(f"Invalid filter clause: Syntax error at position {position} in '{text[:200]}'.")


def _equals(name: str, text: str) -> Predicate:
    known = next((known for known in FILTERABLE if known.casefold() == name.casefold()), None)
    if known is None:
        raise bad_request(f"Invalid filter clause: '{name[:64]}' of 'microsoft.graph.managedDevice' has no filter.")
    if known == "userPrincipalName" and not text:
        return lambda row: True
    wanted = text.casefold()
    return lambda row: row[known].casefold() == wanted
