"""The prerequisites for seeing incidents, each checked live; a failed one does not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from snlib.connector.connection_tests import CheckOutcome, CheckResult
from snlib.connector.model import ConnectionStatus
from snlib.errors import SignInRequired, SnlibError
from snlib.graph import intune
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import ask
from snlib.helpdesk.connector import licence
from snlib.helpdesk.desk import Desk, Permit
from snlib.helpdesk.service import ServiceState
from snlib.servicenow.identity import READ_INCIDENTS, own_roles
from snlib.transport import strict_json

LABELS = {
    "provider": "Sign-in provider",
    "role": "Your role",
    licence.KEY: licence.LABEL,
    "servicenow_role": "Your ServiceNow role",
    "connector": "Connector verified",
}
_ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """The result of each check, and when they were made (aware UTC)."""

    lines: tuple[CheckResult, ...]
    checked_at: datetime


def check(desk: Desk) -> Prerequisites:
    """Check every prerequisite now; the check is logged (permission ``connector.read``)."""
    with desk.act(Act.PREREQUISITES_CHECK) as permit:
        checked_at = desk.now()
        lines = tuple(_checked(permit, key, one) for key, one in _CHECKS.items())
        permit.detail = ", ".join(f"{line.key} {line.outcome}" for line in lines)
    return Prerequisites(lines, checked_at)


def _checked(permit: Permit, key: str, check: Callable[[Permit], CheckResult]) -> CheckResult:
    try:
        return check(permit)
    except SignInRequired as error:
        return _line(key, "skipped", error.user_message)
    except SnlibError as error:
        return _line(key, "failed", error.user_message)


def _provider(permit: Permit) -> CheckResult:
    """Read the provider's discovery document, as every sign-in does."""
    settings = permit.services.settings.oidc
    parts = urlsplit(settings.metadata_url)
    answer = permit.services.transport.send(
        "GET",
        settings.metadata_url,
        service=settings.provider_name,
        allowed_origin=f"{parts.scheme}://{parts.netloc}",
    )
    remedy = "Compare SNLIB_OIDC_METADATA_URL with the provider's discovery document."
    if answer.status_code != 200:
        text = f"{settings.provider_name} answered HTTP {answer.status_code} where its discovery document should be."
        return _line("provider", "failed", text, remedy)
    document = strict_json(answer.body, service=settings.provider_name)
    found = document if isinstance(document, dict) else {}
    missing = [name for name in _ENDPOINTS if not isinstance(found.get(name), str) or not found[name]]
    if missing:
        text = f"{settings.provider_name} answered without {', '.join(missing)}."
        return _line("provider", "failed", text, remedy)
    return _line("provider", "ok", f"{settings.provider_name} answers at {parts.netloc}.")


def _role(permit: Permit) -> CheckResult:
    """Say what the agent may do with the connector; everybody who can check may at least see it."""
    roles = ", ".join(permit.desk.roles()) or "No role"
    update = permit.desk.may("connector.update")
    if update.allowed:
        return _line("role", "ok", f"{roles}: you may see and change the connector.")
    return _line("role", "ok", f"{roles}: you may see the connector. {update.reason}")


def _licence(permit: Permit) -> CheckResult:
    """Ask Microsoft Graph for the tenant's licences, where the settings require the check."""
    if not permit.services.settings.licence_check:
        return _line(licence.KEY, "skipped", "Not required here.")
    if not (permit.desk.may("licenses.view").allowed or permit.desk.may("connector.update").allowed):
        return _line(licence.KEY, "skipped", permit.desk.may("licenses.view").reason)
    if permit.services.settings.graph is None:
        return _line(licence.KEY, "failed", "Microsoft Graph is not configured, so no licence can be read.")
    return licence.judge(intune.subscribed_skus(permit.services.graph_for(permit.agent)))


def _servicenow_role(permit: Permit) -> CheckResult:
    """Ask ServiceNow for the roles of the account that the agent is connected with."""
    key, state = "servicenow_role", permit.desk.servicenow.state
    if state in (ServiceState.NOT_CONFIGURED, ServiceState.OFF, ServiceState.NOT_VERIFIED):
        return _line(key, "skipped", "The connector is off or not verified, so ServiceNow was not asked.")
    if state is ServiceState.NOT_CONNECTED:
        return _line(key, "skipped", "You have not authenticated with ServiceNow, so it was not asked.")
    found = ask(permit, lambda gateway: own_roles(gateway.table))
    name = found.account.user_name or found.account.called
    remedy = f"User Administration › Users › {name} › Roles: add itil (or sn_incident_read)."
    if found.names is None:
        text = f"ServiceNow shows no role of {name}: it has none, or cannot read them."
        return _line(key, "warning", text, "Test the connection: its steps say whether incidents can be read.")
    if found.reading_incidents:
        return _line(key, "ok", f"{name} has {', '.join(found.reading_incidents)}.")
    text = f"{name} has {', '.join(found.names)}; none of the roles that read incidents: {', '.join(READ_INCIDENTS)}."
    return _line(key, "warning", text, remedy)


def _connector(permit: Permit) -> CheckResult:
    connector = permit.services.connector.load()
    status = connector.status
    if status is ConnectionStatus.VERIFIED:
        by = f" by {connector.verified_by}" if connector.verified_by else ""
        return _line("connector", "ok", f"{connector.instance_url} was tested{by} and works.")
    if status is ConnectionStatus.FAILED:
        return _line("connector", "failed", connector.failure, "Test the connection: failed steps say how to fix it.")
    if status is ConnectionStatus.DISABLED:
        return _line("connector", "warning", "The connector is switched off.", "Switch the exchange on and save.")
    if status is ConnectionStatus.NOT_VERIFIED:
        return _line("connector", "warning", "The connector is saved but not tested.", "Press Test connection.")
    return _line("connector", "failed", "The connector is not configured.", "Fill in the form, test it and save.")


def _line(key: str, outcome: CheckOutcome, text: str, remedy: str = "") -> CheckResult:
    return CheckResult(key, LABELS[key], outcome, text, remedy)


_CHECKS: dict[str, Callable[[Permit], CheckResult]] = {
    "provider": _provider,
    "role": _role,
    licence.KEY: _licence,
    "servicenow_role": _servicenow_role,
    "connector": _connector,
}
