"""Who may open which page: every page times every persona, and a refusal that names who can grant it."""

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from tests.pages.screen import Screen
from tests.support import asked_of_servicenow, sign_in

REASONS = {
    "troubleshooting": "You can't search for people. Ask an administrator for the app role Helpdesk.Agent, "
    "Helpdesk.Lead or the Intune Administrator role.",
    "counts": "You can't see incident counts. Ask an administrator for the app role Helpdesk.Lead or the Intune "
    "Administrator role.",
    "connector": "You can't see the ServiceNow connector. Ask an administrator for the app role Helpdesk.Agent, "
    "Helpdesk.Lead, Connector.Admin or the Intune Administrator role.",
    "access_log": "You can't see the access log. Ask an administrator for the app role Auditor or the Intune "
    "Administrator role.",
}
REFUSED = "You do not have permission to open this page"


@pytest.mark.parametrize("page", REASONS)
def test_a_page_says_why_it_does_not_open(services: Services, demo: Running, page: str):
    """Somebody without a role reads why not and who can grant it, nothing else; who may what is `tests/matrix`."""
    screen = Screen(sign_in(services, "member"), page, person="0a6a009e-3ea0-4edd-9e41-4b5da6d912ba")
    assert screen.at.title.values == []
    assert screen.alert == ("warning", REFUSED, REASONS[page])
    assert not screen.at.main.button
    assert asked_of_servicenow(demo) == []


@pytest.mark.parametrize("page", ["troubleshooting", "counts", "connector"])
def test_a_refusal_is_written_down(services: Services, page: str):
    """A page opened without permission is in the access log, with the permission that was missing."""
    agent = sign_in(services, "member")
    Screen(agent, page)
    (event,) = services.audit.recent()
    assert (event.agent_key, event.action, event.outcome) == (agent.key, "page.open", "refused")
    permission = {"troubleshooting": "users.search", "counts": "counts.view", "connector": "connector.read"}[page]
    assert event.detail == permission


@pytest.mark.parametrize("persona", ["auditor", "member"])
def test_nobody_is_looked_up_for_nothing(services: Services, demo: Running, persona: str):
    """A refused page asks neither the directory nor ServiceNow, whichever person is in the address."""
    Screen(sign_in(services, persona), "troubleshooting", person="0a6a009e-3ea0-4edd-9e41-4b5da6d912ba")
    assert demo.instance.request_log.entries() == []


def test_rights_that_end_with_a_new_sign_in(services: Services):
    """The session decides which pages open, not the agent's name or an earlier tab."""
    lead = sign_in(services, "team-lead")
    assert [title.value for title in Screen(lead, "counts").at.title] == ["Incident counts"]
    _, demoted = services.sessions.start(
        issuer=lead.issuer, tenant_id=lead.tenant_id, object_id=lead.object_id, name=lead.name, roles=["Helpdesk.Agent"]
    )
    assert Screen(demoted, "counts").alert == ("warning", REFUSED, REASONS["counts"])


@pytest.mark.parametrize("roles", [["Helpdesk.Boss"], ["helpdesk.lead"], ["Auditor", ""]])
def test_unknown_roles_grant_nothing(services: Services, roles: list[str]):
    """A role that the dashboard does not know, or in another spelling, opens no page."""
    _, agent = services.sessions.start(issuer="i", tenant_id="t", object_id="o", name="Somebody", roles=roles)
    for page in ("troubleshooting", "counts", "connector"):
        assert Screen(agent, page).alert[1] == REFUSED
