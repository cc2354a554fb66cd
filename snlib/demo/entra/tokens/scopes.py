"""Scopes: OIDC's own, and Graph's with or without the resource in front."""

from __future__ import annotations

from dataclasses import dataclass

from snlib.demo.entra.failures import EntraError, missing_parameter
from snlib.demo.entra.tokens.claims import GRAPH_AUDIENCE, OIDC_SCOPES

GRAPH_SCOPES = (
    "User.Read",
    "User.ReadBasic.All",
    "User.Read.All",
    "Directory.Read.All",
    "GroupMember.Read.All",
    "Organization.Read.All",
    "AuditLog.Read.All",
    "LicenseAssignment.Read.All",
    "DeviceManagementApps.Read.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementManagedDevices.Read.All",
    "DeviceManagementRBAC.Read.All",
    "Reports.Read.All",
)
"""Delegated permissions that an administrator has consented to for every registered application."""


@dataclass(frozen=True)
class GrantedScopes:
    """Delegated scopes by their short names, in the order asked for, and the resource they are for."""

    names: tuple[str, ...]
    audience: str


def read_delegated(text: str, origin: str) -> GrantedScopes:
    """Return the scopes of an authorization request.

    Raises:
        EntraError: None are given, one is unknown, or they are for more than one resource.
    """
    asked = tuple(dict.fromkeys(text.split()))
    if not asked:
        raise missing_parameter("scope")
    names: list[str] = []
    audiences: list[str] = []
    for scope in asked:
        if scope in OIDC_SCOPES:
            names.append(scope)
            continue
        audience, name = _split(scope, origin)
        if name == ".default":
            names.extend(known for known in GRAPH_SCOPES if known not in names)
        elif name in GRAPH_SCOPES:
            names.append(name)
        else:
            raise EntraError(
                650053,
                "invalid_client",
                f"The application asked for scope '{name}' that doesn't exist on the resource.",
            )
        audiences.append(audience)
    if len(set(audiences)) > 1:
        raise EntraError(
            28000,
            "invalid_request",
            "Provided value for the input parameter scope is not valid because it contains more than one resource.",
        )
    return GrantedScopes(tuple(names), audiences[0] if audiences else GRAPH_AUDIENCE)


def read_application(text: str, origin: str) -> str:
    """Return the audience of a client-credentials request: its scope must be ``{resource}/.default``.

    Raises:
        EntraError: The scope is missing, of another form, or of a resource that this tenant does not know.
    """
    if not text:
        raise missing_parameter("scope")
    audience, slash, name = text.rpartition("/")
    if not slash or name != ".default" or " " in text:
        raise EntraError(
            1002012,
            "invalid_scope",
            f"The provided value for scope {text[:200]} is not valid. Client credential flows must have a scope "
            "value with /.default suffixed to the resource identifier (application ID URI).",
        )
    if audience not in (GRAPH_AUDIENCE, origin):
        raise EntraError(
            500011,
            "invalid_resource",
            f"The resource principal named {audience[:200]} was not found in the tenant. This can happen if the "
            "application has not been installed by the administrator of the tenant or consented to by any user in "
            "the tenant.",
        )
    return audience


def _split(scope: str, origin: str) -> tuple[str, str]:
    for audience in (GRAPH_AUDIENCE, origin):
        if scope.startswith(audience + "/"):
            return audience, scope.removeprefix(audience + "/")
    return GRAPH_AUDIENCE, scope
