"""People: found by name and address, opened by object id, remembered and written down."""

from dataclasses import replace

import pytest

from snlib.demo.server import Running
from snlib.errors import AccessRefused, InvalidInput, RecordNotFound, ServiceError
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import finding, people
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.support import desk_of, order


@pytest.fixture
def desk(services: Services) -> Desk:
    """A helpdesk agent's desk."""
    return desk_of(services, "helpdesk-agent")


def test_found_and_opened(desk: Desk, demo: Running):
    """A search finds the person; opening adds the manager, remembers it for this agent and writes it down."""
    (found,) = (hit.person for hit in finding.find(desk, "Mia Novak").hits if hit.person.name == "Mia Novak")
    row = cast.named(demo, "Mia Novak")
    (manager,) = demo.instance.storage.find("entra_user", id=row["manager_id"])
    assert found.id == row["id"]
    assert (found.manager_id, found.manager_name, found.usage_location) == ("", "", row["usageLocation"])
    assert people.person(desk, found.id) == replace(
        found,
        manager_id=manager["id"],
        manager_name=manager["displayName"],
    )
    assert [one.id for one in people.recent(desk)] == [found.id]
    event = desk._services.audit.recent()[0]
    assert (event.action, event.target, event.outcome) == ("person.view", found.id, "ok")


def test_searching_remembers_nobody(desk: Desk):
    """A search alone is neither remembered nor written down as a view."""
    finding.find(desk, "novak")
    assert people.recent(desk) == ()
    assert desk._services.audit.recent() == []


@pytest.mark.parametrize("text", ["x^y", "a" * 500, "", " "])
def test_a_text_that_cannot_be_searched_for(desk: Desk, demo: Running, text: str):
    """A bad text is refused with one sentence under the key of the search box, and nothing is sent."""
    with pytest.raises(InvalidInput) as caught:
        finding.find(desk, text)
    assert set(caught.value.fields) == {"search"}
    assert demo.instance.request_log.entries() == []


def test_nobody_has_this_id(desk: Desk):
    """An unknown id is not remembered."""
    with pytest.raises(RecordNotFound):
        people.person(desk, "00000000-0000-4000-8000-000000000000")
    assert people.recent(desk) == ()


def test_a_directory_that_refuses(desk: Desk, demo: Running):
    """The directory's refusal comes through as such, and names the directory."""
    order(demo, "fault", match="/v1.0/users", kind="403", count=9)
    with pytest.raises(AccessRefused) as caught:
        finding.find(desk, "novak")
    assert isinstance(caught.value, ServiceError)
    assert caught.value.service == "Microsoft Graph"
