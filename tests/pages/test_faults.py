"""A faulty answer of ServiceNow ends in one notice with the right sentence, never in an exception."""

import pytest

from snlib.agent import Agent
from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person
from tests.support import connect, connected_desk, order, paths_asked, restored

LIST, STATS, USERS, TOKEN = (
    "/api/now/table/incident",
    "/api/now/stats/incident",
    "/api/now/table/sys_user",
    "/oauth_token.do",
)
AGAIN = "Authenticate ServiceNow"

FAULTS = [
    ("403", "ServiceNow refused", "ServiceNow's access rules do not let your account read"),
    ("429", "ServiceNow is busy", "ServiceNow is limiting requests. Try again in 30 s."),
    ("429_headers", "ServiceNow is busy", "ServiceNow is limiting requests. Try again in "),
    ("hibernating", "ServiceNow gave an unexpected answer", "This ServiceNow instance is asleep. Wake it in the"),
    (
        "truncated",
        "ServiceNow gave an unexpected answer",
        "ServiceNow gave up on this question because it took too long.",
    ),
    (
        "truncated_malformed",
        "ServiceNow gave an unexpected answer",
        "ServiceNow gave up on this question because it took",
    ),
    ("not_json", "ServiceNow gave an unexpected answer", "ServiceNow's answer had an unexpected form."),
    ("redirect", "ServiceNow gave an unexpected answer", "ServiceNow redirected the request unexpectedly, so it was"),
]


@pytest.fixture
def lead(services: Services) -> Agent:
    """A team lead, who may open every page about incidents, authenticated with ServiceNow."""
    return connected_desk(services, "team-lead").agent


def opened(lead: Agent, demo: Running, where: str) -> Screen:
    """Open the summary, the list or the counts page."""
    if where == "counts":
        return Screen(lead, "counts")
    return (open_person if where == "summary" else open_incidents)(lead, cast.busiest(demo))


@pytest.mark.parametrize(("kind", "title", "sentence"), FAULTS)
@pytest.mark.parametrize(("where", "path"), [("summary", STATS), ("list", LIST), ("counts", STATS)])
def test_a_fault(lead: Agent, demo: Running, where: str, path: str, kind: str, title: str, sentence: str):
    """Each fault is one notice that says what happened, without the answer's text; Refresh works once it is over."""
    order(demo, "fault", match=path, kind=kind, count=99)
    screen = opened(lead, demo, where)
    _, shown_title, shown = screen.alert
    assert shown_title == title
    assert sentence in shown
    assert not screen.metrics
    assert not screen.at.main.dataframe
    for raw in ("<html", "User Not Authorized", "Transaction cancelled", "Rate limit of 100"):
        assert raw not in screen.wire
    order(demo, "faults/clear")
    assert not screen.run().alerts


@pytest.mark.parametrize("where", ["summary", "list", "counts"])
def test_a_server_error(lead: Agent, demo: Running, where: str):
    """A server error that stays is a notice with a reference; the same reference is in the log."""
    order(demo, "fault", match="/api/now/", kind="500_html", count=99)
    kind, title, sentence = opened(lead, demo, where).alert
    assert (kind, title) == ("error", "ServiceNow failed")
    assert sentence.startswith("ServiceNow's address answered with an error page (HTTP 500) instead of data.")
    assert "Reference " in sentence


def test_the_reference_is_in_the_log(lead: Agent, demo: Running, caplog: pytest.LogCaptureFixture):
    """The reference of a notice finds the log line with what ServiceNow answered."""
    order(demo, "fault", match=LIST, kind="not_json", count=9)
    reference = open_incidents(lead, cast.busiest(demo)).alert[2].rpartition("Reference ")[2]
    (line,) = (record.getMessage() for record in caplog.records if record.name == "snlib.ui.notices")
    assert reference in line
    assert "ServiceNow" in line


def test_one_server_error_is_not_seen(lead: Agent, demo: Running):
    """A server error that passes is tried again and nobody sees it."""
    order(demo, "fault", match=LIST, kind="500_html", count=1)
    screen = open_incidents(lead, cast.busiest(demo))
    assert not screen.alerts
    assert len(screen.grid) > 0


def test_the_page_around_a_fault_stays(lead: Agent, demo: Running):
    """With ServiceNow failing, the person's details, the search box and the tabs are still there."""
    someone = cast.busiest(demo)
    order(demo, "fault", match="/api/now/", kind="403", count=99)
    screen = open_person(lead, someone)
    assert someone["jobTitle"] in screen.text
    assert screen.has_component("Find a person")
    assert [tab.label for tab in screen.at.tabs] == ["Summary", "ServiceNow incidents", "Devices", "Groups"]


