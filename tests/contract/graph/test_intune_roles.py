"""Intune's own roles, asked of the demo's Graph with the agent's own token, as the dashboard's permissions."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from snlib.access import Permission
from snlib.agent import Agent
from snlib.clock import Clock, utc_now
from snlib.demo.core.faults import Fault
from snlib.demo.server import Running
from snlib.errors import ConfigurationError
from snlib.helpdesk import your_access
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.services import Services
from snlib.settings import AccessPolicy
from tests.entra import connect_graph
from tests.stores import HandClock
from tests.support import demo_services, desk_for

OPERATOR = "friedrich.maier@example.com"
"""Has Intune's role Help Desk Operator, and neither an app role nor a directory role."""
OPERATOR_MAY = {"users.search", "incidents.view", "devices.view", "connector.read"}
PATH = "/beta/deviceManagement/getEffectivePermissions(scope='*')"


@pytest.fixture
def make_services(fresh_demo: Running, tmp_path: Path) -> Iterator[Callable[..., Services]]:
    """Make services over a demo instance of the test's own, where Intune's permissions count."""
    with ExitStack() as stack:

        def make(clock: Clock = utc_now, **options: object) -> Services:
            access = AccessPolicy(intune_permissions=True)
            given = {"graph_access": "delegated", "access": access, **options}
            services = demo_services(fresh_demo, tmp_path, clock, **given)
            stack.callback(services.engine.dispose)
            return services

        yield make


def operator(services: Services, demo: Running) -> Agent:
    """The operator's session, as the sign-in makes it from the claims."""
    (row,) = demo.instance.storage.find("entra_user", mail=OPERATOR)
    _, agent = services.sessions.start(
        issuer=f"{demo.origin}/{demo.instance.tenant_id}/v2.0",
        tenant_id=demo.instance.tenant_id,
        object_id=row["id"],
        name=row["displayName"],
        email=OPERATOR,
        wids=["b79fbf4d-3ef9-4689-8143-76b194e85509"],
    )
    return agent


def held(desk: Desk) -> set[str]:
    """The permissions that the desk says yes to."""
    return {str(permission) for permission, one in your_access.decisions(desk).items() if one.allowed}


def asked(demo: Running) -> int:
    """How often Graph was asked for effective permissions."""
    return sum(requests.utils.unquote(entry.path) == PATH for entry in demo.instance.request_log.entries())


def test_an_operator_of_intune_works_at_the_helpdesk(make_services: Callable[..., Services], fresh_demo: Running):
    """Before connecting Graph he may do nothing; after it what his Intune role stands for, with one question."""
    services = make_services()
    desk = desk_for(services, operator(services, fresh_demo))
    assert held(desk) == set()
    assert asked(fresh_demo) == 0
    assert connect_graph(services, fresh_demo, desk.agent).ok
    assert held(desk) == OPERATOR_MAY
    assert desk.roles() == ("Intune role",)
    assert desk.may("devices.view").reason == "Granted by the Intune permission Microsoft.Intune_ManagedDevices_Read."
    assert asked(fresh_demo) == 1


def test_graph_in_trouble(make_services: Callable[..., Services], fresh_demo: Running):
    """When Graph fails the app roles count alone, it is left alone for five minutes, and then it is asked again."""
    clock = HandClock(utc_now())
    services = make_services(clock)
    desk = desk_for(services, operator(services, fresh_demo))
    assert connect_graph(services, fresh_demo, desk.agent).ok
    fresh_demo.instance.faults.order(Fault("/beta/", "403", count=1))
    assert held(desk) == set()
    clock.advance(minutes=4)
    assert held(desk) == set()
    clock.advance(minutes=1)
    assert held(desk) == OPERATOR_MAY


def test_somebody_elses_account_lends_nothing(make_services: Callable[..., Services], fresh_demo: Running):
    """Connecting Graph with the account of somebody who may more does not work, so it gives no permission either."""
    services = make_services()
    _, agent = services.sessions.start(
        issuer=f"{fresh_demo.origin}/{fresh_demo.instance.tenant_id}/v2.0",
        tenant_id=fresh_demo.instance.tenant_id,
        object_id=fresh_demo.instance.storage.find("entra_user", mail="mia.novak@example.com")[0]["id"],
        name="Mia Novak",
        email="mia.novak@example.com",
    )
    assert not connect_graph(services, fresh_demo, agent, "ingrid.vogel@example.com").ok
    assert held(desk_for(services, agent)) == set()


def test_the_applications_rights_are_nobodys(make_services: Callable[..., Services]):
    """With application access the setting is refused: everybody would be given what the application may."""
    with pytest.raises(ConfigurationError, match="needs SNLIB_GRAPH_ACCESS to be delegated"):
        make_services(graph_access="application")


def test_each_permission_is_answered(make_services: Callable[..., Services], fresh_demo: Running):
    """Your access has an answer for every permission, whatever Graph says."""
    services = make_services()
    desk = desk_for(services, operator(services, fresh_demo))
    assert set(your_access.decisions(desk)) == set(Permission)
    assert your_access.session_ends_at(desk) == desk.agent.signed_in_at + timedelta(hours=12)
