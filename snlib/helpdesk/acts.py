"""Everything an agent can do here: the permission it needs, its name in the access log, whether success is logged."""

from __future__ import annotations

from enum import Enum

from snlib.permissions import Permission

_QUIET = True
_GRAPH_USERS = (Permission.CONNECTOR_UPDATE, Permission.DEVICES_VIEW, Permission.USERS_SEARCH)


class Act(Enum):
    """One thing an agent does.

    Attributes:
        key: The name in the access log, such as ``incidents.read``.
        label: The name on the page.
        permissions: One of them is enough; without any, being signed in is. A refusal names the last.
        quiet: Only a refusal is logged: the act is a part of another one, or shows nobody's data.
    """

    def __init__(self, key: str, label: str, permissions: tuple[Permission, ...] = (), quiet: bool = False) -> None:
        self.key = key
        self.label = label
        self.permissions = permissions
        self.quiet = quiet

    SESSION_START = ("session.start", "Signed in")
    SESSION_END = ("session.end", "Signed out")
    PAGE_OPEN = ("page.open", "Page opened")

    PERSON_SEARCH = ("person.search", "Person searched", (Permission.USERS_SEARCH,), _QUIET)
    PERSON_VIEW = ("person.view", "Person opened", (Permission.USERS_SEARCH,))
    PERSON_PHOTO = ("person.photo", "Photo read", (Permission.USERS_SEARCH,), _QUIET)
    PERSON_RECENT = ("person.recent", "Recent people read", (Permission.USERS_SEARCH,), _QUIET)
    GROUPS_READ = ("groups.read", "Groups read", (Permission.USERS_SEARCH,))
    DEVICE_FIND = ("device.find", "Person found by device", (Permission.DEVICES_VIEW,))
    DEVICES_READ = ("devices.read", "Devices read", (Permission.DEVICES_VIEW,))
    DEVICE_READ = ("device.read", "Device read", (Permission.DEVICES_VIEW,))
    COMPUTERS_READ = ("computers.read", "Computers read in ServiceNow", (Permission.DEVICES_VIEW,))

    CALLER_MATCH = ("caller.match", "Caller looked up", (Permission.INCIDENTS_VIEW,), _QUIET)
    CALLER_CHOOSE = ("caller.choose", "Caller chosen", (Permission.INCIDENTS_VIEW,))
    INCIDENT_FIND = ("incident.find", "Person found by incident", (Permission.INCIDENTS_VIEW,))
    INCIDENTS_READ = ("incidents.read", "Incidents read", (Permission.INCIDENTS_VIEW,))
    INCIDENTS_COUNT = ("incidents.count", "Incidents of a person counted", (Permission.INCIDENTS_VIEW,))
    INCIDENTS_FOREIGN = ("incidents.filter_violation", "Other people's incidents dropped", (Permission.INCIDENTS_VIEW,))
    COUNTS_READ = ("counts.read", "Counts read", (Permission.COUNTS_VIEW,))

    CONNECTOR_READ = ("connector.read", "Connector read", (Permission.CONNECTOR_READ,), _QUIET)
    CONNECTOR_SAVE = ("connector.save", "Connector changed", (Permission.CONNECTOR_UPDATE,))
    CONNECTOR_TEST = ("connector.test", "Connection tested", (Permission.CONNECTOR_UPDATE,))
    CONNECTOR_IMPORT = ("connector.import", "Connector read from Intune", (Permission.CONNECTOR_UPDATE,))
    PREREQUISITES_CHECK = ("prerequisites.check", "Prerequisites checked", (Permission.CONNECTOR_READ,))

    AUTHORIZATION_ANSWER = ("authorization.answer", "Authorization answered", (), _QUIET)
    SERVICENOW_CONNECT = ("servicenow.connect", "Connected to ServiceNow", (Permission.INCIDENTS_VIEW,))
    SERVICENOW_DISCONNECT = ("servicenow.disconnect", "Disconnected from ServiceNow", (Permission.INCIDENTS_VIEW,))
    GRAPH_CONNECT = ("graph.connect", "Connected to Microsoft Graph", _GRAPH_USERS)
    GRAPH_CONNECT_FOR_ROLES = ("graph.connect", "Connected to Microsoft Graph")
    GRAPH_DISCONNECT = ("graph.disconnect", "Disconnected from Microsoft Graph")

    AUDIT_VIEW = ("audit.view", "Access log read", (Permission.AUDIT_VIEW,))
    AUDIT_EXPORT = ("audit.export", "Access log exported", (Permission.AUDIT_VIEW,))
    AUDIT_VERIFY = ("audit.verify", "Access log checked", (Permission.AUDIT_VIEW,))


LABELS: dict[str, str] = {act.key: act.label for act in Act}
"""The name on the page of each act in the access log."""
