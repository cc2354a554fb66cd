"""The card Prerequisites on the connector page: each is checked live, at the press of a button."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from snlib.demo.core.faults import Fault
from snlib.demo.server import Running
from snlib.errors import PermissionDenied
from snlib.helpdesk import runtime
from snlib.helpdesk.connector import prerequisites
from snlib.helpdesk.services import Services
from tests.pages.screen import Screen
from tests.support import connected_desk, desk_of, restored, sign_in, verify

LABELS = list(prerequisites.LABELS.values())
LINE = re.compile(r'aria-label="(\w+)".*?<strong>([^<]+)</strong><div>([^<]*)</div>', re.DOTALL)


def lines(screen: Screen) -> dict[str, tuple[str, str]]:
    """Each line's outcome and text, by label."""
    (html,) = (node.proto.body for node in screen.elements if node.type == "html" and LABELS[0] in node.proto.body)
    return {label: (outcome, text) for outcome, label, text in LINE.findall(html)}


def with_licence_check(services: Services) -> Services:
    """Switch the check of licences on."""
    changed = replace(services, settings=services.settings.model_copy(update={"licence_check": True}))
    runtime.install(changed)
    return changed


def test_on_demand(services: Services, demo: Running):
    """Opening the page sends no request; the button checks once, and opening the page again does not."""
    screen = Screen(sign_in(services, "intune-administrator"), "connector")
    assert "not checked yet" in screen.text
    assert demo.instance.request_log.entries() == []
    screen.press("Check")
    asked = len(demo.instance.request_log.entries())
    assert asked > 0
    assert list(lines(screen)) == LABELS
    screen.run()
    assert len(demo.instance.request_log.entries()) == asked
    screen.press("Check again")
    assert len(demo.instance.request_log.entries()) > asked
    checks = [event.detail for event in services.audit.recent() if event.action == "prerequisites.check"]
    assert len(checks) == 2
    assert checks[0].startswith("provider ok, role ok, licence skipped, servicenow_role skipped, connector ok")


def test_everything_in_place(services: Services):
    """With a verified connector and an authenticated administrator every line is done, and the licence not required."""
    desk = connected_desk(services, "intune-administrator")
    verify(desk)
    found = lines(Screen(desk.agent, "connector").press("Check"))
    assert {label: outcome for label, (outcome, _) in found.items()} == {
        "Sign-in provider": "done",
        "Your role": "done",
        "Licence": "skipped",
        "Your ServiceNow role": "done",
        "Connector verified": "done",
    }
    assert found["Licence"][1] == "Not required here."
    assert found["Your ServiceNow role"][1] == "ingrid.vogel has admin."
    assert "Intune Administrator" in found["Your role"][1]


def test_who_may_only_look(services: Services):
    """Who may not change the connector can check too, and reads who could grant it."""
    desk = connected_desk(services, "helpdesk-agent")
    found = lines(Screen(desk.agent, "connector").press("Check"))
    assert "Connector.Admin" in found["Your role"][1]
    assert found["Your ServiceNow role"] == ("done", "hugo.lambert has itil.")
    assert found["Connector verified"][0] == "done"


def test_an_unverified_connector(unverified: Services):
    """Before a test has passed ServiceNow is not asked for roles, and the line says what to press."""
    found = lines(Screen(sign_in(unverified, "helpdesk-agent"), "connector").press("Check"))
    assert found["Your ServiceNow role"][0] == "skipped"
    assert found["Connector verified"] == ("warning", "The connector is saved but not tested.")


def test_the_provider_does_not_answer(services: Services, demo: Running):
    """A provider that fails is one failed line; the others are checked all the same."""
    agent = sign_in(services, "intune-administrator")
    with restored(demo):
        demo.instance.faults.order(Fault(f"/{demo.instance.tenant_id}/v2.0/.well-known", "502", count=9))
        found = lines(Screen(agent, "connector").press("Check"))
    assert found["Sign-in provider"] == (
        "failed",
        "Demo Entra ID answered HTTP 502 where its discovery document should be.",
    )
    assert found["Your role"][0] == "done"


@pytest.mark.parametrize("kind", ["not_json", "redirect", "truncated_malformed"])
def test_a_provider_that_answers_something_else(services: Services, demo: Running, kind: str):
    """An answer that is no discovery document is a failed line, not an exception."""
    agent = sign_in(services, "intune-administrator")
    with restored(demo):
        demo.instance.faults.order(Fault(f"/{demo.instance.tenant_id}/v2.0/.well-known", kind, count=9))
        assert lines(Screen(agent, "connector").press("Check"))["Sign-in provider"][0] == "failed"


