"""``/v1.0/users`` and what belongs to a single user."""

from __future__ import annotations

from typing import Any

from snlib.demo.entra.people import find_person
from snlib.demo.graph.bearer import READ_ALL, READ_BASIC
from snlib.demo.graph.call import Call
from snlib.demo.graph.errors import GraphError, bad_request, denied, not_found, unsupported_query
from snlib.demo.graph.people import signed_in_user, user_named
from snlib.demo.graph.query.collection import page
from snlib.demo.graph.query.folding import folded
from snlib.demo.graph.query.options import (
    DEFAULT_PAGE_ROWS,
    MAX_PAGE_ROWS,
    ListOptions,
    Selection,
    read_list_options,
    read_selection,
)
from snlib.demo.graph.query.paging import is_eventual, read_options
from snlib.demo.graph.query.properties import USER, USER_BASIC, shown

SIGN_IN_ACTIVITY = "signInActivity"


def list_users(call: Call) -> dict[str, Any]:
    """Return a page of users; the next one is at ``@odata.nextLink``."""
    options = read_list_options(call.request)
    _check_may_list(call, options.selection)
    return page(
        call,
        "users" + options.selection.context,
        _matching_rows(call, options),
        lambda row: _as_selected(call, row, options.selection),
        counts=options.counts,
        default_rows=DEFAULT_PAGE_ROWS,
        max_rows=MAX_PAGE_ROWS,
    )


def count_users(call: Call) -> str:
    """Return ``/users/$count``: a number as plain text, with the header only."""
    if not is_eventual(call.request):
        raise unsupported_query("$count is not currently supported without the header 'ConsistencyLevel: eventual'.")
    options = read_list_options(call.request)
    _check_may_list(call, options.selection)
    return str(len(_matching_rows(call, options)))


def get_user(call: Call) -> dict[str, Any]:
    """Return ``/users/{id or user principal name}``."""
    return _single(call, user_named(call))


def get_me(call: Call) -> dict[str, Any]:
    """Return ``/me``, for a delegated token only."""
    return _single(call, signed_in_user(call))


def get_manager(call: Call) -> dict[str, Any]:
    """Return ``/users/{…}/manager``."""
    return _manager_answer(call, user_named(call))


def get_my_manager(call: Call) -> dict[str, Any]:
    """Return ``/me/manager``."""
    return _manager_answer(call, signed_in_user(call))


def refuse_unknown(call: Call) -> dict[str, Any]:
    """Refuse a path that the demo's Graph has not, or a method that changes something."""
    if call.request.method not in {"GET", "HEAD"}:
        raise GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    segment = call.parameter("path").split("/")[0]
    if segment in {"users", "me"}:
        segment = call.parameter("path").split("/")[-1]
    raise bad_request(f"Resource not found for the segment '{segment[:64]}'.")


def _matching_rows(call: Call, options: ListOptions) -> list[dict[str, str]]:
    rows = call.instance.storage.find("entra_user")
    if options.search is not None:
        rows = [row for row in rows if options.search(row)]
    if options.filter is not None:
        rows = [row for row in rows if options.filter.predicate(row)]
    name, descending = options.order
    rows.sort(key=lambda row: row["id"])
    rows.sort(key=lambda row: folded(row[name]), reverse=descending)
    return rows


def _check_may_list(call: Call, selection: Selection) -> None:
    call.caller.require(READ_BASIC)
    if call.caller.person_id and call.caller.is_guest:
        raise denied()
    _check_may_select(call, selection)


def _check_may_select(call: Call, selection: Selection) -> None:
    """Refuse properties beyond the permission; without ``$select`` Graph answers with what may be seen."""
    if SIGN_IN_ACTIVITY in selection.names:
        if not call.instance.switches.premium_tenant:
            raise GraphError(
                403,
                "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                "Neither tenant is B2C or tenant doesn't have premium license",
            )
        call.caller.require(frozenset({"AuditLog.Read.All"}))
    if call.caller.permissions & READ_ALL:
        return
    if (selection.is_explicit and not set(selection.names) <= USER_BASIC) or selection.manager is not None:
        raise denied()


def _as_selected(call: Call, row: dict[str, str], selection: Selection) -> dict[str, Any]:
    is_basic = not call.caller.permissions & READ_ALL and row["id"] != call.caller.person_id
    found = shown(row, USER, selection.names)
    if is_basic:
        found = {name: value if name in USER_BASIC else _nothing(value) for name, value in found.items()}
    if selection.manager is not None:
        manager = find_person(call.instance, row["manager_id"])
        if manager is not None:
            found["manager"] = {"@odata.type": "#microsoft.graph.user", **shown(manager, USER, selection.manager)}
    return found


def _nothing(value: Any) -> Any:
    return [] if isinstance(value, list) else None


def _single(call: Call, row: dict[str, str]) -> dict[str, Any]:
    selection = read_selection(read_options(call.request))
    if row["id"] != call.caller.person_id or SIGN_IN_ACTIVITY in selection.names:
        _check_may_select(call, selection)
    context = call.context(f"users{selection.context}/$entity")
    return {"@odata.context": context, **_as_selected(call, row, selection)}


def _manager_answer(call: Call, row: dict[str, str]) -> dict[str, Any]:
    call.caller.require(READ_ALL)
    manager = find_person(call.instance, row["manager_id"])
    if manager is None:
        raise not_found("manager")
    selection = read_selection(read_options(call.request))
    return {
        "@odata.context": call.context("directoryObjects/$entity"),
        "@odata.type": "#microsoft.graph.user",
        **shown(manager, USER, selection.names),
    }
