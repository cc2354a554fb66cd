"""Reading Intune's own ServiceNow connector, to fill in the dashboard's form; nothing is saved."""

from __future__ import annotations

from snlib.graph import ServiceNowConnection, intune
from snlib.helpdesk.acts import Act
from snlib.helpdesk.desk import Desk


def connections(desk: Desk) -> tuple[ServiceNowConnection, ...]:
    """Return Intune's ServiceNow connectors, usually one; logged (permission ``connector.update``).

    They hold no secret. Their values come from outside, so they are checked like typed ones.
    """
    with desk.act(Act.CONNECTOR_IMPORT) as permit:
        found = intune.service_now_connections(permit.services.graph_for(desk.agent))
        permit.detail = f"{len(found)} found"
    return found
