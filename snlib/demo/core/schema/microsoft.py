"""What Entra and Intune know beside the people: devices, groups, licences, photos, Intune roles, the connector.

Columns are named as Graph names the properties. Truth values are ``true``, ``false`` or empty (null), numbers are
digits, lists and objects are JSON.
"""

from __future__ import annotations

from snlib.demo.core.schema.model import Table, private_table


def _texts(names: str) -> str:
    """Return the lines of a table whose columns are all texts, labelled by their names."""
    return "\n".join(f"{name} | {name} | string" for name in names.split())


MICROSOFT: tuple[Table, ...] = (
    private_table(
        "managed_device",
        "Managed device",
        "deviceName",
        _texts(
            "id userId deviceName managedDeviceName managedDeviceOwnerType enrolledDateTime lastSyncDateTime "
            "operatingSystem osVersion complianceState complianceGracePeriodExpirationDateTime jailBroken "
            "managementAgent easActivated easDeviceId easActivationDateTime azureADRegistered azureADDeviceId "
            "deviceEnrollmentType deviceRegistrationState deviceCategoryDisplayName isSupervised isEncrypted "
            "manufacturer model serialNumber imei meid iccid udid totalStorageSpaceInBytes freeStorageSpaceInBytes "
            "physicalMemoryInBytes wiFiMacAddress ethernetMacAddress phoneNumber subscriberCarrier "
            "androidSecurityPatchLevel partnerReportedThreatState userPrincipalName userDisplayName emailAddress "
            "managementCertificateExpirationDate remoteAssistanceSessionUrl notes activationLockBypassCode "
            "configurationManagerClientEnabledFeatures deviceHealthAttestationState exchangeAccessState "
            "exchangeAccessStateReason exchangeLastSuccessfulSyncDateTime deviceActionResults"
        ),
    ),
    private_table(
        "entra_group",
        "Group",
        "displayName",
        _texts(
            "id displayName description groupTypes membershipRule membershipRuleProcessingState securityEnabled "
            "mailEnabled mail mailNickname visibility createdDateTime onPremisesSyncEnabled isAssignableToRole"
        ),
    ),
    private_table(
        "entra_directory_role", "Directory role", "displayName", _texts("id displayName description roleTemplateId")
    ),
    private_table("entra_membership", "Membership", "container", _texts("container member")),
    private_table("entra_photo", "Photo", "person_id", _texts("person_id etag")),
    private_table(
        "subscribed_sku",
        "Subscribed SKU",
        "skuPartNumber",
        _texts("skuId skuPartNumber capabilityStatus appliesTo consumed prepaidUnits servicePlans subscriptionIds"),
    ),
    private_table("license_assignment", "Licence", "person_id", _texts("person_id skuId disabledPlans")),
    private_table("intune_role_assignment", "Intune role", "role", _texts("person_id role")),
    private_table(
        "service_now_connection",
        "ServiceNow connection",
        "instanceUrl",
        _texts(
            "id instanceUrl incidentApiUrl authenticationType appId serviceNowConnectionStatus createdDateTime "
            "lastModifiedDateTime lastQueriedDateTime"
        ),
    ),
)
"""A ``container`` is a group or a directory role, a ``member`` a person or another group."""
