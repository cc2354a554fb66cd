"""The only way to the directory: Microsoft Graph, or ServiceNow with the agent's own token."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from snlib.directory import Directory, GraphDirectory, ServiceNowDirectory
from snlib.helpdesk.connect.gateway import ask
from snlib.helpdesk.desk import Permit

T = TypeVar("T")


def ask_directory(permit: Permit, question: Callable[[Directory], T]) -> T:
    """Ask the directory ``question`` as the agent.

    Raises:
        SignInRequired: The agent must connect Microsoft Graph, or authenticate with ServiceNow; ``service`` says which.
        ConnectorOff: People are looked up in ServiceNow, and the connector is off; nothing was sent.
        ServiceError: What the directory answered.
        ServiceUnreachable: No answer.
    """
    if permit.services.settings.directory == "servicenow":
        return ask(permit, lambda gateway: question(ServiceNowDirectory(gateway.table)))
    return question(GraphDirectory(permit.services.graph_for(permit.agent)))
