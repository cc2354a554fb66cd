"""Access tokens at Graph's door: signed by the demo Entra, for Graph, in date, with the permission."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from snlib.demo.core.instance import Instance
from snlib.demo.entra.tokens import keys
from snlib.demo.entra.tokens.claims import GRAPH_AUDIENCE, access_token_issuer
from snlib.demo.graph.errors import GraphError, denied

READ_ALL = frozenset({"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"})
READ_BASIC = READ_ALL | {"User.ReadBasic.All"}
READ_SELF = READ_BASIC | {"User.Read"}


@dataclass(frozen=True)
class Caller:
    """Whom an access token speaks for.

    Args:
        client_id: The application.
        person_id: The signed-in person's object id; empty for an application on its own.
        permissions: Delegated scopes, or the application's own permissions.
        is_guest: Whether the person is a guest of the tenant.
    """

    client_id: str
    person_id: str
    permissions: frozenset[str]
    is_guest: bool

    def require(self, any_of: frozenset[str]) -> None:
        """Refuse the call when none of the permissions is held.

        Raises:
            GraphError: 403.
        """
        if not self.permissions & any_of:
            raise denied()


def read_caller(request: Request, instance: Instance) -> Caller:
    """Return whom the request's access token speaks for.

    Raises:
        GraphError: 401; there is no token, or it is not one of this Entra for Graph, or out of date.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthenticated("Access token is empty.")
    claims = keys.read(token.strip())
    if claims is None or claims.get("iss") != access_token_issuer(instance):
        raise _unauthenticated("Access token validation failure.")
    if claims.get("aud") not in (GRAPH_AUDIENCE, instance.origin):
        raise _unauthenticated("Access token validation failure. Invalid audience.")
    now = instance.clock.now().timestamp()
    if not float(claims["nbf"]) <= now < float(claims["exp"]):
        raise _unauthenticated("Lifetime validation failed, the token is expired.")
    for_person = claims.get("idtyp") == "user"
    permissions = str(claims["scp"]).split() if for_person else [str(role) for role in claims["roles"]]
    return Caller(
        client_id=str(claims["appid"]),
        person_id=str(claims["oid"]) if for_person else "",
        permissions=frozenset(permissions),
        is_guest=bool(claims.get("acct", 0)),
    )


def _unauthenticated(message: str) -> GraphError:
    return GraphError(401, "InvalidAuthenticationToken", message)
