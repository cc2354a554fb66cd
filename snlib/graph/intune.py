"""What Intune and the tenant say about the dashboard itself: licences, the agent's Intune permissions, the connector.

Vendor: https://learn.microsoft.com/graph/api/subscribedsku-list,
https://learn.microsoft.com/graph/api/intune-rbac-devicemanagement-geteffectivepermissions (beta) and
https://learn.microsoft.com/graph/api/resources/intune-servicenowconnectorservice-servicenowconnection (beta).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasPath, BeforeValidator, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from snlib.errors import RequestRejected
from snlib.graph.client import GraphClient, objects_of
from snlib.graph.fields import AS_GRAPH_WRITES, Text, texts, whole_number
from snlib.graph.protocol import CONNECTORS, INTUNE_ROLES, LICENCES, SERVICE

MAX_SKUS = 500
MAX_CONNECTIONS = 20

Units = Annotated[int, BeforeValidator(lambda value: whole_number(value) or 0)]


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _plan_names(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else texts([plan.get("servicePlanName") for plan in _objects(value)])


@dataclass(frozen=True, slots=True, config=AS_GRAPH_WRITES)
class SubscribedSku:
    """A licence the tenant has bought.

    Attributes:
        part_number: "INTUNE_SUITE", "ENTERPRISEPREMIUM" and so on; friendly names are not in Graph.
        status: "Enabled", "Warning" (grace), "Suspended", "Deleted" or "LockedOut".
        enabled: Units paid for; ``warning`` those in the grace period.
    """

    part_number: Text = Field(default="", validation_alias="skuPartNumber")
    status: Text = Field(default="", validation_alias="capabilityStatus")
    consumed: Units = Field(default=0, validation_alias="consumedUnits")
    enabled: Units = Field(default=0, validation_alias=AliasPath("prepaidUnits", "enabled"))
    warning: Units = Field(default=0, validation_alias=AliasPath("prepaidUnits", "warning"))
    suspended: Units = Field(default=0, validation_alias=AliasPath("prepaidUnits", "suspended"))
    service_plans: Annotated[tuple[str, ...], BeforeValidator(_plan_names)] = ()

    @property
    def free(self) -> int:
        """Units that can still be assigned; below zero when more are assigned than bought."""
        return self.enabled + self.warning - self.consumed


@dataclass(frozen=True, slots=True, config=AS_GRAPH_WRITES)
class ServiceNowConnection:
    """Intune's own ServiceNow connector, as its settings are kept in the tenant. It holds no secret.

    Attributes:
        app_id: The OAuth client id in ServiceNow.
        status: "enabled" or "disabled": the switch, not a state of health.
    """

    instance_url: Text = ""
    incident_api_url: Text = ""
    app_id: Text = Field(default="", validation_alias=AliasPath("authenticationMethod", "appId"))
    status: Text = Field(default="", validation_alias="serviceNowConnectionStatus")


_SKUS, _CONNECTIONS = TypeAdapter(tuple[SubscribedSku, ...]), TypeAdapter(tuple[ServiceNowConnection, ...])


def subscribed_skus(graph: GraphClient) -> tuple[SubscribedSku, ...]:
    """Return the tenant's licences."""
    rows = graph.rows("/subscribedSkus", subject=LICENCES, max_rows=MAX_SKUS)
    return tuple(sku for sku in _SKUS.validate_python(rows.objects) if sku.part_number)


def effective_permissions(graph: GraphClient) -> frozenset[str]:
    """Return the Intune actions that the account of the token may do ("Microsoft.Intune_ManagedDevices_Read").

    The legal values of ``scope`` are not documented; ``'*'`` stands for every scope.

    Raises:
        RequestRejected: The token is the application's, whose permissions say nothing about an agent.
    """
    if not graph.for_agent:
        sentence = "Intune permissions can be asked for with an agent's own Graph access only."
        raise RequestRejected(sentence, service=SERVICE, detail="application token")
    answer = graph.get("/deviceManagement/getEffectivePermissions(scope='*')", subject=INTUNE_ROLES, beta=True)
    return frozenset(
        action
        for permission in objects_of(answer)
        for resource in _objects(permission.get("resourceActions"))
        for action in texts(resource.get("allowedResourceActions"))
    )


def service_now_connections(graph: GraphClient) -> tuple[ServiceNowConnection, ...]:
    """Return Intune's ServiceNow connectors; the portal has one, the resource is a list."""
    path = "/deviceManagement/serviceNowConnections"
    rows = graph.rows(path, subject=CONNECTORS, max_rows=MAX_CONNECTIONS, beta=True)
    return _CONNECTIONS.validate_python(rows.objects)
