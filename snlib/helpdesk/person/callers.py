"""Which ServiceNow caller a person is: matched each time, or chosen by an agent when several match."""

from __future__ import annotations

from snlib.directory import Person
from snlib.errors import InvalidInput
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import ask
from snlib.helpdesk.desk import Desk, Permit
from snlib.incidents import Caller, CallerMatch, match_caller
from snlib.incidents.matching import match_record, with_choice

_GONE = "This ServiceNow user does not match this person any more, so nothing was saved. Choose another one."


def match(desk: Desk, person: Person) -> CallerMatch:
    """Return the ServiceNow caller that is this person, or why there is none (permission ``incidents.view``).

    It does not include an agent's earlier choice among several; see `applied`.
    """
    with desk.act(Act.CALLER_MATCH, person) as permit:
        return _match(permit, person)


def applied(desk: Desk, person: Person, found: CallerMatch) -> CallerMatch:
    """Return ``found`` with an agent's earlier choice, if that user is still among the candidates.

    Reads our database only, and only when several users match (permission ``incidents.view``).
    """
    if found.kind != "several":
        return found
    with desk.act(Act.CALLER_MATCH, person) as permit:
        choice = permit.services.caller_choices.find(person.id, desk.servicenow.url)
    if choice is None:
        return found
    return with_choice(found, choice.sys_id, chosen_by=choice.chosen_by, chosen_at=choice.chosen_at)


def choose(desk: Desk, person: Person, sys_id: str) -> Caller:
    """Save for all agents which ServiceNow user the person is (permission ``incidents.view``).

    ServiceNow is asked again: only a user who matches now can be chosen, and only when several do.

    Raises:
        InvalidInput: Key ``caller``: the user is not among those who match; nothing was saved.
    """
    with desk.act(Act.CALLER_CHOOSE, person) as permit:
        found = _match(permit, person)
        caller = next((one for one in found.candidates if one.sys_id == sys_id), None)
        if found.kind != "several" or caller is None:
            raise InvalidInput({"caller": _GONE})
        instance_url = permit.services.connector.load().instance_url
        permit.services.caller_choices.save(person.id, instance_url, sys_id, chosen_by=desk.agent.name)
        permit.detail = f"{caller.user_name} {caller.sys_id}"
    return caller


def forget(desk: Desk, person: Person) -> None:
    """Delete the choice, so that the candidates are shown again (permission ``incidents.view``)."""
    with desk.act(Act.CALLER_CHOOSE, person) as permit:
        permit.services.caller_choices.forget(person.id, permit.services.connector.load().instance_url)
        permit.detail = "choice undone"


def _match(permit: Permit, person: Person) -> CallerMatch:
    settings = permit.services.settings
    if settings.directory == "servicenow":
        return ask(permit, lambda gateway: match_record(gateway.table, person.id))
    return ask(permit, lambda gateway: match_caller(gateway.table, person, column=settings.caller_column))