def test_the_licence(services: Services, demo: Running):
    """With the check on, the licence is recognised by the service plan Remote Help, whatever the product's name."""
    with_licence_check(services)
    agent = sign_in(services, "intune-administrator")
    outcome, text = lines(Screen(agent, "connector").press("Check"))["Licence"]
    assert outcome == "done"
    assert "Microsoft_Intune_Suite" in text
    storage = demo.instance.storage
    bought = storage.rows("SELECT * FROM subscribed_sku WHERE servicePlans LIKE '%REMOTE_HELP%'")
    for row in bought:
        storage.update("subscribed_sku", row["sys_id"], {"capabilityStatus": "Suspended"})
    try:
        suspended = lines(Screen(agent, "connector").press("Check"))["Licence"]
        for row in bought:
            storage.delete("subscribed_sku", row["sys_id"])
        none = lines(Screen(agent, "connector").press("Check"))["Licence"]
    finally:
        for row in bought:
            storage.delete("subscribed_sku", row["sys_id"])
        storage.insert_many("subscribed_sku", bought)
    assert suspended[0] == "failed"
    assert none == ("failed", "The tenant has neither Intune Suite nor Remote Help.")


def test_who_may_not_see_licences(services: Services, demo: Running):
    """Who may neither see licences nor change the connector reads nothing about them, and Graph is not asked."""
    with_licence_check(services)
    agent = sign_in(services, "helpdesk-agent")
    demo.instance.request_log.clear()
    outcome, text = lines(Screen(agent, "connector").press("Check"))["Licence"]
    assert outcome == "skipped"
    assert "You can&#39;t see licences" in text
    assert not any("subscribedSkus" in entry.path for entry in demo.instance.request_log.entries())


def test_licences_cannot_be_read(services: Services, demo: Running):
    """A refusal of Microsoft Graph is a failed line that names the permission."""
    with_licence_check(services)
    agent = sign_in(services, "intune-administrator")
    with restored(demo):
        demo.instance.faults.order(Fault("/v1.0/subscribedSkus", "403", count=9))
        outcome, text = lines(Screen(agent, "connector").press("Check"))["Licence"]
    assert outcome == "failed"
    assert "Organization.Read.All" in text


def test_roles_that_do_not_read_incidents(services: Services, demo: Running):
    """An account whose roles read no incidents, and one that shows none, get a warning with what to add."""
    desk = connected_desk(services, "helpdesk-agent")
    storage = demo.instance.storage
    (user,) = storage.find("sys_user", user_name="hugo.lambert")
    (grant,) = storage.find("sys_user_has_role", user=user["sys_id"])
    (other,) = storage.find("sys_user_role", name="snc_read_only")
    storage.update("sys_user_has_role", grant["sys_id"], {"role": other["sys_id"]})
    storage.update("sys_user", user["sys_id"], {"roles": ""})
    try:
        wrong = lines(Screen(desk.agent, "connector").press("Check"))["Your ServiceNow role"]
        storage.delete("sys_user_has_role", grant["sys_id"])
        none = lines(Screen(desk.agent, "connector").press("Check"))["Your ServiceNow role"]
    finally:
        storage.delete("sys_user_has_role", grant["sys_id"])
        storage.insert("sys_user_has_role", grant)
        storage.update("sys_user", user["sys_id"], {"roles": user["roles"]})
    assert wrong[0] == "warning"
    assert wrong[1].startswith("hugo.lambert has snc_read_only; none of the roles that read incidents")
    assert none[0] == "warning"
    assert none[1].startswith("ServiceNow shows no role of hugo.lambert")


def test_hidden_roles(services: Services, demo: Running):
    """Where the table of roles is refused, the roles written into the user's record count."""
    desk = connected_desk(services, "helpdesk-agent")
    with restored(demo):
        demo.instance.faults.order(Fault("/api/now/table/sys_user_has_role", "403", count=9))
        found = lines(Screen(desk.agent, "connector").press("Check"))
    assert found["Your ServiceNow role"] == ("done", "hugo.lambert has itil.")


def test_servicenow_is_not_asked_when_it_must_not_be(services: Services, demo: Running):
    """While the connector is off its own line says so, and ServiceNow is asked nothing."""
    desk = connected_desk(services, "intune-administrator")
    services.connector.set_enabled(desk.agent, enabled=False, expected_version=services.connector.load().version)
    with restored(demo):
        found = lines(Screen(desk.agent, "connector").press("Check"))
        assert not any(entry.path.startswith("/api/now") for entry in demo.instance.request_log.entries())
    assert found["Your ServiceNow role"][0] == "skipped"
    assert found["Connector verified"] == ("warning", "The connector is switched off.")


@pytest.mark.parametrize("persona", ["auditor", "member"])
def test_who_may_not_read_the_connector(services: Services, demo: Running, persona: str):
    """Without the permission the server refuses the check, too; nothing is asked, and the refusal is logged."""
    desk = desk_of(services, persona)
    demo.instance.request_log.clear()
    with pytest.raises(PermissionDenied):
        prerequisites.check(desk)
    assert demo.instance.request_log.entries() == []
    event = services.audit.recent()[0]
    assert (event.action, event.outcome, event.detail) == ("prerequisites.check", "refused", "connector.read")
