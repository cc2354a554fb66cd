"""Who may do what, as the operator configures it: app roles, another provider's claim, administrators, guests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from snlib.permissions import (
    GLOBAL_ADMINISTRATOR,
    INTUNE_ACTIONS,
    INTUNE_ADMINISTRATOR,
    ROLES,
    Permission,
    permissions_of,
)

_CLAIM_CHARACTERS = 200


def _grants(value: Any) -> Any:
    """Return names and what each stands for, from ``NAME=WHAT+WHAT,NAME=WHAT``, from a JSON object or from a table.

    A name may hold ``=`` (the last one counts); one that holds a comma has to come in JSON or in the file.
    """
    if isinstance(value, str) and value.strip().startswith("{"):
        try:
            value = json.loads(value, object_pairs_hook=_once)
        except json.JSONDecodeError:
            raise ValueError("starts with { but is not valid JSON") from None
    if isinstance(value, str):
        parts = [item.rpartition("=") for item in value.split(",") if item.strip()]
        pairs = [(name, what) for name, _, what in parts]
    elif isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        return value
    found = [(str(name).strip(), _names(what)) for name, what in pairs]
    if not all(name and what for name, what in found):
        raise ValueError("must be written NAME=ROLE, separated by commas")
    if len(dict(found)) != len(found):
        raise ValueError("names one thing twice")
    return dict(found)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("names one thing twice")
    return dict(pairs)


def _names(what: Any) -> frozenset[str]:
    items = what.split("+") if isinstance(what, str) else what
    if not isinstance(items, list | frozenset) or not all(isinstance(item, str) for item in items):
        raise ValueError("must be written NAME=ROLE, separated by commas")
    return frozenset(item.strip() for item in items if item.strip())


def _app_roles(value: Any) -> Any:
    """Return app roles and what each grants; each must name roles or permissions that exist."""
    found = _grants(value)
    if not isinstance(found, dict):
        return found
    granted = {role: frozenset().union(*map(permissions_of, names)) for role, names in found.items()}
    return granted or dict(ROLES)


def _claim_name(text: str) -> str:
    text = text.strip()
    if len(text) > _CLAIM_CHARACTERS:
        raise ValueError(f"must not have more than {_CLAIM_CHARACTERS} characters")
    return text


class AccessPolicy(BaseModel):
    """What grants what; the defaults are those of ``docs/permissions.md``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app_roles: Annotated[Mapping[str, frozenset[Permission]], BeforeValidator(_app_roles)] = Field(
        default={},
        validate_default=True,
        description="App roles (values of the claim roles) and what each grants, as VALUE=ROLE, separated by commas; "
        "ROLE is one of our roles or permissions, or several joined by +. Not set: our four roles by their own names.",
    )
    global_administrator: bool = Field(
        default=True,
        description="Whether the directory role Global Administrator grants what Intune Administrator does.",
    )
    intune_permissions: bool = Field(
        default=False,
        description="Whether Intune's own role permissions count; Microsoft Graph is asked for them as the agent.",
    )
    claim: Annotated[str, AfterValidator(_claim_name)] = Field(
        default="",
        description="For a provider other than Microsoft Entra: the claim that says who is what, such as groups or "
        "realm_access.roles.",
    )
    claim_roles: Annotated[Mapping[str, frozenset[str]], BeforeValidator(_grants)] = Field(
        default={},
        description="Which values of that claim stand for which app roles, as VALUE=APP ROLE, separated by commas; "
        "several app roles are joined by +.",
    )
    refuse_guests: bool = Field(default=False, description="Whether guests of the directory are refused at sign-in.")

    @model_validator(mode="after")
    def _claim_is_whole(self) -> Self:
        if bool(self.claim) != bool(self.claim_roles):
            raise ValueError("SNLIB_ACCESS_CLAIM and SNLIB_ACCESS_CLAIM_ROLES belong together: set both or neither.")
        if not all(roles <= self.app_roles.keys() for roles in self.claim_roles.values()):
            roles = ", ".join(self.app_roles)
            raise ValueError(f"SNLIB_ACCESS_CLAIM_ROLES may only give the app roles {roles}.")
        return self

    @property
    def directory_roles(self) -> dict[str, str]:
        """Directory role template ids (the ``wids`` claim) that make an administrator here, with their names.

        Every other id grants nothing, the one that all members carry (``b79fbf4d-…``) included.
        Source: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
        """
        named = {INTUNE_ADMINISTRATOR: "Intune Administrator"}
        return {GLOBAL_ADMINISTRATOR: "Global Administrator", **named} if self.global_administrator else named

    def roles_granting(self, permission: Permission) -> tuple[str, ...]:
        """Return the app roles that grant ``permission``, in the order of the settings."""
        return tuple(role for role, granted in self.app_roles.items() if permission in granted)

    def actions_granting(self, permission: Permission) -> tuple[str, ...]:
        """Return the Intune permissions that grant ``permission``; none where they do not count."""
        if not self.intune_permissions:
            return ()
        return tuple(action for action, granted in INTUNE_ACTIONS.items() if permission in granted)


DEFAULT_POLICY = AccessPolicy()
"""What holds without any setting."""
