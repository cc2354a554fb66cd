"""Properties of a managed device, and a row as Graph shows it: in a list, alone, and alone with ``$select``."""

from __future__ import annotations

import json
from typing import Any, Literal

Kind = Literal["string", "nullable", "boolean", "integer", "json"]

PROPERTIES: dict[str, Kind] = {
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
    "configurationManagerClientEnabledFeatures": "json",
    "deviceHealthAttestationState": "json",
    "deviceActionResults": "json",
}
"""Every property: a text that may be empty, a text or null, a truth value or null, a number, JSON or null."""

SINGLE_ONLY = frozenset(
    {
        *("physicalMemoryInBytes", "ethernetMacAddress", "iccid", "udid", "meid", "notes", "activationLockBypassCode"),
        *("configurationManagerClientEnabledFeatures", "deviceHealthAttestationState"),
    }
)
"""What has its default wherever it was not asked for by ``$select`` of a single device (intune-graph facts, 4.3)."""


def as_graph_device(
    row: dict[str, str], names: tuple[str, ...] | None, *, is_single_select: bool = False
) -> dict[str, Any]:
    """Return a ``managed_device`` row as Graph sends it.

    Args:
        row: The row.
        names: The properties; ``None`` for all.
        is_single_select: Whether the properties of ``SINGLE_ONLY`` have their real values.
    """
    return {
        name: _value(PROPERTIES[name], "" if name in SINGLE_ONLY and not is_single_select else row[name])
        for name in (names or PROPERTIES)
    }


def _value(kind: Kind, text: str) -> Any:
    if kind == "integer":
        return int(text or "0")
    if kind == "boolean":
        return text == "true" if text else None
    if kind == "json":
        return json.loads(text) if text else None
    return text if text or kind == "string" else None
