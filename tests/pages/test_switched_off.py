"""With the exchange switched off no page sends anything to ServiceNow, and each says who switched it off and when."""

import pytest

from snlib.agent import Agent
from snlib.demo.server import Running
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person
from tests.stores import HandClock
from tests.support import connected_desk, desk_of, paths_asked

OFF = "The ServiceNow connector is switched off"


def switch(services: Services, *, on: bool) -> None:
    """Let an administrator switch the exchange on or off."""
    desk = desk_of(services, "intune-administrator")
    saved = connector_desk.settings(desk)
    draft = connector_desk.ConnectorDraft(on, saved.instance_url, saved.incident_api_path, saved.client_id)
    connector_desk.save(desk, draft, expected_version=saved.version)


@pytest.fixture
def clock() -> HandClock:
    """A clock that is always at 9:00 UTC."""
    return HandClock()


@pytest.fixture
def lead(demo: Running, serve, clock: HandClock) -> Agent:
    """A team lead with a live token; the exchange was switched off afterwards and the request log emptied."""
    services = serve(demo, clock)
    agent = connected_desk(services, "team-lead").agent
    switch(services, on=False)
    demo.instance.request_log.clear()
    return agent


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_the_incidents_tab_says_who_and_when(lead: Agent, demo: Running, zone: str):
    """The tab says who switched it off and when, in the viewer's time zone."""
    screen = Screen(lead, "troubleshooting", timezone=zone, person=cast.busiest(demo)["id"], tab="ServiceNow incidents")
    kind, title, sentence = screen.alert
    assert (kind, title) == ("info", OFF)
    assert "switched off by Ingrid Vogel" in sentence
    assert ("2026-11-23 at 09:00" if zone == "UTC" else "2026-11-23 at 18:00") in sentence


def test_no_page_sends_anything(lead: Agent, demo: Running):
    """Home, Summary, the list, the counts and the connector page send nothing to ServiceNow."""
    someone = cast.busiest(demo)
    screens = [
        Screen(lead),
        open_person(lead, someone),
        open_incidents(lead, someone, filters='{"state":["1"]}'),
        Screen(lead, "counts"),
        Screen(lead, "connector"),
    ]
    assert paths_asked(demo) == []
    for screen in screens:
        assert not screen.has_component("Authenticate ServiceNow")
        assert not screen.at.main.dataframe


def test_what_was_on_screen_goes(demo: Running, serve, clock: HandClock):
    """Rows already read are not shown any more at the next run, and a Refresh is not offered."""
    services = serve(demo, clock)
    screen = open_incidents(connected_desk(services, "helpdesk-agent").agent, cast.busiest(demo))
    assert len(screen.grid) > 0
    switch(services, on=False)
    demo.instance.request_log.clear()
    screen.run()
    assert screen.alert[1] == OFF
    assert not screen.at.main.dataframe
    assert "Refresh" not in screen.buttons
    assert paths_asked(demo) == []


def test_on_again(demo: Running, serve, clock: HandClock):
    """Switched on again, the incidents are back without authenticating anew."""
    services = serve(demo, clock)
    agent = connected_desk(services, "helpdesk-agent").agent
    someone = cast.busiest(demo)
    switch(services, on=False)
    screen = open_incidents(agent, someone)
    assert screen.alert[1] == OFF
    switch(services, on=True)
    assert len(screen.run().grid) == len(cast.incidents_of(demo, someone))


def test_markup_in_the_administrators_name(demo: Running, serve, clock: HandClock):
    """The name of who switched it off stays text."""
    services = serve(demo, clock)
    agent = desk_of(services, "helpdesk-agent").agent
    switch(services, on=False)
    with services.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE connector SET toggled_by = '![x](http://evil.test/x.png) **Bo**'")
    screen = open_incidents(agent, cast.busiest(demo))
    assert "![x](" not in screen.at.main.info[0].value
    assert "![x](http://evil.test/x.png) **Bo**" in screen.alert[2]
