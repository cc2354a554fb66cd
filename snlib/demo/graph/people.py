"""The person that a path is about."""

from __future__ import annotations

from snlib.demo.entra.people import find_person
from snlib.demo.graph.bearer import READ_BASIC, READ_SELF
from snlib.demo.graph.call import Call
from snlib.demo.graph.errors import bad_request, not_found
from snlib.demo.graph.query.properties import Row


def named_in_path(call: Call) -> Row | None:
    """Return the user whom the path names by object id or user principal name (not by mail, as with Graph)."""
    name = call.parameter("user")
    found = find_person(call.instance, name.lower())
    if found is not None:
        return found
    sql = "SELECT * FROM entra_user WHERE casefold(userPrincipalName) = ?"
    return next(iter(call.instance.storage.rows(sql, (name.casefold(),))), None)


def user_named(call: Call) -> Row:
    """Return the user whom the path names, to a caller who may see users.

    Raises:
        GraphError: 403 without a permission, 404 for nobody.
    """
    found = named_in_path(call)
    if found is None or found["id"] != call.caller.person_id:
        call.caller.require(READ_BASIC)
    return existing(call, found)


def existing(call: Call, found: Row | None) -> Row:
    """Return the user that was found.

    Raises:
        GraphError: 404; nobody was.
    """
    if found is None:
        raise not_found(call.parameter("user"))
    return found


def signed_in_user(call: Call) -> Row:
    """Return the person of a delegated token.

    Raises:
        GraphError: 400 for an application, 403 without a permission.
    """
    if not call.caller.person_id:
        raise bad_request("/me request is only valid with delegated authentication flow.")
    call.caller.require(READ_SELF)
    found = find_person(call.instance, call.caller.person_id)
    if found is None:
        raise not_found(call.caller.person_id)
    return found
