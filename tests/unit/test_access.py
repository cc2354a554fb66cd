"""Who may do what."""

import pytest

from snlib.access import GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR, Permission, decide
from snlib.permissions import ROLES
from tests.stores import make_agent

DEFAULT_USER = "b79fbf4d-3ef9-4689-8143-76b194e85509"
MATRIX = {
    "connector.read": {"Helpdesk.Agent", "Helpdesk.Lead", "Connector.Admin", "wid"},
    "connector.update": {"Connector.Admin", "wid"},
    "incidents.view": {"Helpdesk.Agent", "Helpdesk.Lead", "wid"},
    "incidents.write": set(),
    "users.search": {"Helpdesk.Agent", "Helpdesk.Lead", "wid"},
    "devices.view": {"Helpdesk.Agent", "Helpdesk.Lead", "wid"},
    "counts.view": {"Helpdesk.Lead", "wid"},
    "licenses.view": {"Helpdesk.Lead", "wid"},
    "audit.view": {"Auditor", "wid"},
}


def test_the_matrix_names_every_permission():
    """Each permission has its line in the matrix below."""
    assert set(MATRIX) == {str(permission) for permission in Permission}


@pytest.mark.parametrize("permission", MATRIX)
def test_each_role_has_exactly_its_permissions(permission: str):
    """The table of roles and permissions is the one decided on; a change shows here."""
    granted = {role for role in ROLES if decide(make_agent(roles=frozenset({role})), permission).allowed}
    for wid in (INTUNE_ADMINISTRATOR, GLOBAL_ADMINISTRATOR):
        if decide(make_agent(wids=frozenset({wid, DEFAULT_USER})), permission).allowed:
            granted.add("wid")
    assert granted == MATRIX[permission]


@pytest.mark.parametrize("permission", MATRIX)
def test_the_default_role_of_every_user_grants_nothing(permission: str):
    """The id in everybody's wids, and a role nobody knows, are worth nothing."""
    agent = make_agent(wids=frozenset({DEFAULT_USER}), roles=frozenset({"helpdesk.agent", "Owner"}))
    assert not decide(agent, permission).allowed


def test_a_directory_role_id_counts_only_among_directory_roles():
    """An app role that spells an administrator's id, or the reverse, grants nothing."""
    agent = make_agent(roles=frozenset({INTUNE_ADMINISTRATOR}), wids=frozenset({"Helpdesk.Agent"}))
    assert not decide(agent, "incidents.view").allowed


@pytest.mark.parametrize("permission", ["", "incidents", "incidents.view ", "INCIDENTS.VIEW"])
def test_an_unknown_permission_is_refused_to_everybody(permission: str):
    """A permission that does not exist is a no, also for an administrator."""
    assert not decide(make_agent(wids=frozenset({GLOBAL_ADMINISTRATOR})), permission).allowed


def test_nobody_is_told_to_sign_in():
    """Without an agent the answer is no, and says what to do."""
    assert decide(None, "incidents.view").reason == "Sign in to continue."


@pytest.mark.parametrize(
    ("permission", "reason"),
    [
        (
            "incidents.view",
            "You can't see incidents. Ask an administrator for the app role Helpdesk.Agent, Helpdesk.Lead or the "
            "Intune Administrator role.",
        ),
        (
            "audit.view",
            "You can't see the access log. Ask an administrator for the app role Auditor or the Intune "
            "Administrator role.",
        ),
        ("incidents.write", "You can't change incidents. No role grants this."),
    ],
)
def test_a_refusal_names_the_roles_that_would_do(permission: str, reason: str):
    """The sentence names exactly the roles to ask for."""
    assert decide(make_agent(), permission).reason == reason
