"""The incident form and list of the ServiceNow part, behind every address that opens a record."""

import uuid
from urllib.parse import quote

import pytest

from tests.demo.browsing import Browser

HIDDEN_GROUP = "Security Incident Response"


@pytest.fixture
def incident(demo):
    """An incident of Mia Novak with a text that looks like markup, of this test alone."""
    storage = demo.instance.storage
    mia = storage.find("sys_user", user_name="mia.novak")[0]
    values = {
        "number": f"INC9{uuid.uuid4().int % 10**9:09d}",
        "caller_id": mia["sys_id"],
        "short_description": "Printer <b>jam</b> & O'Brien",
        "state": "3",
        "priority": "2",
        "opened_at": "2026-11-02 08:00:00",
        "sys_created_on": "2026-11-02 08:00:00",
    }
    sys_id = storage.insert("incident", values)
    yield storage.get("incident", sys_id)
    storage.delete("incident", sys_id)


@pytest.fixture
def agent(demo):
    """The browser of a technician (itil)."""
    return Browser(demo.origin).log_in("hugo.lambert", "demo")


def addresses(incident):
    """Every address that opens this incident (servicenow.md 8)."""
    target = f"incident.do?sys_id={incident['sys_id']}"
    return [
        f"/{target}",
        f"/incident.do?sysparm_query=number={incident['number']}",
        f"/nav_to.do?uri={quote(target, safe='')}",
        f"/nav_to.do?uri={target}",
        f"/nav_to.do?uri=%2F{quote(target, safe='')}",
        f"/now/nav/ui/classic/params/target/{quote(target, safe='')}",
        f"/now/sow/record/incident/{incident['sys_id']}",
    ]


@pytest.mark.parametrize("which", range(7))
def test_every_address_opens_the_incident(agent, incident, which):
    """Each documented form of a record's address opens the form of that record."""
    agent.open(addresses(incident)[which])
    assert agent.status_code == 200
    assert f"Incident {incident['number']}" in agent.text


@pytest.mark.parametrize("which", range(7))
def test_every_address_asks_for_the_login_and_leads_back(demo, incident, which):
    """Without a session each address leads through the login form to the record."""
    browser = Browser(demo.origin).open(addresses(incident)[which])
    assert browser.path == "/login.do"
    assert f"Incident {incident['number']}" in browser.log_in("hugo.lambert", "demo").text


def test_the_form_shows_labels_and_display_values(agent, incident):
    """The form shows names and labels, not sys_ids and numbers, and texts as text."""
    agent.open(addresses(incident)[0])
    for expected in ("Caller Mia Novak", "State On Hold", "Priority 2 - High", "Printer <b>jam</b> & O'Brien"):
        assert expected in agent.text
    assert "<b>" not in agent.html


def test_a_user_without_a_role_reads_his_own_incident_only(demo, incident):
    """Without a role one's own incident opens, and another's is Record not found."""
    assert (
        f"Incident {incident['number']}"
        in Browser(demo.origin).log_in("mia.novak", "demo").open(addresses(incident)[0]).text
    )
    other = demo.instance.storage.find("sys_user", user_name="hugo.lambert")[0]
    demo.instance.storage.update("incident", incident["sys_id"], {"caller_id": other["sys_id"]})
    refused = Browser(demo.origin).log_in("mia.novak", "demo").open(addresses(incident)[0])
    assert refused.status_code == 404
    assert "Record not found" in refused.text
    assert incident["number"] not in refused.text


def test_an_incident_of_the_hidden_group_is_not_found(demo, agent, incident):
    """An access control rule hides the hidden group's incidents from technicians, not from the administrator."""
    group = demo.instance.storage.find("sys_user_group", name=HIDDEN_GROUP)[0]
    demo.instance.storage.update("incident", incident["sys_id"], {"assignment_group": group["sys_id"]})
    assert "Record not found" in agent.open(addresses(incident)[0]).text
    admin = Browser(demo.origin).log_in("admin", "admin")
    assert f"Incident {incident['number']}" in admin.open(addresses(incident)[0]).text


@pytest.mark.parametrize(
    "path",
    [
        "/incident.do",
        "/incident.do?sys_id=" + "0" * 32,
        "/incident.do?sysparm_query=number=INC999999999999",
        "/incident.do?sysparm_query=active=true",
        "/now/sow/record/incident/nothing",
    ],
)
def test_what_names_no_record_is_not_found(agent, path):
    """An address that names no readable record is answered by Record not found."""
    assert "Record not found" in agent.open(path).text


@pytest.mark.parametrize(
    "path",
    [
        "/nav_to.do?uri=https%3A%2F%2Fevil.example%2F",
        "/nav_to.do?uri=%2F%2Fevil.example%2Fincident.do",
        "/nav_to.do?uri=javascript%3Aalert(1)",
        "/nav_to.do",
        "/now/nav/ui/classic/params/target/https%3A%2F%2Fevil.example",
    ],
)
def test_the_frames_lead_to_no_other_host(agent, path):
    """The wrapping addresses open pages of the instance only."""
    agent.open(path)
    assert agent.left_for == ""
    assert agent.status_code == 404


def test_the_list_pages_and_says_what_it_removed(demo, agent):
    """The list shows at most twenty rows, newest first, pages on, and counts rows that a rule removed."""
    storage = demo.instance.storage
    agent.open("/incident_list.do")
    newest = storage.rows("SELECT number, assignment_group FROM incident ORDER BY opened_at DESC, sys_id LIMIT 20")
    hidden = storage.find("sys_user_group", name=HIDDEN_GROUP)[0]["sys_id"]
    shown = [row["number"] for row in newest if row["assignment_group"] != hidden]
    assert [text for text in agent.page.links if text.startswith("INC")] == list(dict.fromkeys(shown))
    removed = len(newest) - len(shown)
    assert (f"removed from this list by Security constraints: {removed}" in agent.text) == bool(removed)
    assert "Previous page" in agent.follow("Next page").page.links


def test_home_offers_what_the_user_may_open(demo):
    """The menu shows registry and CORS rules to administrators only."""
    admin = Browser(demo.origin).log_in("admin", "admin").open("/")
    agent = Browser(demo.origin).log_in("hugo.lambert", "demo").open("/navpage.do")
    assert {"Application Registry", "CORS Rules"} <= set(admin.page.links)
    assert not {"Application Registry", "CORS Rules"} & set(agent.page.links)


def test_every_page_says_that_the_data_is_made_up(agent, incident):
    """The banner is on every page."""
    for path in ("/login.do", "/now/nav/ui/home", "/incident_list.do", addresses(incident)[0], "/oauth_auth.do"):
        assert "Demo instance: made-up data" in agent.open(path).text
