"""Who may do what, as the operator configures it: app roles, another provider's claim, administrators, guests."""

from __future__ import annotations

import json
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from snlib.permissions import ROLES, permissions_of

Grants = tuple[tuple[str, tuple[str, ...]], ...]
"""Pairs of a name and what it stands for, in the order they were written."""

_CLAIM_CHARACTERS = 200


def grants(value: Any) -> Any:
    """Return pairs from ``NAME=WHAT+WHAT,NAME=WHAT``, from a JSON object or from a table.

    A name may hold ``=`` (the last one counts); one that holds a comma has to come in JSON or in the file.
    """
    if isinstance(value, str) and value.strip().startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            raise ValueError("begins like a JSON object and is none") from None
    if isinstance(value, str):
        parts = [item.rpartition("=") for item in value.split(",") if item.strip()]
        pairs = [(name, what) for name, _, what in parts]
    elif isinstance(value, dict):
        pairs = list(value.items())
    else:
        return value
    found = tuple((str(name).strip(), _names(what)) for name, what in pairs)
    if not all(name and what for name, what in found):
        raise ValueError("must be written NAME=ROLE, separated by commas")
    if len({name for name, _ in found}) != len(found):
        raise ValueError("names one thing twice")
    return found


def _names(what: Any) -> tuple[str, ...]:
    items = what.split("+") if isinstance(what, str) else what
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ValueError("must be written NAME=ROLE, separated by commas")
    return tuple(item.strip() for item in items if item.strip())


def role_grants(value: Any) -> Any:
    """Return pairs as `grants` does; each must stand for roles or permissions that there are."""
    found = grants(value)
    for _, names in found if isinstance(found, tuple) else ():
        for name in names:
            permissions_of(name)
    return found


def claim_name(value: Any) -> Any:
    """Strip a claim's name."""
    if isinstance(value, str):
        value = value.strip()
        if len(value) > _CLAIM_CHARACTERS:
            raise ValueError(f"must not have more than {_CLAIM_CHARACTERS} characters")
    return value


class AccessSettings(BaseModel):
    """Who may do what; the defaults are those of ``docs/permissions.md``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app_roles: Annotated[Grants, BeforeValidator(role_grants)] = Field(
        default=(),
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
    claim: Annotated[str, BeforeValidator(claim_name)] = Field(
        default="",
        description="For a provider other than Microsoft Entra: the claim that says who is what, such as groups or "
        "realm_access.roles.",
    )
    claim_roles: Annotated[Grants, BeforeValidator(grants)] = Field(
        default=(),
        description="Which values of that claim stand for which app roles, as VALUE=APP ROLE, separated by commas; "
        "several app roles are joined by +.",
    )
    refuse_guests: bool = Field(default=False, description="Whether guests of the directory are refused at sign-in.")

    @model_validator(mode="after")
    def _claim_is_whole(self) -> Self:
        if bool(self.claim) != bool(self.claim_roles):
            raise ValueError("claim and claim_roles belong together: set both or neither")
        known = [name for name, _ in self.app_roles] or list(ROLES)
        if not all(role in known for _, roles in self.claim_roles for role in roles):
            raise ValueError(f"claim_roles may only give the app roles {', '.join(known)}")
        return self
