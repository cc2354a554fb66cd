"""What people may do in Intune: by a directory role in Entra, or by a role of Intune's own."""

from __future__ import annotations

import json

from snlib.demo.core.instance import Instance
from snlib.demo.seed.cast import INTUNE_ADMINISTRATOR_WID
from snlib.demo.seed.rights import HELP_DESK_OPERATOR

GLOBAL_ADMINISTRATOR_WID = "62e90394-69f5-4237-9190-012177145e10"

UPDATE_CONNECTOR = "Microsoft.Intune_ServiceNow_UpdateConnector"
VIEW_INCIDENTS = "Microsoft.Intune_ServiceNow_ViewIncidents"
READ_ORGANIZATION = "Microsoft.Intune_Organization_Read"
READ_DEVICES = "Microsoft.Intune_ManagedDevices_Read"

_ROLE_ACTIONS = {HELP_DESK_OPERATOR: ((VIEW_INCIDENTS,), (READ_ORGANIZATION, READ_DEVICES))}
_ADMINISTRATOR_ACTIONS = ((UPDATE_CONNECTOR, VIEW_INCIDENTS), (READ_ORGANIZATION, READ_DEVICES))


def grants_of(instance: Instance, person_id: str) -> list[tuple[str, ...]]:
    """Return the actions that a person is allowed in Intune, as the several grants that they come from."""
    grants: list[tuple[str, ...]] = []
    for person in instance.storage.find("entra_user", id=person_id):
        if {INTUNE_ADMINISTRATOR_WID, GLOBAL_ADMINISTRATOR_WID} & set(json.loads(person["wids"] or "[]")):
            grants += _ADMINISTRATOR_ACTIONS
    for assignment in instance.storage.find("intune_role_assignment", person_id=person_id):
        grants += _ROLE_ACTIONS.get(assignment["role"], ())
    return grants


def actions_of(instance: Instance, person_id: str) -> frozenset[str]:
    """Return every action that a person is allowed in Intune."""
    return frozenset(action for grant in grants_of(instance, person_id) for action in grant)
