"""Documents about the demo Entra, and who a token's person is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from snlib.demo.core.instance import Instance
from snlib.demo.entra import people
from snlib.demo.entra.failures import NO_STORE
from snlib.demo.entra.parameters import Parameters
from snlib.demo.entra.tokens import claims, keys


def openid_configuration(_request: Request, instance: Instance, _parameters: Parameters) -> Response:
    """Answer the discovery document.

    Like Entra's it has no ``code_challenge_methods_supported``: a client that lets this document decide on PKCE sends
    none.
    """
    base = f"{instance.origin}/{instance.tenant_id}"
    document: dict[str, Any] = {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [keys.ALGORITHM],
        "response_types_supported": ["code"],
        "scopes_supported": list(claims.OIDC_SCOPES),
        "issuer": claims.issuer(instance),
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{instance.origin}/oidc/userinfo",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "http_logout_supported": True,
        "frontchannel_logout_supported": False,
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "claims_supported": [
            *("sub", "iss", "aud", "exp", "iat", "nbf", "nonce", "ver", "tid", "oid", "uti", "acct"),
            *("name", "preferred_username", "email", "roles", "wids"),
        ],
        "tenant_region_scope": "EU",
        "cloud_instance_name": urlsplit(instance.origin).netloc,
        "msgraph_host": urlsplit(instance.origin).netloc,
    }
    return JSONResponse(document, headers={"Cache-Control": "max-age=86400, private"})


def signing_keys(_request: Request, instance: Instance, _parameters: Parameters) -> Response:
    """Answer the JWKS document."""
    return JSONResponse(keys.published_keys(claims.issuer(instance)))


def user_info(request: Request) -> Response:
    """Answer ``/oidc/userinfo`` (at Entra a part of Graph) for a delegated token with the scope ``openid``."""
    instance: Instance = request.app.state.instance
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = keys.read(token.strip()) if scheme.lower() == "bearer" else None
    if found is None or not _is_for_user_info(instance, found):
        return JSONResponse(
            {"error": {"code": "InvalidAuthenticationToken", "message": "Access token validation failure."}},
            status_code=401,
            headers={**NO_STORE, "WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    person = people.find_person(instance, str(found["oid"]))
    if person is None or not people.is_enabled(person):
        return JSONResponse(
            {"error": {"code": "InvalidAuthenticationToken", "message": "The user account is disabled."}},
            status_code=401,
            headers=NO_STORE,
        )
    answer = {
        "sub": claims.pairwise_subject(instance, str(found["appid"]), person["id"]),
        "name": person["displayName"],
        "family_name": person["surname"],
        "given_name": person["givenName"],
        "picture": f"{instance.origin}/v1.0/me/photo/$value",
    }
    if person["mail"]:
        answer["email"] = person["mail"]
    return JSONResponse(answer, headers=NO_STORE)


def _is_for_user_info(instance: Instance, found: dict[str, Any]) -> bool:
    now = instance.clock.now().timestamp()
    return (
        found.get("iss") == claims.access_token_issuer(instance)
        and found.get("idtyp") == "user"
        and found.get("aud") in (claims.GRAPH_AUDIENCE, instance.origin)
        and "openid" in str(found.get("scp", "")).split()
        and float(found.get("nbf", 0)) <= now < float(found.get("exp", 0))
    )
