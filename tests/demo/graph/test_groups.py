"""The demo Graph's groups: direct, through others, typed, paged, counted."""

from __future__ import annotations

from tests.demo.graph_client import EVENTUAL, Graph, refused

GROUP, ROLE = "#microsoft.graph.group", "#microsoft.graph.directoryRole"


def path_of(graph: Graph, name: str, relation: str = "transitiveMemberOf") -> str:
    """Return the path of a person's memberships."""
    return f"/users/{graph.person(name)['id']}/{relation}"


def by_name(graph: Graph, path: str) -> dict[str, dict]:
    """Return the groups of a path by their names."""
    return {item["displayName"]: item for item in graph.all_of(path) if item["@odata.type"] == GROUP}


def test_direct_and_transitive(graph):
    """An office is direct; its country, region and the world come through others only."""
    direct = by_name(graph, path_of(graph, "Amélie Fontaine", "memberOf"))
    transitive = by_name(graph, path_of(graph, "Amélie Fontaine"))
    assert "Office Lyon" in direct
    assert set(direct) < set(transitive)
    assert {"Country FR", "Region EMEA", "World"} <= set(transitive) - set(direct)


def test_groups_in_a_circle_come_to_an_end(graph):
    """Two groups that are members of each other are both found, once."""
    names = [item["displayName"] for item in graph.all_of(path_of(graph, "Amélie Fontaine"))]
    assert names.count("Project Aurora") == names.count("Project Borealis") == 1


def test_kinds_of_group(graph):
    """Security, Microsoft 365, mail and dynamic groups are told apart by their properties."""
    groups = by_name(graph, path_of(graph, "Amélie Fontaine"))
    kinds = {
        name: (groups[name]["groupTypes"], groups[name]["securityEnabled"], groups[name]["mailEnabled"])
        for name in ("All employees", "DEP-Sales", "Sales team", "Northwind News")
    }
    assert kinds == {
        "All employees": (["DynamicMembership"], True, False),
        "DEP-Sales": ([], True, False),
        "Sales team": (["Unified", "DynamicMembership"], False, True),
        "Northwind News": ([], False, True),
    }
    assert groups["Office Lyon"]["membershipRule"] == '(user.city -eq "Lyon")'
    assert groups["DEP-Sales"]["membershipRule"] is None
    assert groups["DEP-Sales"]["onPremisesSyncEnabled"] is True
    assert groups["Northwind News"]["mail"].endswith("@example.com")
    assert groups["Country FR"]["description"] is None
    assert "<b>Team & Friends</b>" in groups
    assert max(len(name) for name in groups) > 200


def test_roles_are_limited_without_their_permission(graph, entra):
    """A directory role is among the groups; what it is, only a permission for roles tells."""
    path = path_of(graph, "Ingrid Vogel")
    (role,) = (item for item in graph.all_of(path) if item["@odata.type"] == ROLE)
    assert role["id"]
    assert role["displayName"] is role["roleTemplateId"] is None
    open_eyed = Graph(graph.demo, entra.delegated_token("ingrid.vogel@example.com", "Directory.Read.All"))
    (role,) = (item for item in open_eyed.all_of(path) if item["@odata.type"] == ROLE)
    assert role["displayName"] == "Intune Administrator"
    assert role["roleTemplateId"] == "3a2c62db-5318-420d-8d74-23affee5d9d5"


def test_casts(graph):
    """A type at the end of the path keeps that type only; an unknown one is refused."""
    path = path_of(graph, "Ingrid Vogel")
    every = graph.all_of(path)
    groups = graph.all_of(f"{path}/microsoft.graph.group")
    roles = graph.all_of(f"{path}/microsoft.graph.directoryRole")
    assert {item["@odata.type"] for item in groups} == {GROUP}
    assert {item["@odata.type"] for item in roles} == {ROLE}
    assert len(groups) + len(roles) == len(every)
    refused(graph.get(f"{path}/microsoft.graph.device"), 400, "BadRequest")


def test_select(graph):
    """$select gives the named properties and the type; an unknown property is refused."""
    path = path_of(graph, "Ingrid Vogel")
    body = graph.get(path, select="id,displayName,groupTypes").json()
    assert body["@odata.context"].endswith("#directoryObjects(id,displayName,groupTypes)")
    for item in body["value"]:
        wanted = {"@odata.type", "id", "displayName"} | ({"groupTypes"} if item["@odata.type"] == GROUP else set())
        assert set(item) == wanted
    refused(graph.get(path, select="id,nothing"), 400, "BadRequest")


def test_paging_and_counting(graph):
    """Somebody is in more groups than a page holds; the count needs the header and is that of all."""
    path = path_of(graph, "Oskar Nygård")
    every = graph.all_of(path)
    assert len(every) > 130
    assert len(graph.get(path).json()["value"]) == 100
    assert [item["id"] for item in graph.all_of(path, top="7")] == [item["id"] for item in every]
    assert graph.get(path, EVENTUAL, count="true", top="5").json()["@odata.count"] == len(every)
    assert graph.get(f"{path}/$count", EVENTUAL).text == str(len(every))
    assert graph.get(f"{path}/microsoft.graph.group/$count", EVENTUAL).text == str(len(every))
    refused(graph.get(path, count="true"), 400, "Request_UnsupportedQuery")
    refused(graph.get(f"{path}/$count"), 400, "Request_UnsupportedQuery")
    refused(graph.get(path, top="1000"), 400, "Request_BadRequest")


def test_unsupported_options(graph):
    """Filtering and sorting memberships is refused, not passed over."""
    path = path_of(graph, "Ingrid Vogel")
    refused(graph.get(path, filter="securityEnabled eq true"), 400, "BadRequest")
    refused(graph.get(path, orderby="displayName"), 400, "BadRequest")


def test_people_without_groups(graph):
    """A guest can be in no group at all, and nobody is 404."""
    guests = [row for row in graph.rows if row["userType"] == "Guest"]
    assert any(graph.all_of(f"/users/{guest['id']}/transitiveMemberOf") == [] for guest in guests)
    refused(graph.get("/users/nobody/memberOf"), 404, "Request_ResourceNotFound")


def test_groups_need_a_permission(graph, entra):
    """Users' permissions do not open groups; GroupMember.Read.All does."""
    path = path_of(graph, "Hugo Lambert", "memberOf")
    users_only = Graph(graph.demo, entra.delegated_token("hugo.lambert@example.com", "User.Read.All"))
    refused(users_only.get(path), 403, "Authorization_RequestDenied")
    refused(users_only.get(f"{path}/$count", EVENTUAL), 403, "Authorization_RequestDenied")
    groups_too = Graph(graph.demo, entra.delegated_token("hugo.lambert@example.com", "GroupMember.Read.All"))
    assert "DEP-IT" in by_name(groups_too, path)
