"""Which ServiceNow caller a person is: matched each time, or chosen by an agent when several match."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from snlib.directory import Person
from snlib.errors import InvalidInput, RecordNotFound, SnlibError
from snlib.graph import users
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import ask
from snlib.helpdesk.desk import Desk, Permit
from snlib.incidents import Caller, CallerMatch, match_caller
from snlib.incidents.matching import IncidentCaller, match_record, with_choice

MAX_PEOPLE = 5
"""People whom a caller's keys may name; each is then compared with a call of ServiceNow."""

_GONE = "This ServiceNow user does not match this person any more, so nothing was saved. Choose another one."


@dataclass(frozen=True, slots=True)
class PeopleOfCaller:
    """The people who are a caller; ``none_proven``: the whole directory was asked, and nobody has a key of theirs."""

    people: tuple[Person, ...]
    none_proven: bool


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
        return _applied(permit, person, found)


def connected_as_another(desk: Desk) -> bool:
    """Return whether the account that the agent authenticated with is none that matches the agent's own sign-in.

    An account named like the sign-in is the agent's without asking; any other is compared by the rules of `match`
    (permission ``incidents.view``). False where ServiceNow did not say which account it is.
    """
    agent, account = desk.agent, desk.servicenow.connected_as.casefold()

    def is_account(user_name: str) -> bool:
        return bool(user_name) and (account == user_name.casefold() or account.endswith(f"({user_name.casefold()})"))

    with desk.act(Act.CALLER_MATCH) as permit:
        if not account or any(map(is_account, (agent.username, agent.email, agent.username.partition("@")[0]))):
            return False
        found = match_entra(permit, _as_person(permit))
        return not any(is_account(one.user_name) for one in found.candidates)


def people_of(permit: Permit, caller: IncidentCaller) -> PeopleOfCaller:
    """Return the people whom `match` and `applied` take for ``caller``, or among whose candidates the caller is.

    The directory names who may be meant, by every key of the caller and by agents' earlier choices; who is meant is
    decided as on the person's own page. The directory is Microsoft Graph: a person of ServiceNow is the caller.

    Raises:
        SnlibError: What directory and instance raise.
    """
    graph = permit.services.graph_for(permit.agent)
    known = users.with_keys(graph, caller.addresses, caller.account_name, limit=MAX_PEOPLE)
    chosen = permit.services.caller_choices.people_of(caller.caller_sys_id, permit.desk.servicenow.url)
    people = {person.id: person for person in known.people}
    for person_id in chosen[:MAX_PEOPLE]:
        if person_id not in people:
            with suppress(RecordNotFound):
                people[person_id] = users.by_id(graph, person_id)
    meant = []
    for person in people.values():
        found = _applied(permit, person, _match(permit, person))
        if caller.caller_sys_id in {one.sys_id for one in ([found.caller] if found.caller else found.candidates)}:
            meant.append(person)
    nobody_has_a_key = caller.visible and not people and not known.more
    return PeopleOfCaller(tuple(meant), nobody_has_a_key)


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


def _applied(permit: Permit, person: Person, found: CallerMatch) -> CallerMatch:
    if found.kind != "several":
        return found
    choice = permit.services.caller_choices.find(person.id, permit.desk.servicenow.url)
    if choice is None:
        return found
    return with_choice(found, choice.sys_id, chosen_by=choice.chosen_by, chosen_at=choice.chosen_at)


def _as_person(permit: Permit) -> Person:
    """Return the agent as the directory knows them, with every address; else with those of the sign-in."""
    agent = permit.agent
    with suppress(SnlibError):
        return users.by_id(permit.services.graph_for(agent), agent.object_id)
    return Person(agent.object_id, agent.name, mail=agent.email, username=agent.username)


def _match(permit: Permit, person: Person) -> CallerMatch:
    if permit.services.settings.directory == "servicenow":
        return ask(permit, lambda gateway: match_record(gateway.table, person.id))
    return match_entra(permit, person)


def match_entra(permit: Permit, person: Person) -> CallerMatch:
    """Return the ServiceNow user that is this person of Microsoft Entra, by the rules of `match_caller`."""
    column = permit.services.settings.caller_column
    return ask(permit, lambda gateway: match_caller(gateway.table, person, column=column))
