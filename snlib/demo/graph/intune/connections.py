"""Intune's ServiceNow connector and what the signed-in person may do in Intune: ``/beta/deviceManagement``."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.responses import Response

from snlib.demo.core.timestamps import graph_time
from snlib.demo.graph.call import Call, Created
from snlib.demo.graph.errors import bad_request, intune_error
from snlib.demo.graph.intune.roles import READ_ORGANIZATION, UPDATE_CONNECTOR, grants_of
from snlib.demo.graph.permissions import CONFIGURATION, CONFIGURATION_WRITE, INTUNE_RIGHTS, require_intune
from snlib.demo.graph.query.collection import allow_options
from snlib.demo.graph.query.properties import Row
from snlib.demo.seed.devices.models import NEVER

_TYPE = "microsoft.graph.serviceNowConnection"
_AUTHENTICATION_TYPE = "microsoft.graph.serviceNowOauthSecretAuthentication"
_STATES = ("disabled", "enabled", "unknownFutureValue")
_TEXTS = ("instanceUrl", "incidentApiUrl", "serviceNowConnectionStatus")
_READ_ONLY = frozenset({"id", "createdDateTime", "lastModifiedDateTime", "lastQueriedDateTime"})


def get_effective_permissions(call: Call) -> dict[str, Any]:
    """Return ``getEffectivePermissions(scope='…')``: the signed-in person's actions, in one grant or several.

    Which scopes are legal is not documented; every one that is not empty means the same here.
    """
    if not call.caller.person_id:
        text = "Application permissions are not supported by this operation, a signed-in user is needed"
        raise intune_error(403, "Forbidden", text, call.path)
    require_intune(call, INTUNE_RIGHTS)
    if not call.parameter("scope").strip():
        raise bad_request("The scope must not be empty.")
    grants = grants_of(call.instance, call.caller.person_id)
    return {
        "@odata.context": call.context("Collection(microsoft.graph.rolePermission)"),
        "value": [
            {
                "actions": list(actions),
                "resourceActions": [{"allowedResourceActions": list(actions), "notAllowedResourceActions": []}],
            }
            for actions in grants
        ],
    }


def answer_connections(call: Call) -> dict[str, Any] | Created:
    """Answer ``serviceNowConnections``: GET lists, POST makes one."""
    if call.request.method == "POST":
        return _create(call)
    _check_may_read(call)
    allow_options(call)
    rows = call.instance.storage.find("service_now_connection")
    context = call.context("deviceManagement/serviceNowConnections")
    return {"@odata.context": context, "value": [_shown(row) for row in rows]}


def answer_connection(call: Call) -> dict[str, Any] | Response:
    """Answer ``serviceNowConnections/{id}``: GET, PATCH, DELETE."""
    storage, method = call.instance.storage, call.request.method
    if method in {"PATCH", "DELETE"}:
        require_intune(call, CONFIGURATION_WRITE, UPDATE_CONNECTOR)
    else:
        _check_may_read(call)
    found = storage.find("service_now_connection", id=call.parameter("connection").lower())
    if not found:
        raise intune_error(404, "ResourceNotFound", "An error has occurred: the connection was not found", call.path)
    key = found[0]["sys_id"]
    if method == "DELETE":
        storage.delete("service_now_connection", key)
        return Response(status_code=204)
    if method == "PATCH":
        values = _read(call) | {"lastModifiedDateTime": graph_time(call.instance.clock.now())}
        storage.update("service_now_connection", key, values)
        found = storage.find("service_now_connection", sys_id=key)
    return {"@odata.context": call.context("deviceManagement/serviceNowConnections/$entity"), **_shown(found[0])}


def _check_may_read(call: Call) -> None:
    require_intune(call, CONFIGURATION, READ_ORGANIZATION)


def _create(call: Call) -> Created:
    require_intune(call, CONFIGURATION_WRITE, UPDATE_CONNECTOR)
    values = _read(call)
    missing = [name for name in ("instanceUrl", "incidentApiUrl", "appId") if not values.get(name)]
    if missing:
        raise bad_request(f"The request is missing a required property: {missing[0]}.")
    now, object_id = graph_time(call.instance.clock.now()), str(uuid.uuid4())
    row = {
        "serviceNowConnectionStatus": "disabled",
        **values,
        "sys_id": object_id.replace("-", ""),
        "id": object_id,
        "createdDateTime": now,
        "lastModifiedDateTime": now,
        "lastQueriedDateTime": NEVER,
    }
    call.instance.storage.insert("service_now_connection", row)
    found = call.instance.storage.find("service_now_connection", id=object_id)[0]
    context = call.context("deviceManagement/serviceNowConnections/$entity")
    return Created({"@odata.context": context, **_shown(found)})


def _read(call: Call) -> Row:
    """Return the columns that a body sets; what only the service writes is passed over.

    Raises:
        GraphError: 400; a property is unknown or of another type than it should be.
    """
    values: Row = {}
    for name, value in call.read_object().items():
        if name == "@odata.type":
            _check_type(value, _TYPE)
        elif name == "authenticationMethod":
            values |= _read_authentication(value)
        elif name in _TEXTS:
            values[name] = _text(name, value)
        elif name not in _READ_ONLY:
            raise bad_request(f"The property '{name[:64]}' does not exist on type '{_TYPE}'.")
    if values.get("serviceNowConnectionStatus", "enabled") not in _STATES:
        raise bad_request(
            "Cannot convert the literal to the expected type 'microsoft.graph.serviceNowConnectionStatus'."
        )
    return values


def _read_authentication(value: Any) -> Row:
    if not isinstance(value, dict) or set(value) - {"@odata.type", "appId"}:
        raise bad_request(f"The authenticationMethod must be a '{_AUTHENTICATION_TYPE}'.")
    _check_type(value.get("@odata.type"), _AUTHENTICATION_TYPE)
    # Kept as it was written: both spellings are met in the wild.
    return {"authenticationType": value["@odata.type"], "appId": _text("appId", value.get("appId", ""))}


def _check_type(value: Any, expected: str) -> None:
    if not isinstance(value, str) or value.removeprefix("#") != expected:
        raise bad_request(f"A type named '{str(value)[:100]}' could not be resolved; expected '{expected}'.")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise bad_request(f"Cannot convert the value of '{name}' to the expected type 'Edm.String'.")
    return value


def _shown(row: Row) -> dict[str, Any]:
    return {
        "@odata.type": f"#{_TYPE}",
        "id": row["id"],
        "instanceUrl": row["instanceUrl"],
        "incidentApiUrl": row["incidentApiUrl"],
        "authenticationMethod": {"@odata.type": row["authenticationType"], "appId": row["appId"]},
        "serviceNowConnectionStatus": row["serviceNowConnectionStatus"],
        "createdDateTime": row["createdDateTime"],
        "lastModifiedDateTime": row["lastModifiedDateTime"],
        "lastQueriedDateTime": row["lastQueriedDateTime"],
    }