def test_an_expired_token_is_renewed_once(lead: Agent, demo: Running):
    """A token that ServiceNow no longer takes is renewed and the question asked again; nobody notices."""
    someone = cast.busiest(demo)
    order(demo, "tokens/expire", user_name="lena.okafor")
    with restored(demo):
        screen = open_incidents(lead, someone)
        asked = paths_asked(demo)
    assert not screen.alerts
    assert len(screen.grid) == len(cast.incidents_of(demo, someone))
    assert asked == [USERS, TOKEN, USERS, LIST]


def test_a_token_refused_again(lead: Agent, demo: Running):
    """When the renewed token is refused too, one renewal was tried, and the way back is offered."""
    order(demo, "fault", match=LIST, kind="401", count=99)
    with restored(demo):
        order(demo, "fault", match=LIST, kind="401", count=99)
        screen = open_incidents(lead, cast.busiest(demo))
        assert paths_asked(demo) == [USERS, LIST, TOKEN, LIST]
    assert "ServiceNow did not accept your sign-in." in screen.alert[2]
    assert screen.has_component(AGAIN)


@pytest.mark.parametrize("where", ["summary", "list", "counts"])
def test_a_revoked_connection(lead: Agent, demo: Running, where: str):
    """After the tokens were revoked in ServiceNow the page offers to authenticate again, and names no cause."""
    order(demo, "tokens/revoke", user_name="lena.okafor")
    screen = opened(lead, demo, where)
    kind, title, sentence = screen.alert
    assert (kind, title) == ("warning", "Authenticate with ServiceNow")
    assert "did not renew your sign-in and did not say why" in sentence
    assert screen.component(AGAIN)["popup_url"].startswith("/servicenow/connect?purpose=agent")


def test_authenticating_again(services: Services, demo: Running):
    """After authenticating again the incidents are back."""
    desk = connected_desk(services, "team-lead")
    order(demo, "tokens/revoke", user_name="lena.okafor")
    screen = open_incidents(desk.agent, cast.busiest(demo))
    assert screen.has_component(AGAIN)
    assert connect(services, desk.agent, "team-lead").ok
    assert len(screen.run().grid) > 0
    assert not screen.alerts


def test_a_renewal_without_an_answer(lead: Agent, demo: Running):
    """When the token endpoint fails, the connection is kept and the page asks to wait, not to sign in again."""
    order(demo, "tokens/expire", user_name="lena.okafor")
    order(demo, "fault", match=TOKEN, kind="500_html", count=9)
    screen = open_incidents(lead, cast.busiest(demo))
    assert "Your ServiceNow sign-in could not be renewed just now. Try again in half a minute." in screen.alert[2]
    assert not screen.has_component(AGAIN)
    assert "Try again" in screen.buttons


def test_another_agents_trouble_is_his_own(services: Services, demo: Running):
    """Revoking one agent's tokens leaves another agent's connection as it is."""
    lead, agent = connected_desk(services, "team-lead"), connected_desk(services, "helpdesk-agent")
    order(demo, "tokens/revoke", user_name="lena.okafor")
    someone = cast.busiest(demo)
    assert open_incidents(lead.agent, someone).alerts
    assert not open_incidents(agent.agent, someone).alerts


@pytest.mark.parametrize(("kind", "word"), [("403", "Microsoft Graph"), ("hibernating", "Microsoft Graph")])
def test_the_directory_fails(lead: Agent, demo: Running, kind: str, word: str):
    """When the directory cannot answer for a person, the page says so and asks ServiceNow nothing."""
    someone = cast.busiest(demo)
    with restored(demo):
        order(demo, "fault", match="/v1.0/users", kind=kind, count=9)
        screen = open_person(lead, someone)
        assert word in " ".join(screen.alert)
        assert paths_asked(demo) == []


def test_no_token_is_ever_shown(lead: Agent, demo: Running, caplog: pytest.LogCaptureFixture):
    """Neither a page nor the log holds an access or refresh token, whatever went wrong."""
    someone = cast.busiest(demo)
    tokens = [row["token"] for row in demo.instance.storage.find("oauth_credential") if row["token"]]
    wires = [open_person(lead, someone).wire, open_incidents(lead, someone).wire]
    order(demo, "fault", match="/api/now/", kind="401", count=99)
    wires.append(Screen(lead, "counts").wire)
    assert len(tokens) >= 2
    for text in [*wires, caplog.text]:
        assert "sndemo_" not in text
        assert not any(token in text for token in tokens)
