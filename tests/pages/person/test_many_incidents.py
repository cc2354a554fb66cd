"""A person with more incidents than one load: the first at once, the rest behind a progress bar, then all of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snlib.agent import Agent
from snlib.demo.server import Running
from snlib.helpdesk import runtime
from snlib.helpdesk.services import Services
from snlib.ui.person import incident_list
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents
from tests.support import connected_desk, order, paths_asked, restored

LIST = "/api/now/table/incident"
CLOSED = '{"state":["7"]}'
MANY, LIMIT = 1_300, 1_200


@pytest.fixture
def busiest(start_demo: Callable[..., Running]) -> tuple[Running, dict[str, str]]:
    """An instance where one person has 1,300 incidents."""
    demo = start_demo(incidents=60)
    someone = cast.busiest(demo)
    template = cast.incidents_of(demo, someone)[0]
    row = demo.instance.storage.get("incident", template["sys_id"])
    for number in range(MANY - len(cast.incidents_of(demo, someone))):
        state = "7" if number % 2 else "1"
        new = {"sys_id": f"{number:032x}", "number": f"INC9{number:06d}", "state": state, "assignment_group": ""}
        demo.instance.storage.insert("incident", {**row, **new})
    return demo, someone


def agent_of(services: Services) -> Agent:
    """A helpdesk agent who has authenticated with ServiceNow."""
    return connected_desk(services, "helpdesk-agent").agent


def closed_in(demo: Running, someone: dict[str, str]) -> int:
    """How many of the person's incidents are closed."""
    return len(cast.incidents_of(demo, someone, "state = '7'"))


def test_the_rest_follows(serve: Callable[..., Services], busiest, monkeypatch: pytest.MonkeyPatch):
    """The first 500 are on the page before the rest is asked for; then all are, and a filter asks nothing."""
    demo, someone = busiest
    agent = agent_of(serve(demo))
    seen: list[tuple[float, str]] = []
    bar = incident_list.st.progress

    def progress(value: float, text: str = ""):
        drawn = bar(value, text)
        real = drawn.progress
        drawn.progress = lambda share, words: (seen.append((share, words)), real(share, words))[1]
        return drawn

    monkeypatch.setattr(incident_list.st, "progress", progress)
    screen = open_incidents(agent, someone)
    assert seen[0][1] == "Reading incidents from ServiceNow: 500 of 1,300"
    assert seen[-1] == (1.0, "Reading incidents from ServiceNow: 1,300 of 1,300")
    assert any(caption.startswith("**1,300 of 1,300**") for caption in screen.captions)
    assert len(screen.grid) == MANY
    with restored(demo):
        screen.at.query_params["filters"] = CLOSED
        screen.run()
        assert paths_asked(demo) == []
    assert len(screen.grid) == closed_in(demo, someone)


def limited(serve: Callable[..., Services], demo: Running) -> Services:
    """Services whose operator lets 1,200 incidents of a person be loaded."""
    services = serve(demo)
    object.__setattr__(services, "settings", services.settings.model_copy(update={"max_incident_rows": LIMIT}))
    runtime.install(services)
    return services


def test_the_operators_limit(serve: Callable[..., Services], busiest):
    """Beyond the limit the line says what is loaded of how many, and a filter is answered by the instance, whole."""
    demo, someone = busiest
    screen = open_incidents(agent_of(limited(serve, demo)), someone)
    assert any(caption.startswith("**1,200 of 1,300** incidents loaded") for caption in screen.captions)
    assert len(screen.grid) == LIMIT
    screen.at.query_params["filters"] = CLOSED
    screen.run()
    closed = closed_in(demo, someone)
    assert len(screen.grid) == closed > 500
    assert any(
        caption.startswith(f"**{closed} of {closed}** incidents that match the filters") for caption in screen.captions
    )


def test_what_stops_on_the_way(serve: Callable[..., Services], busiest):
    """When ServiceNow stops answering on the way, what was loaded stays on the page, and it says so."""
    demo, someone = busiest
    agent = agent_of(serve(demo))
    order(demo, "fault", match=LIST, kind="500_html", count=99, skip=1)
    screen = open_incidents(agent, someone)
    assert len(screen.grid) == 500
    assert screen.alerts


def test_refresh_reads_the_long_list_again(serve: Callable[..., Services], busiest):
    """After Refresh the list is loaded anew, and what is new is in it."""
    demo, someone = busiest
    screen = open_incidents(agent_of(serve(demo)), someone)
    row = demo.instance.storage.get("incident", f"{0:032x}")
    demo.instance.storage.insert("incident", {**row, "sys_id": "f" * 32, "number": "INC9999999"})
    screen.press("Refresh")
    assert len(screen.grid) == MANY + 1


def test_a_rerun_keeps_the_long_list(serve: Callable[..., Services], busiest):
    """Another run of the page draws the long list without asking ServiceNow."""
    demo, someone = busiest
    screen: Screen = open_incidents(agent_of(serve(demo)), someone)
    with restored(demo):
        screen.run()
        assert paths_asked(demo) == []
    assert len(screen.grid) == MANY
