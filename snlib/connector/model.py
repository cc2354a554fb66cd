"""The connector's settings as saved, as typed, and as checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from pydantic import SecretStr

from snlib.connector import fields
from snlib.errors import InvalidInput

T = TypeVar("T")


class ConnectionStatus(StrEnum):
    """The status of the connector; the values are what the page shows."""

    NOT_CONFIGURED = "Not configured"
    NOT_VERIFIED = "Not verified"
    VERIFIED = "Verified"
    DISABLED = "Disabled"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class _Settings:
    """What is saved and what is typed have these in common."""

    enabled: bool
    instance_url: str
    incident_api_path: str
    client_id: str

    @property
    def asks(self) -> tuple[str, str, str]:
        """What is asked, and as which application. A connection test proves it together with the client secret.

        The switch is not in it: switching off and on again changes nothing that was proven.
        """
        return self.instance_url, self.incident_api_path, self.client_id

    @property
    def table(self) -> str:
        """The table that incidents are read from."""
        return self.incident_api_path.rpartition("/")[2]

    @property
    def version_path(self) -> str:
        """The API version in the path: "", "v1" or "v2"."""
        part = self.incident_api_path.removeprefix("/api/now/").partition("/")[0]
        return part if part in {"v1", "v2"} else ""


@dataclass(frozen=True, slots=True)
class ConnectorSettings(_Settings):
    """The connector as saved; the secret itself is not in it. Times are aware UTC, people agents' names.

    Attributes:
        enabled: Whether data may be exchanged.
        instance_url: As `ValidConnector`'s; empty before the first save.
        version: Counts saves; 0 before the first.
        toggled_at: When the exchange was last switched on or off.
        verified_at: When a connection test of these settings passed; None when none did, or a later one failed.
        failure: Why the last connection failed, empty when it did not.
        last_connection_at: When ServiceNow last answered a request that was made with these settings.
    """

    enabled: bool = False
    instance_url: str = ""
    incident_api_path: str = ""
    client_id: str = ""
    has_secret: bool = False
    version: int = 0
    updated_at: datetime | None = None
    updated_by: str = ""
    toggled_at: datetime | None = None
    toggled_by: str = ""
    verified_at: datetime | None = None
    verified_by: str = ""
    failure: str = ""
    last_connection_at: datetime | None = None

    @property
    def status(self) -> ConnectionStatus:
        """The status; "Disabled" comes before every other one, a failure before an older success."""
        if not self.instance_url or not self.client_id:
            return ConnectionStatus.NOT_CONFIGURED
        if not self.enabled:
            return ConnectionStatus.DISABLED
        if self.failure:
            return ConnectionStatus.FAILED
        return ConnectionStatus.VERIFIED if self.verified_at else ConnectionStatus.NOT_VERIFIED


@dataclass(frozen=True, slots=True)
class ConnectorDraft:
    """The connector's form as typed, unchecked; a ``client_secret`` of None or ``""`` keeps the saved one."""

    enabled: bool
    host: str
    incident_api_url: str
    client_id: str
    client_secret: SecretStr | str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ValidConnector(_Settings):
    """Checked settings, which may be tried and saved; made by `validate`.

    Attributes:
        instance_url: ``https://host``, or the demo instance's origin in demo mode.
        incident_api_path: ``/api/now[/v1|/v2]/table/<table>``.
        client_secret: A newly typed secret; None keeps the saved one.
    """

    client_secret: SecretStr | None = None


def validate(draft: ConnectorDraft, *, allowed_hosts: Sequence[str], demo_origin: str = "") -> ValidConnector:
    """Check a draft and return the clean settings.

    Args:
        draft: What was typed.
        allowed_hosts: Host patterns that the operator allows, such as ``*.service-now.com``.
        demo_origin: In demo mode the demo instance's origin, then the only one allowed.

    Raises:
        InvalidInput: Keys ``host``, ``incident_api_url``, ``client_id``, ``client_secret``: every faulty field at once.
    """
    faults: dict[str, str] = {}

    def check(name: str, read: Callable[[], T], blank: T) -> T:
        try:
            return read()
        except ValueError as error:
            faults[name] = str(error)
            return blank

    typed_secret = draft.client_secret
    if isinstance(typed_secret, SecretStr):
        typed_secret = typed_secret.get_secret_value()
    url = check("host", lambda: fields.read_host(draft.host, allowed_hosts=allowed_hosts, demo_origin=demo_origin), "")
    path = check("incident_api_url", lambda: fields.read_api_path(draft.incident_api_url, instance_url=url), "")
    client_id = check("client_id", lambda: fields.read_client_id(draft.client_id), "")
    secret = check("client_secret", lambda: fields.read_client_secret(typed_secret), None)
    if faults:
        raise InvalidInput(faults)
    return ValidConnector(
        enabled=draft.enabled,
        instance_url=url,
        incident_api_path=path,
        client_id=client_id,
        client_secret=SecretStr(secret) if secret is not None else None,
    )
