"""Each notice carries the act that it asks for: every class of error, at every place that asks a service."""

from __future__ import annotations

import pytest

from snlib import errors
from snlib.demo.server import Running
from snlib.helpdesk.desk import SESSION_ENDED
from snlib.helpdesk.services import Services
from snlib.ui import cache
from tests.pages import cast
from tests.pages.screen import Screen, open_person
from tests.support import connected_desk

SERVICENOW, GRAPH = "Authenticate ServiceNow", "Connect Microsoft Graph"
AGAIN, NOTHING, SIGN_IN = "Try again", "", "/login?next="
ERRORS = [
    (errors.SignInRequired("x"), SERVICENOW),
    (errors.RefreshRejected("x"), SERVICENOW),
    (errors.AuthorizationExpired("x", service="Microsoft Graph"), GRAPH),
    (errors.UnexpectedAnswer("x", service="ServiceNow", kind="login_page"), SERVICENOW),
    (errors.UnexpectedAnswer("x", service="ServiceNow", kind="hibernating"), AGAIN),
    (errors.ServiceUnreachable("x", service="ServiceNow", kind="timeout"), AGAIN),
    (errors.RateLimited("x", service="ServiceNow"), AGAIN),
    (errors.ServiceFailure("x", service="ServiceNow"), AGAIN),
    (errors.AccessRefused("x", service="Microsoft Graph"), AGAIN),
    (errors.RequestRejected("x", service="ServiceNow"), AGAIN),
    (errors.StoreError("x"), AGAIN),
    (errors.PermissionDenied("incidents.view", SESSION_ENDED), SIGN_IN),
    (errors.PermissionDenied("incidents.view", "x"), NOTHING),
    (errors.InvalidInput({"x": "y"}), NOTHING),
    (errors.RecordNotFound("x", service="ServiceNow"), NOTHING),
]
PLACES = {
    "person": ("person", "Groups"),
    "Summary": ("counts_of", "Summary"),
    "ServiceNow incidents": ("incidents_of", "ServiceNow incidents"),
    "caller": ("match", "ServiceNow incidents"),
    "Devices": ("devices_of", "Devices"),
    "Groups": ("groups_of", "Groups"),
    "counts": ("instance_counts", ""),
    "access_log": ("log_page", ""),
}


def acts(screen: Screen) -> set[str]:
    """What the page offers to do about a notice."""
    found = {label for label in (SERVICENOW, GRAPH) if screen.has_component(label)}
    found |= {AGAIN} & set(screen.buttons)
    return found | ({SIGN_IN} if SIGN_IN in screen.wire else set())


@pytest.mark.parametrize("place", PLACES)
def test_each_notice_carries_its_act(services: Services, demo: Running, monkeypatch: pytest.MonkeyPatch, place: str):
    """The button or link that the error asks for is there and no other one; every class at one place, three at each."""
    agent = connected_desk(services, "intune-administrator").agent
    question, tab = PLACES[place]
    raised: list[errors.SnlibError] = []

    def fail(*_: object, **__: object) -> None:
        raise raised[-1]

    monkeypatch.setattr(getattr(cache, question), "_ask", fail)
    for error, act in ERRORS if place == "Groups" else (ERRORS[0], ERRORS[4], ERRORS[-1]):
        raised.append(error)
        screen = open_person(agent, cast.busiest(demo), tab) if tab else Screen(agent, place)
        assert screen.alerts, (place, error)
        assert acts(screen) == ({act} if act else set()), (place, error)
