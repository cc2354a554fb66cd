"""Groups and directory roles that a user is in, directly or through other groups."""

from __future__ import annotations

from typing import Any

from snlib.demo.graph.call import Call
from snlib.demo.graph.errors import bad_request, unsupported_query
from snlib.demo.graph.people import existing, named_in_path
from snlib.demo.graph.permissions import GROUPS, ROLES
from snlib.demo.graph.query.collection import allow_options, page, select_context, selected
from snlib.demo.graph.query.paging import is_eventual, read_truth
from snlib.demo.graph.query.properties import Kinds, Row, shown

DEFAULT_PAGE_ROWS = 100
MAX_PAGE_ROWS = 999

_GROUP: Kinds = {
    "id": "nullable",
    **dict.fromkeys(("deletedDateTime", "classification"), "null"),
    **dict.fromkeys(("createdDateTime", "description", "displayName"), "nullable"),
    "groupTypes": "json",
    "isAssignableToRole": "boolean",
    "mail": "nullable",
    "mailEnabled": "boolean",
    **dict.fromkeys(("mailNickname", "membershipRule", "membershipRuleProcessingState"), "nullable"),
    **dict.fromkeys(("onPremisesSyncEnabled", "securityEnabled"), "boolean"),
    "visibility": "nullable",
}
_ROLE: Kinds = {
    "id": "nullable",
    "deletedDateTime": "null",
    **dict.fromkeys(("description", "displayName", "roleTemplateId"), "nullable"),
}
_TYPES = {"microsoft.graph.group": _GROUP, "microsoft.graph.directoryRole": _ROLE}

_DIRECT = "SELECT container AS id FROM entra_membership WHERE member = ?"
# UNION, not UNION ALL: groups can be members of each other, and the circle must come to an end.
_TRANSITIVE = (
    f"WITH RECURSIVE up(id) AS ({_DIRECT} UNION "
    "SELECT container FROM entra_membership JOIN up ON entra_membership.member = up.id) SELECT id FROM up"
)


def list_member_of(call: Call) -> dict[str, Any]:
    """Return a page of ``/users/{…}/memberOf[/{type}]``: what the user is a direct member of."""
    return _page(call, _DIRECT)


def list_transitive_member_of(call: Call) -> dict[str, Any]:
    """Return a page of ``/users/{…}/transitiveMemberOf[/{type}]``: also through other groups."""
    return _page(call, _TRANSITIVE)


def count_member_of(call: Call) -> str:
    """Return ``/users/{…}/memberOf[/{type}]/$count`` as plain text."""
    return _count(call, _DIRECT)


def count_transitive_member_of(call: Call) -> str:
    """Return ``/users/{…}/transitiveMemberOf[/{type}]/$count`` as plain text."""
    return _count(call, _TRANSITIVE)


def _page(call: Call, sql: str) -> dict[str, Any]:
    person, cast = _person(call), _cast(call)
    options = allow_options(call, "$select", "$top", "$skiptoken", "$count")
    counts = read_truth(options.get("$count", "false"))
    if counts and not is_eventual(call.request):
        raise unsupported_query("$count is not currently supported without the header 'ConsistencyLevel: eventual'.")
    known = _TYPES[cast] if cast else {**_GROUP, **_ROLE}
    names = selected(options.get("$select", ""), known, cast.rpartition(".")[2] or "directoryObject")
    context = (cast.rpartition(".")[2] + "s") if cast else "directoryObjects"
    return page(
        call,
        context + select_context(names),
        _containers(call, person, sql, cast),
        lambda row: _shown(call, row, names),
        counts=counts,
        default_rows=DEFAULT_PAGE_ROWS,
        max_rows=MAX_PAGE_ROWS,
    )


def _count(call: Call, sql: str) -> str:
    if not is_eventual(call.request):
        raise unsupported_query("$count is not currently supported without the header 'ConsistencyLevel: eventual'.")
    return str(len(_containers(call, _person(call), sql, _cast(call))))


def _person(call: Call) -> Row:
    call.caller.require(GROUPS)
    return existing(call, named_in_path(call))


def _cast(call: Call) -> str:
    """Return the type that the path asks for, or an empty text.

    Raises:
        GraphError: 400; the type is another one.
    """
    asked = str(call.request.path_params.get("type", ""))
    if asked and asked not in _TYPES:
        raise bad_request(f"Resource not found for the segment '{asked[:64]}'.")
    return asked


def _containers(call: Call, person: Row, sql: str, cast: str) -> list[Row]:
    """Return the groups and roles in an order that means nothing, each with its type under ``type``."""
    found = {row["id"] for row in call.instance.storage.rows(sql, (person["id"],))}
    tables = {"microsoft.graph.group": "entra_group", "microsoft.graph.directoryRole": "entra_directory_role"}
    rows = [
        {**row, "type": name}
        for name, table in tables.items()
        if cast in ("", name)
        for row in call.instance.storage.find(table)
        if row["id"] in found
    ]
    return sorted(rows, key=lambda row: row["id"])


def _shown(call: Call, row: Row, names: tuple[str, ...] | None) -> dict[str, Any]:
    """Return one group or role.

    Of a role a caller without permission for roles learns that it is there, and nothing else: Graph documents it as
    limited information returned for inaccessible member objects.
    """
    kinds = _TYPES[row["type"]]
    properties = shown(row, kinds, [name for name in kinds if names is None or name in names])
    is_open = row["type"] == "microsoft.graph.group" or bool(call.caller.permissions & ROLES)
    if not is_open:
        properties = {name: value if name == "id" else None for name, value in properties.items()}
    return {"@odata.type": f"#{row['type']}", **properties}
