"""Microsoft Graph: people, photos, devices, groups, and what the tenant says of Intune.

`GraphClient` asks; what it is asked are the functions of ``users``, ``photos``, ``devices``, ``groups`` and ``intune``.
Each of them raises ServiceError when Graph answers with an error, ServiceUnreachable when it does not answer, and
SignInRequired when there is no token; a ``Raises`` there adds to these.
"""

from __future__ import annotations

from snlib.graph.client import GraphClient
from snlib.graph.groups import MembershipList
from snlib.graph.intune import ServiceNowConnection, SubscribedSku
from snlib.graph.managed_device import Device, DeviceDetails
from snlib.graph.person import Person
from snlib.graph.photos import Photo
from snlib.graph.users import SearchResult

__all__ = [
    "Device",
    "DeviceDetails",
    "GraphClient",
    "MembershipList",
    "Person",
    "Photo",
    "SearchResult",
    "ServiceNowConnection",
    "SubscribedSku",
]
