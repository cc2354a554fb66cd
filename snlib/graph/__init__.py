"""Microsoft Graph: people, photos, devices, groups, and what the tenant says of Intune."""

from __future__ import annotations

from snlib.graph.app_token import AppToken
from snlib.graph.client import GraphClient, UserPage
from snlib.graph.devices import DeviceDetails, DeviceList, ManagedDevice
from snlib.graph.groups import Membership, MembershipList
from snlib.graph.intune import ServiceNowConnection, SubscribedSku
from snlib.graph.photos import Photo
from snlib.graph.users import GraphUser

__all__ = [
    "AppToken",
    "DeviceDetails",
    "DeviceList",
    "GraphClient",
    "GraphUser",
    "ManagedDevice",
    "Membership",
    "MembershipList",
    "Photo",
    "ServiceNowConnection",
    "SubscribedSku",
    "UserPage",
]
