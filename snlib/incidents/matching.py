"""Which ServiceNow caller is this person, or called about an incident? Exact, in one call, never a guess.

ServiceNow has no column for a user principal name; its own products compare it with User ID and Email
(https://www.servicenow.com/docs/r/it-asset-management/saas-license-management/map-user-data.html). The rules here are
tried in order and the first one that finds an account decides; when it finds several, none is chosen here: an agent
may choose one of them (`with_choice`). Where an organisation keeps user principal names in a column of its own, as the
vendor suggests (https://www.servicenow.com/docs, "Create the User Principal Name field"), that column is asked first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from snlib.errors import AccessRefused, InvalidInput, RecordNotFound, RequestRejected
from snlib.graph import Person
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Condition, Query, field
from snlib.servicenow.records import Record, is_key
from snlib.text import plain_cell

MAX_ACCOUNTS = 50
MAX_ADDRESSES = 20
FIELDS = ("sys_id", "user_name", "email", "name", "active", "vip", "title", "department")

MAX_RECORDS = 10
"""Of one number: a number is no key, and an instance may hold several records of it."""

_NUMBER_FIELDS = ("sys_id", "number", "caller_id", "caller_id.email", "caller_id.user_name")

CONFIGURED = "configured column"
RECORD = "ServiceNow record"
_NO_COLUMN = "ServiceNow has no column {} that your account can read, so it was not compared."


@dataclass(frozen=True, slots=True)
class Caller:
    """A ServiceNow user; texts are cleaned for display, ``active`` and ``vip`` None when they did not arrive.

    ``name`` is the user's, else a key: it is never empty.
    """

    sys_id: str
    name: str
    user_name: str
    email: str
    active: bool | None = None
    vip: bool | None = None
    title: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class IncidentCaller:
    """Whom an incident is about; without a caller, or with a hidden one, all but the number is ``""``.

    Attributes:
        caller_name: What the form shows, else a key; ``""`` for a record that is deleted or hidden.
        own_column: What the organisation's own column holds (`match_caller`).
    """

    number: str
    caller_sys_id: str
    caller_name: str
    email: str
    user_name: str
    own_column: str = ""

    @property
    def visible(self) -> bool:
        """Whether user ID and e-mail both came: neither is empty or hidden."""
        return bool("@" in self.email and self.user_name)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses by which a directory may know the caller, each once."""
        given = (self.own_column, self.user_name, self.email)
        return tuple(dict.fromkeys(_folded(text) for text in given if "@" in text))

    @property
    def keys(self) -> tuple[str, ...]:
        """What a directory can be asked for, as words, each once: "user ID = anna.berg"."""
        given = {"user ID": self.user_name, "e-mail": self.email, "user principal name": self.own_column}
        asked = {name: value for name, value in given.items() if "@" in value or (value and name == "user ID")}
        first = {_folded(value): f"{name} = {value}" for name, value in reversed(asked.items())}
        return tuple(reversed(first.values()))

    @property
    def account_name(self) -> str:
        """The user ID where it is no address: an account name, or the part of an address before the @."""
        return "" if "@" in self.user_name else self.user_name


@dataclass(frozen=True, slots=True)
class CallerMatch:
    """The outcome.

    Attributes:
        kind: ``one``: ``caller`` is the person. ``none``: nobody. ``several``: the ``candidates``; nobody is chosen.
        candidates: Whom the comparison found: of kind ``one`` more than one only when somebody chose.
        matched_by: "e-mail", "user name", "configured column" or "ServiceNow record"; ``""`` when nobody matched.
        tried: What was compared, in order, e.g. "e-mail = anna@example.com"; empty when the person has no key at all.
        notes: What an agent should know, e.g. that the answer held accounts that do not match.
        chosen_by: The name of the agent who chose ``caller`` among several, at ``chosen_at`` (aware UTC).
    """

    kind: Literal["one", "none", "several"]
    caller: Caller | None = None
    candidates: tuple[Caller, ...] = ()
    matched_by: str = ""
    tried: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    chosen_by: str = ""
    chosen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """One comparison; ``needs_no_other_mail`` is the weak one, refused when the account has somebody else's e-mail."""

    column: str
    value: str
    needs_no_other_mail: bool = False

    @property
    def key(self) -> str:
        return {"user_name": "user name", "email": "e-mail"}.get(self.column, CONFIGURED)

    @property
    def text(self) -> str:
        name = self.column if self.key == CONFIGURED else self.key
        return f"{name} = {plain_cell(self.value)}"


