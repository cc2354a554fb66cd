"""The demo Graph's Intune: effective permissions, the ServiceNow connector, delegated tokens from sign-in to use."""

from __future__ import annotations

import pytest

from snlib.demo.core.instance import OAuthClient
from snlib.demo.entra.tokens import keys
from tests.demo.entra_client import EntraClient
from tests.demo.graph_client import Graph, refused, refused_by_intune

PERMISSIONS = "/beta/deviceManagement/getEffectivePermissions(scope='*')"
CONNECTIONS = "/beta/deviceManagement/serviceNowConnections"
UPDATE = "Microsoft.Intune_ServiceNow_UpdateConnector"
VIEW = "Microsoft.Intune_ServiceNow_ViewIncidents"
ORGANIZATION = "Microsoft.Intune_Organization_Read"
DEVICES = "Microsoft.Intune_ManagedDevices_Read"
READ_SCOPE = "DeviceManagementConfiguration.Read.All"
WRITE_SCOPE = "DeviceManagementConfiguration.ReadWrite.All"
BODY = {
    "@odata.type": "#microsoft.graph.serviceNowConnection",
    "instanceUrl": "https://contoso.service-now.com",
    "incidentApiUrl": "/api/now/table/incident",
    "authenticationMethod": {
        "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
        "appId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    },
    "serviceNowConnectionStatus": "enabled",
}


def as_person(entra: EntraClient, name: str, scope: str = READ_SCOPE) -> Graph:
    """Return a client with a delegated token of somebody at example.com."""
    return Graph(entra.demo, entra.delegated_token(f"{name}@example.com", scope))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ingrid.vogel", {UPDATE, VIEW, ORGANIZATION, DEVICES}),
        ("friedrich.maier", {VIEW, ORGANIZATION, DEVICES}),
        ("hugo.lambert", set()),
        ("mia.novak", set()),
    ],
)
def test_effective_permissions(entra, name, expected):
    """The administrator may everything, the operator by Intune's own role all but the connector, others nothing."""
    answer = as_person(entra, name).send("GET", PERMISSIONS)
    assert answer.status_code == 200, answer.text
    allowed = [
        action
        for grant in answer.json()["value"]
        for resource in grant["resourceActions"]
        for action in resource["allowedResourceActions"]
    ]
    assert set(allowed) == expected
    assert len(allowed) == len(expected)


def test_the_operator_has_nothing_else(entra):
    """Friedrich Maier has neither an app role nor a directory role: only Graph knows of his right."""
    claims = keys.read(entra.redeem(entra.code("friedrich.maier@example.com")).json()["id_token"])
    assert "roles" not in claims
    assert claims["wids"] == ["b79fbf4d-3ef9-4689-8143-76b194e85509"]


def test_effective_permissions_need_a_person_and_a_scope(demo, entra):
    """An application has none, a token without the scope is refused, and v1.0 does not know the function."""
    application = Graph(demo, entra.app_token())
    refused_by_intune(application.send("GET", PERMISSIONS), 403, "Forbidden")
    person = as_person(entra, "ingrid.vogel", "User.Read.All")
    assert READ_SCOPE in refused_by_intune(person.send("GET", PERMISSIONS), 403, "Forbidden")
    assert as_person(entra, "ingrid.vogel", "DeviceManagementRBAC.Read.All").send("GET", PERMISSIONS).status_code == 200
    refused(person.send("GET", PERMISSIONS.replace("/beta", "/v1.0")), 400, "BadRequest")
    refused(person.send("GET", "/beta/nothing"), 400, "BadRequest")


def test_the_seeded_connection_is_this_instance(start_demo):
    """Intune is connected to the demo's own ServiceNow with the registered client id."""
    client_id = "c" * 32
    demo = start_demo(client=OAuthClient(client_id, "secret", "http://localhost:8501/servicenow/callback"))
    with EntraClient(demo) as entra:
        (connection,) = Graph(demo, entra.app_token()).send("GET", CONNECTIONS).json()["value"]
    assert connection["@odata.type"] == "#microsoft.graph.serviceNowConnection"
    assert connection["instanceUrl"] == demo.origin
    assert connection["incidentApiUrl"] == "/api/now/table/incident"
    assert connection["authenticationMethod"] == {
        "@odata.type": "microsoft.graph.serviceNowOauthSecretAuthentication",
        "appId": client_id,
    }
    assert connection["serviceNowConnectionStatus"] == "enabled"
    assert connection["lastQueriedDateTime"] == "2026-11-20T10:00:00Z"


