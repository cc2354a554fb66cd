"""Questions about people: find one, open one, who was opened lately."""

from __future__ import annotations

from snlib.directory import Person, Photo, RecentPerson, SearchResult
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.directories import ask_directory

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
    return ask_directory(desk, lambda directory: directory.search(text))


def person(desk: Desk, person_id: str) -> Person:
    """Return one person by key and remember that the agent opened it (permission ``users.search``).

    Raises:
        PermissionDenied: The agent may not search.
        SignInRequired: The directory must be connected first; ``service`` says which it is.
        RecordNotFound: Nobody has this id.
        ServiceError: What the directory answered.
        ServiceUnreachable: No answer.
    """
    desk.require("users.search", action="person.view", target=person_id)
    with desk.failure_noted("person.view", target=person_id):
        found = ask_directory(desk, lambda directory: directory.get(person_id))
    desk.services.recent.remember(desk.agent, found)
    desk.note("person.view", target=found.id, target_name=found.name, detail=found.username)
    return found


def photo(desk: Desk, person_id: str) -> Photo | None:
    """Return the person's photo, None without one (permission ``users.search``).

    Part of looking at the person, so the access log has no line of its own for it. Errors as `person`.
    """
    desk.require("users.search", action="person.view", target=person_id)
    return ask_directory(desk, lambda directory: directory.photo(person_id))


def recent(desk: Desk) -> tuple[RecentPerson, ...]:
    """Return the people the agent opened last, newest first, at most ten (permission ``users.search``)."""
    if not desk.may("users.search").allowed:
        return ()
    return tuple(desk.services.recent.list(desk.agent, limit=RECENT_PEOPLE))