def match_caller(table: TableClient, person: Person, *, column: str = "") -> CallerMatch:
    """Return the ServiceNow user that is this person, with one call of the Table API; without any key, with none.

    Args:
        table: Asks the instance as the agent.
        person: Who is looked for.
        column: The organisation's own column of ``sys_user`` with user principal names, asked first with a call of its
            own: an instance drops a condition on a column it does not have, and the usual comparison must not suffer.
            An instance without the column costs a note, not the match.

    Raises:
        SnlibError: What a client raises.
    """
    first = CallerMatch("none")
    if column and (username := person.username.strip()):
        try:
            first = _matched(table, person, [_Rule(column, username)], column=column)
        except (AccessRefused, RequestRejected):
            first = CallerMatch("none", notes=(_NO_COLUMN.format(column),))
        if first.kind != "none":
            return first
    usual = _matched(table, person, _rules(person))
    return replace(usual, tried=(*first.tried, *usual.tried), notes=(*first.notes, *usual.notes))


def _matched(table: TableClient, person: Person, candidates: Iterable[_Rule], column: str = "") -> CallerMatch:
    rules = []
    conditions: list[Condition] = []
    for rule in candidates:
        try:
            conditions.append(field(rule.column).equals(rule.value))
        except InvalidInput:
            continue  # a key that cannot be asked for safely can match nobody; it is not among what was tried
        rules.append(rule)
    if not conditions:
        return CallerMatch("none")
    query = Query().any_of(*conditions).order_by("user_name")
    fields = (*FIELDS, column) if column else FIELDS
    page = table.page("sys_user", query, fields=fields, limit=MAX_ACCOUNTS)
    if column and page.records and not any(column in record for record in page.records):
        return CallerMatch("none", notes=(_NO_COLUMN.format(column),))
    # Where the instance sends no links, only its count can say that nothing is missing.
    whole = page.next_offset is None and (page.has_links or page.total is None or page.total <= len(page.records))
    return _decide(rules, page.records, person, whole=whole)


def match_record(table: TableClient, sys_id: str) -> CallerMatch:
    """Return the ServiceNow user with this key, for a person who was found in ServiceNow itself: nothing is compared.

    Raises:
        SnlibError: As `match_caller`; a user who is not there is a match of kind ``none``.
    """
    tried = (f"{RECORD} = {plain_cell(sys_id)}",)
    nobody = CallerMatch("none", tried=tried)
    if not is_key(sys_id):
        return nobody  # an empty key would be the address of the whole list
    try:
        caller = _caller_of(table.get("sys_user", sys_id, FIELDS))
    except RecordNotFound:
        return nobody
    return CallerMatch("one", caller, (caller,), RECORD, tried) if caller.sys_id == sys_id else nobody


def callers_of_number(
    client: TableClient, number: str, table: str = "incident", *, column: str = ""
) -> tuple[IncidentCaller, ...]:
    """Return the callers of the incidents with this number, none when the account can read no such incident.

    Of several incidents with the same caller the first is returned.

    Args:
        client: Asks with the agent's rights.
        number: With its prefix, in any case.
        table: The connector's.
        column: The organisation's own column of user principal names, as for `match_caller`; ``""`` for none.

    Raises:
        InvalidInput: The number cannot be asked for; nothing was sent. Beside it what a client raises.
    """
    fields = (*_NUMBER_FIELDS, f"caller_id.{column}") if column else _NUMBER_FIELDS
    page = client.page(table, Query().where(field("number").equals(number)), fields, limit=MAX_RECORDS)
    # An instance that drops the condition answers with any incidents; none of them is the one.
    found = [record for record in page.records if record.value("number").casefold() == number.casefold()]
    callers = [_incident_caller(record, column) for record in found]
    return tuple({caller.caller_sys_id: caller for caller in reversed(callers)}.values())[::-1]


