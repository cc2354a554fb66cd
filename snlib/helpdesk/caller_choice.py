"""Which of several ServiceNow users a person is: an agent's choice, checked against what ServiceNow says each time."""

from __future__ import annotations

from snlib.directory import Person
from snlib.errors import InvalidInput
from snlib.helpdesk import incident_desk
from snlib.helpdesk.desk import Desk
from snlib.incidents import Caller, CallerMatch
from snlib.incidents.matching import with_choice

ACTION = "caller.choose"
_GONE = "This ServiceNow user does not match this person any more, so nothing was remembered. Choose another one."


def applied(desk: Desk, person: Person, match: CallerMatch) -> CallerMatch:
    """Return ``match`` with the remembered choice, as long as what was chosen still is among its candidates.

    Asks our database only, and only when several users match (permission ``incidents.view``).
    """
    if match.kind != "several":
        return match
    desk.require("incidents.view", action="caller.match", target=person.id)
    services = desk.services
    choice = services.caller_choices.find(person.id, services.connector.load().instance_url)
    if choice is None:
        return match
    return with_choice(match, choice.sys_id, chosen_by=choice.chosen_by, chosen_at=choice.chosen_at)


def choose(desk: Desk, person: Person, sys_id: str) -> Caller:
    """Remember for all agents which ServiceNow user the person is (permission ``incidents.view``).

    ServiceNow is asked again: only one of several who match at this moment can be chosen.

    Raises:
        PermissionDenied: The agent may not.
        InvalidInput: Key ``caller``: the user is not among those who match; nothing was remembered.
        SnlibError: As `incident_desk.match`, or the database cannot be written.
    """
    desk.require("incidents.view", action=ACTION, target=person.id)
    with desk.failure_noted(ACTION, target=person.id, target_name=person.name):
        match = incident_desk.match(desk, person)
        caller = next((one for one in match.candidates if one.sys_id == sys_id), None)
        if match.kind != "several" or caller is None:
            raise InvalidInput({"caller": _GONE})
        instance_url = desk.services.connector.load().instance_url
        desk.services.caller_choices.save(person.id, instance_url, sys_id, chosen_by=desk.agent.name)
    desk.note(ACTION, target=person.id, target_name=person.name, detail=f"{caller.user_name} {caller.sys_id}")
    return caller


def forget(desk: Desk, person: Person) -> None:
    """Undo the choice, so that the candidates are shown again (permission ``incidents.view``).

    Raises:
        PermissionDenied: The agent may not.
        StoreError: The database cannot be written.
    """
    desk.require("incidents.view", action=ACTION, target=person.id)
    desk.services.caller_choices.forget(person.id, desk.services.connector.load().instance_url)
    desk.note(ACTION, target=person.id, target_name=person.name, detail="choice undone")
