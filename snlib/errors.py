"""Every error of the library, in one tree.

::

    SnlibError                      user_message (for the agent) · str() (for the log, never a secret)
    ├ ConfigurationError            problems: every fault of the configuration at once, names only
    ├ InvalidInput                  fields: {field: one clear sentence}; nothing was sent
    ├ ConnectorOff                  not configured, or switched off: who and when
    ├ SignInRequired                the agent must authenticate with the service (again): service
    │ ├ AuthorizationDenied         the agent pressed Deny
    │ ├ AuthorizationExpired        state unknown, used, of another browser, or too old
    │ └ RefreshRejected             the refresh token expired or was revoked
    ├ PermissionDenied              our own roles: permission, reason
    ├ ServiceError                  service, status, detail, transaction_id
    │ ├ RecordNotFound              404 in the service's own words: missing, or hidden by an access control rule
    │ ├ AccessRefused               403, or a web page that refuses: kind says what is known of the cause
    │ ├ RequestRejected             400 and similar: our request was wrong
    │ ├ RateLimited                 429, 202: retry_after
    │ ├ ServiceFailure              5xx
    │ └ UnexpectedAnswer            not JSON, cut short, a web page, a redirect, too large; kind says which
    ├ ServiceUnreachable            no answer: refused, DNS, TLS, timeout; kind says which
    └ StoreError                    our own database
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

DEFAULT_RETRY_AFTER = timedelta(seconds=30)
"""Where a service does not say how long to wait."""


class SnlibError(Exception):
    """Root of the tree.

    Args:
        user_message: What happened, what it means and what to do, for the agent; also ``str()`` without ``log``.
        log: Text for the log; never a secret.
    """

    def __init__(self, user_message: str, *, log: str = "") -> None:
        super().__init__(log or user_message)
        self.user_message = user_message


class ConfigurationError(SnlibError):
    """The configuration has faults; ``problems`` holds one sentence each, never a value."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("The configuration has faults:\n" + "\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


class InvalidInput(SnlibError):
    """Something typed cannot be used; ``fields`` maps the field's name to one clear sentence."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()), log="invalid input in " + ", ".join(fields))
        self.fields = dict(fields)


class ConnectorOff(SnlibError):
    """The connector is not configured, switched off, or not verified; nothing was sent."""


class SignInRequired(SnlibError):
    """The agent must authenticate (again): with the service, or, at sign-in, with the identity provider.

    ``service`` as in `ServiceError`.
    """

    def __init__(self, user_message: str, *, log: str = "", service: str = "ServiceNow") -> None:
        super().__init__(user_message, log=log)
        self.service = service


class AuthorizationDenied(SignInRequired):
    """The agent pressed Deny on the consent page, or the provider ended the authorization with another error."""


class AuthorizationExpired(SignInRequired):
    """The authorization request is unknown, used, too old, or belongs to another browser."""


class RefreshRejected(SignInRequired):
    """The refresh token was refused: expired or revoked."""


class PermissionDenied(SnlibError):
    """The dashboard's own roles do not allow this."""

    def __init__(self, permission: str, reason: str) -> None:
        super().__init__(reason, log=f"{permission} refused: {reason}")
        self.permission = permission
        self.reason = reason


class ServiceError(SnlibError):
    """A service answered, and the answer is an error.

    Args:
        service: "ServiceNow" or "Microsoft Graph".
        detail: The service's own words, shortened; shown as text only.
        transaction_id: The service's id of the call, for its administrator.
    """

    def __init__(
        self, user_message: str, *, service: str, status: int = 0, detail: str = "", transaction_id: str = ""
    ) -> None:
        super().__init__(user_message, log=f"{service} answered HTTP {status}: {detail} [{transaction_id}]")
        self.service = service
        self.status = status
        self.detail = detail
        self.transaction_id = transaction_id


class RecordNotFound(ServiceError):
    """404 in the service's own words: the record is missing or hidden by an access control rule."""


class AccessRefused(ServiceError):
    """The request was refused.

    ``kind`` is what the answer itself says about the cause, one of ``role``, ``scope``, ``licence``, ``policy``
    (Conditional Access), ``table`` (not open to web services), ``client``, ``network`` (a web page answered, not the
    service), ``unknown``.
    """

    def __init__(
        self,
        user_message: str,
        *,
        service: str,
        kind: str = "unknown",
        status: int = 0,
        detail: str = "",
        transaction_id: str = "",
    ) -> None:
        super().__init__(user_message, service=service, status=status, detail=detail, transaction_id=transaction_id)
        self.kind = kind


class RequestRejected(ServiceError):
    """400 and similar: our request was wrong."""


class RateLimited(ServiceError):
    """429, 202, or 503 with Retry-After: the service asks to wait ``retry_after``."""

    def __init__(
        self,
        user_message: str,
        *,
        service: str,
        retry_after: timedelta = DEFAULT_RETRY_AFTER,
        status: int = 0,
        detail: str = "",
        transaction_id: str = "",
    ) -> None:
        super().__init__(user_message, service=service, status=status, detail=detail, transaction_id=transaction_id)
        self.retry_after = retry_after


class ServiceFailure(ServiceError):
    """5xx: the service failed."""


class UnexpectedAnswer(ServiceError):
    """The answer is not what the API promises.

    ``kind`` is one of ``hibernating``, ``login_page``, ``web_page``, ``redirect``, ``truncated``, ``too_large``,
    ``damaged``, ``cancelled`` (transaction quota), ``foreign`` (about more than was asked for), ``shape``.
    """

    def __init__(
        self,
        user_message: str,
        *,
        service: str,
        kind: str = "shape",
        status: int = 0,
        detail: str = "",
        transaction_id: str = "",
    ) -> None:
        detail = detail or kind
        super().__init__(user_message, service=service, status=status, detail=detail, transaction_id=transaction_id)
        self.kind = kind


class ServiceUnreachable(SnlibError):
    """No answer. ``kind`` is one of ``refused``, ``dns``, ``tls``, ``timeout``, ``network``."""

    def __init__(self, user_message: str, *, service: str = "", kind: str = "network", log: str = "") -> None:
        super().__init__(user_message, log=log or f"{service} unreachable: {kind}")
        self.service = service
        self.kind = kind


class StoreError(SnlibError):
    """Our own database could not answer, or what it holds cannot be read."""