def _incident_caller(record: Record, column: str) -> IncidentCaller:
    sys_id, shown = record.value("caller_id"), plain_cell(record.display_value("caller_id"))
    email, user_name = (plain_cell(record.value(f"caller_id.{name}")) for name in ("email", "user_name"))
    own_column = plain_cell(record.value(f"caller_id.{column}")) if column else ""
    # Of a user who is gone, the form shows nothing, or the bare key.
    name = (shown if shown != sys_id else "") or user_name or email or own_column
    return IncidentCaller(plain_cell(record.value("number")), sys_id, name, email, user_name, own_column)


def with_choice(match: CallerMatch, sys_id: str, *, chosen_by: str, chosen_at: datetime) -> CallerMatch:
    """Return ``match`` with the caller that an agent chose; unchanged unless it is one of several candidates."""
    caller = next((one for one in match.candidates if one.sys_id == sys_id), None)
    if match.kind != "several" or caller is None:
        return match
    return replace(match, kind="one", caller=caller, chosen_by=chosen_by, chosen_at=chosen_at)


def _decide(rules: Sequence[_Rule], records: Sequence[Record], person: Person, *, whole: bool) -> CallerMatch:
    own_addresses = {_folded(address) for address in (person.mail, person.username, *person.addresses) if address}
    tried = tuple(rule.text for rule in rules)
    known = {
        record.sys_id: record
        for record in records
        if is_key(record.sys_id) and any(_equal(rule, record) for rule in rules)
    }
    notes: tuple[str, ...] = ()
    if len(known) < len({record.sys_id for record in records}):
        notes = ("ServiceNow also returned accounts that do not match this person; they were left out.",)
    for rule in rules:
        hits = [record for record in known.values() if _equal(rule, record)]
        if rule.needs_no_other_mail:
            hits = [record for record in hits if _folded(record.value("email")) in {"", *own_addresses}]
        callers = sorted(
            map(_caller_of, hits), key=lambda hit: (hit.active is False, hit.user_name.lower(), hit.sys_id)
        )
        if len(callers) > 1:
            return CallerMatch("several", None, tuple(callers), rule.key, tried, notes)
        if callers and whole:
            return CallerMatch("one", callers[0], tuple(callers), rule.key, tried, notes)
        if callers:
            more = "ServiceNow has more accounts than could be compared, so none was chosen."
            return CallerMatch("none", tried=tried, notes=(*notes, more))
    return CallerMatch("none", tried=tried, notes=notes)


def _rules(person: Person) -> Iterator[_Rule]:
    """Yield the comparisons in order, each once, none for an empty key."""
    mail, upn = person.mail.strip(), person.username.strip()
    by_name, by_mail, by_upn = _Rule("user_name", upn), _Rule("email", mail), _Rule("email", upn)
    # A guest's user principal name is made up by the tenant; the mail address is the guest's own.
    ordered = [by_mail, by_name, by_upn] if person.is_guest else [by_name, by_mail, by_upn]
    ordered += [_Rule("email", address) for address in person.addresses[:MAX_ADDRESSES]]
    ordered.append(_Rule("user_name", person.account_name, needs_no_other_mail=True))
    local_part, at, _ = upn.partition("@")
    if at and not person.is_guest:
        ordered.append(_Rule("user_name", local_part, needs_no_other_mail=True))
    seen: set[tuple[str, str]] = set()
    for rule in ordered:
        if rule.value and (rule.column, _folded(rule.value)) not in seen:
            seen.add((rule.column, _folded(rule.value)))
            yield rule


def _caller_of(record: Record) -> Caller:
    flags = {"true": True, "false": False}
    return Caller(
        sys_id=record.sys_id,
        name=next(filter(None, (plain_cell(record.value(key)) for key in ("name", "user_name", "email", "sys_id")))),
        user_name=plain_cell(record.value("user_name")),
        email=plain_cell(record.value("email")),
        active=flags.get(record.value("active")),
        vip=flags.get(record.value("vip")),
        title=plain_cell(record.value("title")),
        department=plain_cell(record.display_value("department")),
    )


def _equal(rule: _Rule, record: Record) -> bool:
    # Checked again here: an instance drops a condition it cannot read and answers with its first rows.
    return _folded(record.value(rule.column)) == _folded(rule.value)


def _folded(text: str) -> str:
    # lower, not casefold: ß and ss are different people's letters.
    return unicodedata.normalize("NFC", text.strip().lower())
