"""Opening a person, the photo, and the people opened recently."""

from __future__ import annotations

from snlib.directory import Person, Photo, RecentPerson
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import ask_directory
from snlib.helpdesk.desk import Desk, Target

RECENT_PEOPLE = 10


def person(desk: Desk, person_id: str) -> Person:
    """Return one person by key and remember that the agent opened them (permission ``users.search``).

    Raises:
        RecordNotFound: No person has this key.
    """
    with desk.act(Act.PERSON_VIEW, Target(person_id)) as permit:
        found = ask_directory(permit, lambda directory: directory.get(person_id))
        permit.services.recent.remember(desk.agent, found)
        permit.about, permit.detail = found, found.username
    return found


def photo(desk: Desk, person_id: str) -> Photo | None:
    """Return the person's photo, None without one (permission ``users.search``)."""
    with desk.act(Act.PERSON_PHOTO, Target(person_id)) as permit:
        return ask_directory(permit, lambda directory: directory.photo(person_id))


def recent(desk: Desk) -> tuple[RecentPerson, ...]:
    """Return the people the agent opened last, newest first, at most ten; none without the permission to search."""
    if not desk.may("users.search").allowed:
        return ()
    with desk.act(Act.PERSON_RECENT) as permit:
        return tuple(permit.services.recent.list(desk.agent, limit=RECENT_PEOPLE))
