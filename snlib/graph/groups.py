"""What a person is a member of: groups, directory roles and administrative units.

Vendor: https://learn.microsoft.com/graph/api/user-list-memberof, …/user-list-transitivememberof and
https://learn.microsoft.com/graph/api/resources/groups-overview (what makes each kind).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from snlib.errors import RecordNotFound
from snlib.graph.client import GraphClient
from snlib.graph.fields import flag, is_object_id, object_id, text, texts
from snlib.graph.protocol import GROUPS, SERVICE

MAX_GROUPS = 1_000

_SELECT = "id,displayName,description,groupTypes,securityEnabled,mailEnabled,mail,membershipRule"
_OTHER_KINDS = {
    "#microsoft.graph.directoryrole": "Directory role",
    "#microsoft.graph.administrativeunit": "Administrative unit",
}


@dataclass(frozen=True, slots=True)
class Membership:
    """A group (or role, or unit) that a person is in. Texts are cleaned for display.

    Attributes:
        name: ``""`` when the asking account may not read it.
        kind: "Microsoft 365", "Security", "Mail-enabled security", "Distribution", "Directory role",
            "Administrative unit" or "Unknown".
        membership: "Assigned", "Dynamic", or "" for what is no group.
        direct: Whether the person is in it itself, and not only through another group.
    """

    id: str
    name: str
    description: str
    kind: str
    membership: str
    direct: bool


@dataclass(frozen=True, slots=True)
class MembershipList:
    """Memberships found, the direct ones first, then by name; and whether these are all."""

    memberships: tuple[Membership, ...]
    complete: bool


def of_user(graph: GraphClient, user_id: str) -> MembershipList:
    """Return what the user with this object id is in, directly or through other groups, with two questions.

    Raises:
        RecordNotFound: There is no such user, or the text is no object id.
    """
    if not is_object_id(user_id):
        raise RecordNotFound(GROUPS.missing, service=SERVICE, detail="not an object id")
    params = {"$select": _SELECT, "$top": "999"}
    direct = graph.rows(f"/users/{user_id}/memberOf", params, subject=GROUPS, max_rows=MAX_GROUPS)
    every = graph.rows(f"/users/{user_id}/transitiveMemberOf", params, subject=GROUPS, max_rows=MAX_GROUPS)
    # transitiveMemberOf holds the direct ones too; a direct one it lacks (changed in between) is kept.
    found = {one.id: one for row in every.objects if (one := read_membership(row, direct=False))}
    found |= {one.id: one for row in direct.objects if (one := read_membership(row, direct=True))}
    ordered = sorted(found.values(), key=lambda one: (not one.direct, one.name.casefold(), one.id))
    return MembershipList(tuple(ordered), complete=direct.complete and every.complete)


def read_membership(properties: Mapping[str, object], *, direct: bool) -> Membership | None:
    """Return the membership ``properties`` describe, or None when they carry no id."""
    group_id = object_id(properties.get("id"))
    if not group_id:
        return None
    kind, membership = _kind(properties)
    name, description = text(properties.get("displayName")), text(properties.get("description"))
    return Membership(group_id, name, description, kind, membership, direct)


def _kind(properties: Mapping[str, object]) -> tuple[str, str]:
    odata_type = text(properties.get("@odata.type")).lower()
    if odata_type in _OTHER_KINDS:
        return _OTHER_KINDS[odata_type], ""
    types = texts(properties.get("groupTypes"))
    security, mail = flag(properties.get("securityEnabled")), flag(properties.get("mailEnabled"))
    if odata_type not in ("", "#microsoft.graph.group") or (security is None and mail is None and not types):
        return "Unknown", ""
    membership = "Dynamic" if "DynamicMembership" in types else "Assigned"
    if "Unified" in types:
        return "Microsoft 365", membership
    if security:
        return ("Mail-enabled security" if mail else "Security"), membership
    return "Distribution", membership
