"""What can be wrong with a managed device, and every value that a client must not stumble over.

Each trouble is a function of the reference time and the healthy row and returns the columns that differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from snlib.demo.core.timestamps import graph_time
from snlib.demo.seed.devices.models import GIGABYTE, NEVER, NO_GUID

Changes = dict[str, str]
Trouble = Callable[[datetime, Mapping[str, str]], Changes]


def _ago(as_of: datetime, days: float) -> str:
    return graph_time(as_of - timedelta(days=days))


def _ahead(as_of: datetime, days: float) -> str:
    return graph_time(as_of + timedelta(days=days))


def _state(state: str, days: float = -4) -> Trouble:
    """Return a trouble that is a compliance state, with the end of the grace period in so many days."""
    return lambda as_of, row: {
        "complianceState": state,
        "complianceGracePeriodExpirationDateTime": _ahead(as_of, days) if days else NEVER,
    }


def _free(percent: float) -> Trouble:
    return lambda as_of, row: {
        "freeStorageSpaceInBytes": str(int(int(row["totalStorageSpaceInBytes"]) * percent / 100))
    }


def _threat(state: str) -> Trouble:
    return lambda as_of, row: {"partnerReportedThreatState": state}


def _failed_wipe(as_of: datetime, row: Mapping[str, str]) -> Changes:
    actions = [
        {
            "actionName": "wipe",
            "actionState": "failed",
            "startDateTime": _ago(as_of, 3),
            "lastUpdatedDateTime": _ago(as_of, 2.9),
        },
        {
            "actionName": "rotateBitLockerKeys",
            "actionState": "pending",
            "startDateTime": _ago(as_of, 0.2),
            "lastUpdatedDateTime": NEVER,
        },
    ]
    return {"deviceActionResults": json.dumps(actions)}


def _never_synced(as_of: datetime, row: Mapping[str, str]) -> Changes:
    """Return a device that was enrolled and has not been heard of since: sentinels, zeros and empty texts."""
    return {
        "lastSyncDateTime": NEVER,
        "enrolledDateTime": _ago(as_of, 0.5),
        "complianceState": "unknown",
        "complianceGracePeriodExpirationDateTime": NEVER,
        "managementCertificateExpirationDate": NEVER,
        "osVersion": "",
        "totalStorageSpaceInBytes": "0",
        "freeStorageSpaceInBytes": "0",
        "physicalMemoryInBytes": "0",
        "isEncrypted": "false",
        "model": "",
        "manufacturer": "",
        "azureADRegistered": "",
        "azureADDeviceId": NO_GUID,
        "deviceRegistrationState": "notRegisteredPendingEnrollment",
        "deviceCategoryDisplayName": "Unknown",
        "wiFiMacAddress": "",
        "jailBroken": "",
    }


TROUBLES: dict[str, Trouble] = {
    "noncompliant": _state("noncompliant"),
    "grace": _state("inGracePeriod", 3),
    "grace_ends_today": _state("inGracePeriod", 1),
    "conflict": _state("conflict"),
    "error": _state("error"),
    "unknown": _state("unknown", 0),
    "config_manager": lambda as_of, row: {
        "complianceState": "configManager",
        "complianceGracePeriodExpirationDateTime": NEVER,
        "managementAgent": "configurationManagerClientMdm",
        "deviceEnrollmentType": "windowsCoManagement",
        "configurationManagerClientEnabledFeatures": json.dumps(
            {
                "inventory": True,
                "modernApps": False,
                "resourceAccess": False,
                "deviceConfiguration": True,
                "compliancePolicy": False,
                "windowsUpdateForBusiness": False,
            }
        ),
    },
    "low_disk": _free(6.2),
    "full_disk": _free(0.4),
    "small_disk": lambda as_of, row: {
        "totalStorageSpaceInBytes": str(32 * GIGABYTE),
        "freeStorageSpaceInBytes": str(9 * GIGABYTE),
    },
    "stale_8_days": lambda as_of, row: {"lastSyncDateTime": _ago(as_of, 8.1)},
    "stale_40_days": lambda as_of, row: {
        "lastSyncDateTime": _ago(as_of, 40.3),
        "complianceState": "noncompliant",
        "complianceGracePeriodExpirationDateTime": _ago(as_of, 10),
    },
    "never_synced": _never_synced,
    "certificate_5_days": lambda as_of, row: {"managementCertificateExpirationDate": _ahead(as_of, 5)},
    "certificate_expired": lambda as_of, row: {"managementCertificateExpirationDate": _ago(as_of, 2)},
    "not_encrypted": lambda as_of, row: {"isEncrypted": "false"},
    "threat_high": _threat("highSeverity"),
    "threat_medium": _threat("mediumSeverity"),
    "threat_low": _threat("lowSeverity"),
    "threat_secured": _threat("secured"),
    "compromised": _threat("compromised"),
    "unresponsive": _threat("unresponsive"),
    "misconfigured": _threat("misconfigured"),
    "jailbroken": lambda as_of, row: {"jailBroken": "True", "complianceState": "noncompliant"},
    "personal": lambda as_of, row: {"managedDeviceOwnerType": "personal", "deviceCategoryDisplayName": "Unknown"},
    "ownership_unknown": lambda as_of, row: {"managedDeviceOwnerType": "unknown"},
    "no_serial": lambda as_of, row: {"serialNumber": ""},
    "serial_zero": lambda as_of, row: {"serialNumber": "0"},
    "serial_placeholder": lambda as_of, row: {"serialNumber": "System Serial Number"},
    "serial_lower_case": lambda as_of, row: {"serialNumber": row["serialNumber"].lower()},
    "failed_wipe": _failed_wipe,
    "old_build": lambda as_of, row: {"osVersion": "10.0.19045.3803" if row["operatingSystem"] == "Windows" else "12.1"},
    "notes": lambda as_of, row: {"notes": "Loaner. Back to the <b>store room</b> by Friday; charger is missing."},
}
"""The troubles by name; known people have chosen ones, everybody else gets them at random."""

SHARES: dict[str, int] = {
    "": 640,
    "noncompliant": 40,
    "grace": 35,
    "grace_ends_today": 8,
    "conflict": 8,
    "error": 8,
    "unknown": 10,
    "config_manager": 14,
    "low_disk": 45,
    "full_disk": 10,
    "stale_8_days": 45,
    "stale_40_days": 30,
    "never_synced": 10,
    "certificate_5_days": 15,
    "not_encrypted": 20,
    "threat_low": 8,
    "threat_medium": 6,
    "threat_secured": 12,
    "unresponsive": 5,
    "misconfigured": 4,
    "personal": 25,
    "no_serial": 8,
    "serial_lower_case": 12,
    "failed_wipe": 6,
    "old_build": 20,
}
"""How often each trouble comes among a thousand devices of people without a chosen one."""
