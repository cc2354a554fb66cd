"""The demo Graph's single users, and whom it answers: tokens, permissions, refusals."""

from __future__ import annotations

import time

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from snlib.demo.entra.tokens import keys
from tests.demo.entra_client import EntraClient
from tests.demo.graph_client import Graph, refused


def test_single_user(graph):
    """A user is read by object id or by user principal name, also a guest's with its # encoded, but not by mail."""
    guest = next(row for row in graph.rows if "#EXT#" in row["userPrincipalName"])
    for name in (guest["id"], guest["userPrincipalName"].replace("#", "%23")):
        for path in (f"/users/{name}", f"/users('{name}')"):
            assert graph.get(path).json()["id"] == guest["id"]
    body = graph.get(f"/users/{guest['id']}", select="id,displayName").json()
    assert body["@odata.context"].endswith("#users(id,displayName)/$entity")
    refused(graph.get(f"/users/{guest['mail']}"), 404, "Request_ResourceNotFound")
    refused(graph.get("/users/00000000-0000-0000-0000-000000000000"), 404, "Request_ResourceNotFound")


def test_manager(graph):
    """A user's manager is a user; whoever has none gets 404."""
    managed = next(row for row in graph.rows if row["manager_id"])
    body = graph.get(f"/users/{managed['id']}/manager").json()
    assert body["@odata.type"] == "#microsoft.graph.user"
    assert body["id"] == managed["manager_id"]
    expanded = graph.get(f"/users/{managed['id']}", expand="manager($select=displayName)").json()
    assert expanded["manager"]["displayName"] == body["displayName"]
    boss = next(row for row in graph.rows if not row["manager_id"])
    refused(graph.get(f"/users/{boss['id']}/manager"), 404, "Request_ResourceNotFound")


def test_photo(graph):
    """Somebody without a photo: 404 with ImageNotFound, and with Request_ResourceNotFound for nobody."""
    person = graph.rows[0]["id"]
    for path in ("photo", "photo/$value", "photos/48x48/$value"):
        refused(graph.get(f"/users/{person}/{path}"), 404, "ImageNotFound")
    refused(graph.get("/users/nobody/photo/$value"), 404, "Request_ResourceNotFound")


def test_unknown_paths_and_methods(graph):
    """An unknown path and a changing method are refused in Graph's shape."""
    refused(graph.get("/nothing/here"), 400, "BadRequest")
    refused(graph.get(f"/users/{graph.rows[0]['id']}/nothing"), 400, "BadRequest")
    headers = {"Authorization": f"Bearer {graph.token}"}
    answer = requests.post(f"{graph.demo.origin}/v1.0/users", json={}, headers=headers, timeout=10)
    refused(answer, 405, "Request_BadRequest")


def test_request_ids(graph):
    """The client's own request id comes back, in good answers and in refusals."""
    own = {"client-request-id": "11111111-2222-3333-4444-555555555555"}
    assert graph.get("/users", own, top="1").headers["client-request-id"] == own["client-request-id"]
    error = refused(graph.get("/users/nobody", own), 404, "Request_ResourceNotFound")
    assert error["innerError"]["client-request-id"] == own["client-request-id"]


def test_tokens_that_graph_refuses(graph, entra):
    """No token, another key's, another issuer's, another audience's, an ID token and an expired one get 401."""
    claims = keys.read(graph.token)
    key = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": keys.signing_key().kid}
    id_token = entra.redeem(entra.code()).json()["id_token"]
    for token in (
        "",
        "not.a.token",
        jwt.encode(header, claims, key),
        keys.sign(claims | {"iss": "https://sts.windows.net/other/"}),
        keys.sign(claims | {"aud": "https://other.example"}),
        keys.sign(claims | {"exp": int(time.time()) - 1}),
        id_token,
    ):
        answer = requests.get(
            f"{graph.demo.origin}/v1.0/users", headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        refused(answer, 401, "InvalidAuthenticationToken")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert requests.get(f"{graph.demo.origin}/v1.0/users", timeout=10).status_code == 401


def test_token_expires_by_the_instances_clock(start_demo):
    """An hour later by the instance's clock the token is refused, so that a test can expire one."""
    with EntraClient(start_demo()) as client:
        graph = Graph(client.demo, client.app_token())
        assert graph.get("/users", top="1").status_code == 200
        client.demo.instance.clock.advance(3600)
        refused(graph.get("/users", top="1"), 401, "InvalidAuthenticationToken")


def test_me(graph, entra):
    """/me is the person of a delegated token; an application has none."""
    me = Graph(graph.demo, entra.delegated_token("mia.novak@example.com", "User.Read"))
    assert me.get("/me").json()["displayName"] == "Mia Novak"
    assert me.get("/me", select="department").json()["department"]
    refused(me.get("/me/photo/$value"), 404, "ImageNotFound")
    refused(graph.get("/me"), 400, "BadRequest")


def test_delegated_permissions(graph, entra):
    """User.Read lists nobody, User.ReadBasic.All shows basic properties only, User.Read.All shows all."""
    own = Graph(graph.demo, entra.delegated_token("mia.novak@example.com", "User.Read"))
    refused(own.get("/users"), 403, "Authorization_RequestDenied")
    refused(own.get(f"/users/{graph.rows[0]['id']}"), 403, "Authorization_RequestDenied")
    basic = Graph(graph.demo, entra.delegated_token("mia.novak@example.com", "User.ReadBasic.All"))
    refused(basic.get("/users", select="department"), 403, "Authorization_RequestDenied")
    listed = {user["displayName"]: user for user in basic.get("/users", top="999").json()["value"]}
    assert listed["Hugo Lambert"]["mail"]
    assert listed["Hugo Lambert"]["jobTitle"] is None
    full = Graph(graph.demo, entra.delegated_token("mia.novak@example.com", "User.Read.All"))
    assert full.get("/users", select="department", top="1").status_code == 200


def test_guests_list_nobody(graph, entra):
    """A guest's token may not list users, whatever its scopes."""
    guest = next(
        row for row in graph.rows if row["userType"] == "Guest" and row["accountEnabled"] == "true" and row["mail"]
    )
    token = entra.delegated_token(guest["mail"], "User.Read.All")
    refused(Graph(graph.demo, token).get("/users"), 403, "Authorization_RequestDenied")


def test_sign_in_activity(start_demo):
    """Reading signInActivity takes a premium tenant, and then a permission that the application has not."""
    with EntraClient(start_demo()) as client:
        graph = Graph(client.demo, client.app_token())
        refused(graph.get("/users", select="id,signInActivity"), 403, "Authorization_RequestDenied")
        client.demo.instance.switches.set("premium_tenant", False)
        answer = graph.get("/users", select="id,signInActivity")
        refused(answer, 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
