"""What Intune and the tenant say about the dashboard itself: licences, the agent's Intune permissions, the connector.

Vendor: https://learn.microsoft.com/graph/api/subscribedsku-list,
https://learn.microsoft.com/graph/api/intune-rbac-devicemanagement-geteffectivepermissions (beta) and
https://learn.microsoft.com/graph/api/resources/intune-servicenowconnectorservice-servicenowconnection (beta).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from snlib.graph.calls import GraphCalls, objects_of
from snlib.graph.fields import moment, text, texts, whole_number
from snlib.graph.subjects import CONNECTORS, INTUNE_ROLES, LICENCES

MAX_SKUS = 500
MAX_CONNECTIONS = 20


@dataclass(frozen=True, slots=True)
class SubscribedSku:
    """A licence the tenant has bought.

    Attributes:
        part_number: "INTUNE_SUITE", "ENTERPRISEPREMIUM" and so on; friendly names are not in Graph.
        status: "Enabled", "Warning" (grace), "Suspended", "Deleted" or "LockedOut".
        consumed: Units assigned.
        enabled: Units paid for; ``warning`` those in the grace period.
        service_plans: Names of the plans in it.
    """

    sku_id: str
    part_number: str
    status: str
    consumed: int
    enabled: int
    warning: int
    suspended: int
    service_plans: tuple[str, ...]

    @property
    def free(self) -> int:
        """Units that can still be assigned; below zero when more are assigned than bought."""
        return self.enabled + self.warning - self.consumed


@dataclass(frozen=True, slots=True)
class ServiceNowConnection:
    """Intune's own ServiceNow connector, as its settings are kept in the tenant. It holds no secret.

    Attributes:
        app_id: The OAuth client id in ServiceNow.
        status: "enabled" or "disabled": the switch, not a state of health.
        last_queried_at: When incidents were last asked for.
    """

    id: str
    instance_url: str
    incident_api_url: str
    app_id: str
    status: str
    created_at: datetime | None
    modified_at: datetime | None
    last_queried_at: datetime | None


def subscribed_skus(calls: GraphCalls) -> tuple[SubscribedSku, ...]:
    """Return the tenant's licences.

    Raises:
        ServiceError: Graph answered with an error.
        ServiceUnreachable: Graph did not answer.
    """
    rows = calls.rows("/subscribedSkus", subject=LICENCES, max_rows=MAX_SKUS)
    return tuple(sku for row in rows.objects if (sku := _read_sku(row)))


def effective_permissions(calls: GraphCalls) -> frozenset[str]:
    """Return the Intune actions that the account of the token may do ("Microsoft.Intune_ManagedDevices_Read").

    The token must be the agent's own: an application has no Intune role. The legal values of ``scope`` are not
    documented; ``'*'`` stands for every scope.

    Raises:
        ServiceError: Graph answered with an error.
        ServiceUnreachable: Graph did not answer.
    """
    path = "/deviceManagement/getEffectivePermissions(scope='*')"
    answer = calls.get(path, subject=INTUNE_ROLES, beta=True)
    return frozenset(
        action
        for permission in objects_of(answer)
        for resource in _objects(permission.get("resourceActions"))
        for action in texts(resource.get("allowedResourceActions"))
    )


def service_now_connections(calls: GraphCalls) -> tuple[ServiceNowConnection, ...]:
    """Return Intune's ServiceNow connectors; the portal has one, the resource is a list.

    Raises:
        ServiceError: Graph answered with an error.
        ServiceUnreachable: Graph did not answer.
    """
    path = "/deviceManagement/serviceNowConnections"
    rows = calls.rows(path, subject=CONNECTORS, max_rows=MAX_CONNECTIONS, beta=True)
    return tuple(_read_connection(row) for row in rows.objects)


def _read_sku(row: Mapping[str, object]) -> SubscribedSku | None:
    part_number = text(row, "skuPartNumber")
    units = row.get("prepaidUnits")
    prepaid = units if isinstance(units, dict) else {}
    if not part_number:
        return None
    return SubscribedSku(
        sku_id=text(row, "skuId"),
        part_number=part_number,
        status=text(row, "capabilityStatus"),
        consumed=whole_number(row, "consumedUnits") or 0,
        enabled=whole_number(prepaid, "enabled") or 0,
        warning=whole_number(prepaid, "warning") or 0,
        suspended=whole_number(prepaid, "suspended") or 0,
        service_plans=tuple(
            name for plan in _objects(row.get("servicePlans")) if (name := text(plan, "servicePlanName"))
        ),
    )


def _read_connection(row: Mapping[str, object]) -> ServiceNowConnection:
    method = row.get("authenticationMethod")
    return ServiceNowConnection(
        id=text(row, "id"),
        instance_url=text(row, "instanceUrl"),
        incident_api_url=text(row, "incidentApiUrl"),
        app_id=text(method, "appId") if isinstance(method, dict) else "",
        status=text(row, "serviceNowConnectionStatus"),
        created_at=moment(row, "createdDateTime"),
        modified_at=moment(row, "lastModifiedDateTime"),
        last_queried_at=moment(row, "lastQueriedDateTime"),
    )


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