def test_connections_are_made_changed_and_deleted(fresh_demo):
    """POST makes one, PATCH changes what it names, DELETE removes it."""
    with EntraClient(fresh_demo) as entra:
        admin = as_person(entra, "ingrid.vogel", WRITE_SCOPE)
        made = admin.send("POST", CONNECTIONS, BODY)
        assert made.status_code == 201
        path = f"{CONNECTIONS}/{made.json()['id']}"
        assert made.json()["authenticationMethod"] == BODY["authenticationMethod"]
        assert made.json()["lastQueriedDateTime"] == "0001-01-01T00:00:00Z"
        fresh_demo.instance.clock.advance(90)
        changed = admin.send("PATCH", path, {"serviceNowConnectionStatus": "disabled"}).json()
        assert changed["serviceNowConnectionStatus"] == "disabled"
        assert changed["instanceUrl"] == BODY["instanceUrl"]
        assert changed["lastModifiedDateTime"] > changed["createdDateTime"]
        assert admin.send("GET", path).json() == changed
        assert len(admin.send("GET", CONNECTIONS).json()["value"]) == 2
        assert admin.send("DELETE", path).status_code == 204
        refused_by_intune(admin.send("GET", path), 404, "ResourceNotFound")


def test_types_with_and_without_hash(fresh_demo):
    """Both spellings of a type are taken, and the authentication's comes back as it was written."""
    authentication = BODY["authenticationMethod"] | {
        "@odata.type": "microsoft.graph.serviceNowOauthSecretAuthentication"
    }
    body = BODY | {"@odata.type": "microsoft.graph.serviceNowConnection", "authenticationMethod": authentication}
    with EntraClient(fresh_demo) as entra:
        made = as_person(entra, "ingrid.vogel", WRITE_SCOPE).send("POST", CONNECTIONS, body).json()
    assert made["@odata.type"] == "#microsoft.graph.serviceNowConnection"
    assert made["authenticationMethod"] == authentication


@pytest.mark.parametrize(
    "change",
    [
        {"@odata.type": "#microsoft.graph.user"},
        {"instanceUrl": None},
        {"instanceUrl": ""},
        {"serviceNowConnectionStatus": "on"},
        {"clientSecret": "never"},
        {"authenticationMethod": "0a1b2c"},
        {"authenticationMethod": {"appId": "x"}},
    ],
)
def test_refused_connections(entra, change):
    """A wrong type, status, property or value is refused."""
    refused(as_person(entra, "ingrid.vogel", WRITE_SCOPE).send("POST", CONNECTIONS, BODY | change), 400, "BadRequest")


def test_reading_is_not_writing(demo, entra):
    """The read scope lists connections and changes none; without either Intune refuses."""
    reader = as_person(entra, "ingrid.vogel")
    (first, *_) = reader.send("GET", CONNECTIONS).json()["value"]
    for method, path in (("POST", CONNECTIONS), ("PATCH", f"{CONNECTIONS}/{first['id']}")):
        assert WRITE_SCOPE in refused_by_intune(reader.send(method, path, BODY), 403, "Forbidden")
    refused_by_intune(reader.send("DELETE", f"{CONNECTIONS}/{first['id']}"), 403, "Forbidden")
    refused_by_intune(as_person(entra, "mia.novak", "User.Read").send("GET", CONNECTIONS), 403, "Forbidden")
    assert Graph(demo, entra.app_token()).send("GET", CONNECTIONS).status_code == 200


SCOPES = (
    "offline_access https://graph.microsoft.com/User.Read.All "
    "https://graph.microsoft.com/DeviceManagementManagedDevices.Read.All "
    "https://graph.microsoft.com/GroupMember.Read.All https://graph.microsoft.com/Organization.Read.All "
    "https://graph.microsoft.com/DeviceManagementConfiguration.Read.All"
)


def test_a_delegated_connection_of_its_own(demo, entra):
    """Graph scopes without a sign-in: a token with scp that every part takes, no ID token, and a refresh token."""
    body = entra.redeem(entra.code("friedrich.maier@example.com", scope=SCOPES, nonce=None)).json()
    assert "id_token" not in body
    for token in (
        body["access_token"],
        entra.token(grant_type="refresh_token", refresh_token=body["refresh_token"], redirect_uri=None).json()[
            "access_token"
        ],
    ):
        assert set(keys.read(token)["scp"].split()) == {
            scope.rpartition("/")[2] for scope in SCOPES.split() if scope != "offline_access"
        }
        graph = Graph(demo, token)
        person = graph.person("Amélie Fontaine")["id"]
        for path in (f"/users/{person}/managedDevices", f"/users/{person}/transitiveMemberOf", "/subscribedSkus"):
            assert graph.get(path).status_code == 200, path
        assert graph.get(f"/users/{graph.person('Mia Novak')['id']}/manager").status_code == 200
        assert graph.send("GET", PERMISSIONS).status_code == 200


def test_reset_brings_everything_back(fresh_demo):
    """A reset of the instance makes devices, groups and the connection anew."""
    storage = fresh_demo.instance.storage
    tables = ("managed_device", "entra_membership", "service_now_connection", "cmdb_ci_computer", "subscribed_sku")
    before = {table: storage.find(table) for table in tables}
    for table in tables:
        storage.execute(f"DELETE FROM {table}")
    answer = Graph(fresh_demo, "").send("POST", "/demo/reset")
    assert answer.status_code == 200, answer.text
    assert {table: storage.find(table) for table in tables} == before
