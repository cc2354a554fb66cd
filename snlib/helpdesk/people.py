"""Questions about people: find one, open one, who was opened lately."""

from __future__ import annotations

from snlib.directory import Person, RecentPerson, SearchResult
from snlib.helpdesk.desk import Desk

RECENT_PEOPLE = 10


def search(desk: Desk, text: str) -> SearchResult:
    """Return the people whose display name or e-mail matches ``text`` (permission ``users.search``).

    Raises:
        PermissionDenied: The agent may not search.
        InvalidInput: Key ``search``: nothing was sent.
        ServiceError: What the directory answered.
        ServiceUnreachable: No answer.
    """
    desk.require("users.search", action="person.search")
    return desk.services.directory.search(text)


def person(desk: Desk, person_id: str) -> Person:
    """Return one person by object id and remember that the agent opened it (permission ``users.search``).

    Raises:
        PermissionDenied: The agent may not search.
        RecordNotFound: Nobody has this id.
        ServiceError: What the directory answered.
        ServiceUnreachable: No answer.
    """
    desk.require("users.search", action="person.view", target=person_id)
    found = desk.services.directory.get(person_id)
    desk.services.recent.remember(desk.agent, found)
    desk.note("person.view", target=found.id, detail=found.username)
    return found


def recent(desk: Desk) -> tuple[RecentPerson, ...]:
    """Return the people the agent opened last, newest first, at most ten (permission ``users.search``)."""
    if not desk.may("users.search").allowed:
        return ()
    return tuple(desk.services.recent.list(desk.agent, limit=RECENT_PEOPLE))
