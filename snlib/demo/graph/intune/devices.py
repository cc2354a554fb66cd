"""Managed devices: of one user, of the tenant, and a single one (intune-graph facts, 4.3)."""

from __future__ import annotations

from typing import Any

from snlib.demo.graph.call import Call
from snlib.demo.graph.errors import GraphError, intune_error
from snlib.demo.graph.intune.device_filter import parse_device_filter
from snlib.demo.graph.intune.roles import READ_DEVICES
from snlib.demo.graph.people import existing, named_in_path
from snlib.demo.graph.permissions import DEVICES, require_intune
from snlib.demo.graph.query.collection import allow_options, page, select_context, selected
from snlib.demo.graph.query.paging import read_truth
from snlib.demo.graph.query.properties import USER, USER_DEFAULT, Kinds, Row, shown

MAX_PAGE_ROWS = 1000

_PRIMARY_USER = "COALESCE(NULLIF(primary_user, ''), userId)"
"""The primary user; ``userId`` is who enrolled the device where somebody enrolled it for another person."""

_PROPERTIES: Kinds = {
    **dict.fromkeys(
        (
            *("id", "userId", "deviceName", "managedDeviceName", "managedDeviceOwnerType", "enrolledDateTime"),
            *("lastSyncDateTime", "operatingSystem", "osVersion", "complianceState"),
            *("complianceGracePeriodExpirationDateTime", "jailBroken", "managementAgent", "easDeviceId"),
            *("easActivationDateTime", "azureADDeviceId", "deviceEnrollmentType", "deviceRegistrationState"),
            *("deviceCategoryDisplayName", "manufacturer", "model", "serialNumber", "imei", "wiFiMacAddress"),
            *("phoneNumber", "subscriberCarrier", "androidSecurityPatchLevel", "partnerReportedThreatState"),
            *("userPrincipalName", "userDisplayName", "emailAddress", "managementCertificateExpirationDate"),
            *("remoteAssistanceSessionUrl", "exchangeAccessState", "exchangeAccessStateReason"),
            "exchangeLastSuccessfulSyncDateTime",
        ),
        "string",
    ),
    **dict.fromkeys(("meid", "iccid", "udid", "ethernetMacAddress", "notes", "activationLockBypassCode"), "nullable"),
    **dict.fromkeys(("easActivated", "azureADRegistered", "isSupervised", "isEncrypted"), "boolean"),
    **dict.fromkeys(("totalStorageSpaceInBytes", "freeStorageSpaceInBytes", "physicalMemoryInBytes"), "integer"),
    **dict.fromkeys(
        ("configurationManagerClientEnabledFeatures", "deviceHealthAttestationState", "deviceActionResults"), "json"
    ),
}
_SINGLE_ONLY = (
    *("physicalMemoryInBytes", "ethernetMacAddress", "iccid", "udid", "meid", "notes", "activationLockBypassCode"),
    *("configurationManagerClientEnabledFeatures", "deviceHealthAttestationState"),
)
"""What has its default wherever it was not asked for by ``$select`` of a single device (intune-graph facts, 4.3)."""


def list_devices(call: Call) -> dict[str, Any]:
    """Return a page of ``/deviceManagement/managedDevices``."""
    require_intune(call, DEVICES, READ_DEVICES)
    return _page(call, "deviceManagement/managedDevices", call.instance.storage.find("managed_device"))


def list_user_devices(call: Call) -> dict[str, Any]:
    """Return a page of ``/users/{…}/managedDevices``."""
    require_intune(call, DEVICES, READ_DEVICES)
    person = existing(call, named_in_path(call))
    rows = call.instance.storage.rows(
        f"SELECT * FROM managed_device WHERE {_PRIMARY_USER} = ? ORDER BY rowid", (person["id"],)
    )
    return _page(call, f"users('{person['id']}')/managedDevices", rows)


def list_device_users(call: Call) -> dict[str, Any]:
    """Return ``/deviceManagement/managedDevices/{id}/users``: the primary user, who need not be the ``userId``."""
    require_intune(call, DEVICES, READ_DEVICES)
    allow_options(call)
    device = call.parameter("device").lower()
    found = call.instance.storage.rows(f"SELECT {_PRIMARY_USER} AS user FROM managed_device WHERE id = ?", (device,))
    if not found:
        raise _no_device(call)
    people = [row for entry in found for row in call.instance.storage.find("entra_user", id=entry["user"])]
    return {
        "@odata.context": call.context(f"deviceManagement/managedDevices('{device}')/users"),
        "value": [shown(row, USER, USER_DEFAULT) for row in people],
    }


def get_device(call: Call) -> dict[str, Any]:
    """Return ``/deviceManagement/managedDevices/{id}``; only with ``$select`` it has every real value."""
    require_intune(call, DEVICES, READ_DEVICES)
    names = selected(allow_options(call, "$select").get("$select", ""), _PROPERTIES, "managedDevice")
    found = call.instance.storage.find("managed_device", id=call.parameter("device").lower())
    if not found:
        raise _no_device(call)
    context = call.context(f"deviceManagement/managedDevices{select_context(names)}/$entity")
    row = found[0] if names is not None else _as_listed(found[0])
    return {"@odata.context": context, **shown(row, _PROPERTIES, names)}


def _no_device(call: Call) -> GraphError:
    return intune_error(404, "ResourceNotFound", "An error has occurred: the device was not found", call.path)


def _page(call: Call, context: str, rows: list[Row]) -> dict[str, Any]:
    options = allow_options(call, "$select", "$filter", "$top", "$skiptoken", "$count")
    names = selected(options.get("$select", ""), _PROPERTIES, "managedDevice")
    read_truth(options.get("$count", "false"))
    if options.get("$filter"):
        predicate = parse_device_filter(options["$filter"])
        rows = [row for row in rows if predicate(row)]
    # Intune counts without being asked and without the directory's header.
    return page(
        call,
        context + select_context(names),
        rows,
        lambda row: shown(_as_listed(row), _PROPERTIES, names),
        counts=True,
        default_rows=MAX_PAGE_ROWS,
        max_rows=MAX_PAGE_ROWS,
    )


def _as_listed(row: Row) -> Row:
    return row | dict.fromkeys(_SINGLE_ONLY, "")
