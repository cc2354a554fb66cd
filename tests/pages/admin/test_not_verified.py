"""Agents are served once the connector is verified and on; until then they read who can verify it."""

import pytest

from snlib.access import AccessPolicy
from snlib.demo.server import Running
from snlib.errors import ConnectorOff
from snlib.helpdesk.connect import round_trip
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person
from tests.support import connected_desk, desk_for, desk_of, paths_asked, sign_in, verify

TITLE = "The ServiceNow connector is not verified"
ASK = (
    "Nothing is sent to ServiceNow until a connection test has passed. Whoever has the app role Connector.Admin or the "
    "Intune Administrator role can verify it on the page ServiceNow connector."
)
PRESS = (
    "Nothing is sent to ServiceNow until a connection test has passed. Open the page ServiceNow connector and press "
    "Test connection."
)


@pytest.mark.parametrize(
    ("persona", "sentence"), [("helpdesk-agent", ASK), ("team-lead", ASK), ("intune-administrator", PRESS)]
)
def test_nobody_is_served(unverified: Services, demo: Running, persona: str, sentence: str):
    """Summary, list and counts say what is missing and who can do it; nothing is sent, nobody can authenticate."""
    agent, someone = sign_in(unverified, persona), cast.busiest(demo)
    demo.instance.request_log.clear()
    screens = [open_person(agent, someone), open_incidents(agent, someone)]
    screens += [Screen(agent, "counts")] if persona != "helpdesk-agent" else []
    for screen in screens:
        assert screen.alert == ("info", TITLE, sentence)
        assert not screen.has_component("Authenticate ServiceNow")
    with pytest.raises(ConnectorOff, match="not verified"):
        round_trip.begin(desk_for(unverified, agent), "agent", return_path="/", mode="popup")
    assert paths_asked(demo) == []


def test_verified_meanwhile(unverified: Services, demo: Running):
    """Once an administrator's test has passed, the same page offers to authenticate."""
    screen = open_person(sign_in(unverified, "helpdesk-agent"), cast.busiest(demo))
    assert screen.alert[1] == TITLE
    verify(desk_of(unverified, "intune-administrator"))
    assert screen.run().has_component("Authenticate ServiceNow")
    assert not screen.alerts


def test_other_settings_end_it(services: Services, demo: Running):
    """Settings saved without a test stop what was served until then, rows already read included."""
    agent = connected_desk(services, "helpdesk-agent").agent
    screen = open_incidents(agent, cast.busiest(demo))
    assert len(screen.grid) > 0
    admin = Screen(sign_in(services, "intune-administrator"), "connector")
    (api,) = (one for one in admin.at.text_input if one.label == "ServiceNow incident API URL")
    api.set_value("/api/now/v2/table/incident")
    admin.press("Save")
    demo.instance.request_log.clear()
    assert screen.run().alert[1] == TITLE
    assert not screen.at.main.dataframe
    assert paths_asked(demo) == []


def test_markup_in_the_name_of_a_role(demo: Running, serve):
    """The names of app roles come from the settings and stay text."""
    policy = AccessPolicy(app_roles="L1=Helpdesk.Agent,![x](http://evil.test/x.png)=Connector.Admin")
    agent = sign_in(serve(demo, verified=False, access=policy), "helpdesk-agent", "L1")
    screen = open_person(agent, cast.busiest(demo))
    assert "![x](" not in screen.at.main.info[0].value
    assert "![x](http://evil.test/x.png)" in screen.alert[2]
