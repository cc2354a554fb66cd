"""What the settings make of roles and permissions."""

import pytest

from snlib.access import (
    DEFAULT_POLICY,
    GLOBAL_ADMINISTRATOR,
    INTUNE_ADMINISTRATOR,
    AccessPolicy,
    Permission,
    decide,
    roles_of,
)
from tests.stores import make_agent

UPDATE = "Microsoft.Intune_ServiceNow_UpdateConnector"
VIEW = "Microsoft.Intune_ServiceNow_ViewIncidents"
ORGANIZATION = "Microsoft.Intune_Organization_Read"
DEVICES = "Microsoft.Intune_ManagedDevices_Read"
BY_ACTION = {
    UPDATE: {"connector.update", "connector.read"},
    VIEW: {"incidents.view", "users.search", "connector.read"},
    ORGANIZATION: {"incidents.view", "users.search"},
    DEVICES: {"devices.view"},
    "Microsoft.Intune_ManagedDevices_Delete": set(),
}


def allowed(policy: AccessPolicy, **who: object) -> set[str]:
    """Return the permissions that an agent with these roles holds."""
    agent = make_agent(**{name: frozenset(values) for name, values in who.items()})  # type: ignore[arg-type]
    return {str(permission) for permission in Permission if decide(agent, permission, policy).allowed}


def test_without_settings_the_defaults_hold():
    """Unset settings describe the default policy."""
    assert AccessPolicy() == DEFAULT_POLICY


def test_configured_app_roles_replace_the_defaults():
    """A role of the settings grants what the settings list for it, and the defaults' names grant nothing any more."""
    policy = AccessPolicy(app_roles="L1=Helpdesk.Agent, L2=audit.view+incidents.write")
    assert allowed(policy, roles={"L1"}) == allowed(DEFAULT_POLICY, roles={"Helpdesk.Agent"})
    assert allowed(policy, roles={"L2"}) == {"audit.view", "incidents.write"}
    assert allowed(policy, roles={"Helpdesk.Agent", "Helpdesk.Lead"}) == set()


def test_a_refusal_names_the_configured_roles():
    """Whom to ask follows the settings."""
    policy = AccessPolicy(app_roles="L2=audit.view")
    assert decide(make_agent(), "audit.view", policy).reason == (
        "You can't see the access log. Ask an administrator for the app role L2 or the Intune Administrator role."
    )


def test_global_administrator_can_be_switched_off():
    """With the switch off Global Administrator grants nothing; Intune Administrator still does."""
    policy = AccessPolicy(global_administrator=False)
    assert allowed(policy, wids={GLOBAL_ADMINISTRATOR}) == set()
    assert allowed(policy, wids={INTUNE_ADMINISTRATOR}) == allowed(DEFAULT_POLICY, wids={GLOBAL_ADMINISTRATOR})
    assert roles_of(make_agent(wids=frozenset({GLOBAL_ADMINISTRATOR})), policy) == ()


def test_nobody_writes_incidents_by_default():
    """With every role and every Intune permission together incidents.write stays off."""
    policy = AccessPolicy(intune_permissions=True)
    everything = {
        "roles": set(DEFAULT_POLICY.app_roles),
        "wids": {GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR},
        "granted": set(BY_ACTION),
    }
    assert allowed(policy, **everything) == {str(one) for one in Permission} - {"incidents.write"}


@pytest.mark.parametrize("action", BY_ACTION)
def test_intune_permissions_count_only_where_switched_on(action: str):
    """Each Intune permission grants what the reference says, and nothing at all with the switch off."""
    assert allowed(AccessPolicy(intune_permissions=True), granted={action}) == BY_ACTION[action]
    assert allowed(DEFAULT_POLICY, granted={action}) == set()


def test_the_reason_names_the_intune_permission():
    """The sentence names what granted it; a refusal names it among the choices."""
    policy = AccessPolicy(intune_permissions=True)
    agent = make_agent(granted=frozenset({VIEW}))
    assert decide(agent, "incidents.view", policy).reason == f"Granted by the Intune permission {VIEW}."
    assert decide(make_agent(), "devices.view", policy).reason.endswith(
        f"the Intune Administrator role or the Intune permission {DEVICES}."
    )
    assert roles_of(agent, policy) == ("Intune role",)


def test_an_intune_permission_is_no_app_role():
    """An app role, or a directory role, that spells an Intune permission grants nothing."""
    policy = AccessPolicy(intune_permissions=True)
    assert allowed(policy, roles={VIEW, UPDATE}, wids={VIEW}) == set()
