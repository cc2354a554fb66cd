"""Behaviour that differs between real instances, one switch each: a client has to survive all of it."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass
class Switches:
    """How this instance behaves where real ones differ. The defaults are the commonest case.

    Attributes:
        link_prev_on_first_page: The first page's ``Link`` names a ``prev`` with a negative offset (older releases).
        no_count_header: With ``sysparm_no_count=true``, ``X-Total-Count`` is "absent" or the rows of the "page".
        invalid_query_returns_no_rows: ``glide.invalid_query.returns_no_rows``: an unknown field empties the answer
            instead of being dropped from the query.
        query_acl_403: A query on a field that does not exist answers 403, too, to everybody but ``admin``.
        page_cap_rows: The most rows a page is granted whatever was asked; 0 is no cap.
        cors_delay_seconds: How long a changed CORS rule takes to count (up to half an hour in reality).
        public_client_refresh_token: Public clients get a refresh token, too.
        current_user_bearer: ``/api/now/ui/user/current_user`` accepts a Bearer token.
        state_required: ``/oauth_auth.do`` refuses a request without ``state``.
        client_credentials_enabled: The grant client_credentials is allowed.
        ropc_disabled: The grant password is refused.
        securely_scoped: Tokens log in but every Table API call is refused with 401 (newer releases' default).
        hibernating: Every ServiceNow address answers 200 with the page of a sleeping developer instance.
        premium_tenant: The Entra tenant has a premium licence (sign-in activity can be read).
        intune_rbac: Delegated calls of Intune need the person's own right in Intune beside the token's scope.
    """

    link_prev_on_first_page: bool = False
    no_count_header: str = "absent"
    invalid_query_returns_no_rows: bool = False
    query_acl_403: bool = False
    page_cap_rows: int = 0
    cors_delay_seconds: int = 0
    public_client_refresh_token: bool = True
    current_user_bearer: bool = True
    state_required: bool = True
    client_credentials_enabled: bool = False
    ropc_disabled: bool = False
    securely_scoped: bool = False
    hibernating: bool = False
    premium_tenant: bool = True
    intune_rbac: bool = False

    def set(self, name: str, value: object) -> None:
        """Set one switch.

        Raises:
            ValueError: There is no such switch, or the value is of another type than the switch.
        """
        known = {field.name: type(field.default) for field in fields(self)}
        if name not in known:
            raise ValueError(f"unknown switch {name}; known are {', '.join(known)}")
        if type(value) is not known[name]:
            raise ValueError(f"switch {name} takes a {known[name].__name__}")
        if name == "no_count_header" and value not in {"absent", "page"}:
            raise ValueError("switch no_count_header takes absent or page")
        setattr(self, name, value)

    def reset(self) -> None:
        """Put every switch back to its default."""
        for field in fields(self):
            setattr(self, field.name, field.default)
