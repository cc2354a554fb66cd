"""Memberships: how groups, roles and units are told apart, and what is direct."""

from typing import Any

import pytest

from snlib import errors
from snlib.graph import groups
from snlib.graph.groups import read_membership
from tests.unit.graph.scripted import BASE, answer, asked, listed

USER = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"
GROUP = "805c034c-0000-4000-8000-5c704c035c70"


def group(number: int = 0, **changes: Any) -> dict[str, Any]:
    """Return a security group as Graph writes it."""
    values = {
        "@odata.type": "#microsoft.graph.group",
        "id": f"{GROUP[:-2]}{number:02x}",
        "displayName": f"Group {number}",
        "groupTypes": [],
        "securityEnabled": True,
        "mailEnabled": False,
    }
    return {**values, **changes}


@pytest.mark.parametrize(
    ("changes", "kind", "membership"),
    [
        ({}, "Security", "Assigned"),
        ({"groupTypes": ["DynamicMembership"]}, "Security", "Dynamic"),
        ({"mailEnabled": True}, "Mail-enabled security", "Assigned"),
        ({"mailEnabled": True, "securityEnabled": False}, "Distribution", "Assigned"),
        ({"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}, "Microsoft 365", "Assigned"),
        ({"groupTypes": ["Unified", "DynamicMembership"]}, "Microsoft 365", "Dynamic"),
        ({"@odata.type": "#microsoft.graph.directoryRole"}, "Directory role", ""),
        ({"@odata.type": "#microsoft.graph.administrativeUnit"}, "Administrative unit", ""),
        ({"@odata.type": "#microsoft.graph.somethingNew"}, "Unknown", ""),
        ({"groupTypes": None, "securityEnabled": None, "mailEnabled": None}, "Unknown", ""),
    ],
)
def test_kinds(changes: dict[str, Any], kind: str, membership: str):
    """Graph's flags and type together say what kind a group is; what may not be read is unknown, not a guess."""
    found = read_membership(group(**changes), direct=True)
    assert found is not None
    assert (found.kind, found.membership) == (kind, membership)


def test_direct_and_transitive():
    """Two questions; a group in both is direct; direct ones stand first, each part by name."""
    client, script = asked(
        [
            listed(group(1, displayName="zebra"), group(2, displayName="Anna"), {"id": "no id"}),
            listed(group(1), group(2), group(3, displayName="apes"), group(4, displayName=None)),
        ]
    )
    found = groups.of_user(client, USER)
    assert [(one.name, one.direct) for one in found.memberships] == [
        ("Anna", True),
        ("zebra", True),
        ("", False),
        ("apes", False),
    ]
    assert found.complete
    assert script.paths == [f"{BASE}/users/{USER}/memberOf", f"{BASE}/users/{USER}/transitiveMemberOf"]


def test_what_is_no_person_has_no_groups():
    """A text that is no object id is not sent; an unknown one is not found; a refusal names the permission."""
    client, script = asked([answer(404, {"error": {"code": "Request_ResourceNotFound"}}), answer(403)])
    with pytest.raises(errors.RecordNotFound):
        groups.of_user(client, "../groups")
    assert script.urls == []
    with pytest.raises(errors.RecordNotFound):
        groups.of_user(client, USER)
    with pytest.raises(errors.AccessRefused) as caught:
        groups.of_user(client, USER)
    assert "GroupMember.Read.All" in caught.value.user_message
