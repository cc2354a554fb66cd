"""Which ServiceNow caller is this person? Exact, in one call, never a guess.

ServiceNow has no column for a user principal name; its own products compare it with User ID and Email
(https://www.servicenow.com/docs/r/it-asset-management/saas-license-management/map-user-data.html). The rules here are
tried in order and the first one that finds an account decides; when it finds several, none is chosen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from snlib.errors import InvalidInput
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Condition, Query, field
from snlib.servicenow.records import SYS_ID, Record
from snlib.text import plain_cell

MAX_ACCOUNTS = 50
MAX_ADDRESSES = 20
FIELDS = ("sys_id", "user_name", "email", "name", "active", "vip", "title", "department")

E_MAIL = "e-mail"
USER_NAME = "user name"


class MatchablePerson(Protocol):
    """What matching needs to know of a person."""

    @property
    def mail(self) -> str:
        """Mail address, or ``""``."""
        ...

    @property
    def username(self) -> str:
        """User principal name, or ``""``."""
        ...

    @property
    def proxy_addresses(self) -> tuple[str, ...]:
        """Every mail address."""
        ...

    @property
    def is_guest(self) -> bool:
        """Whether the user principal name is no real address."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """A ServiceNow user; texts are cleaned for display.

    Attributes:
        active: None when the field did not arrive, as ``vip``.
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
class CallerMatch:
    """The outcome.

    Attributes:
        kind: ``one``: ``caller`` is the person. ``none``: nobody. ``several``: the ``candidates``; nobody is chosen.
        matched_by: "e-mail" or "user name"; ``""`` when nobody matched.
        tried: What was compared, in order, e.g. "e-mail = anna@example.com"; empty when the person has no key at all.
        notes: What an agent should know, e.g. that the answer held accounts that do not match.
    """

    kind: Literal["one", "none", "several"]
    caller: Caller | None = None
    candidates: tuple[Caller, ...] = ()
    matched_by: str = ""
    tried: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    """One comparison. ``needs_no_other_mail``: the weak one, refused when the account has somebody else's e-mail."""

    column: Literal["user_name", "email"]
    value: str
    needs_no_other_mail: bool = False

    @property
    def key(self) -> str:
        return USER_NAME if self.column == "user_name" else E_MAIL

    @property
    def text(self) -> str:
        return f"{self.key} = {plain_cell(self.value)}"


def match_caller(table: TableClient, person: MatchablePerson) -> CallerMatch:
    """Return the ServiceNow user that is this person, with one call of the Table API; without any key, with none.

    Raises:
        SignInRequired: The agent must authenticate with ServiceNow.
        ServiceError: ServiceNow answered with an error.
        ServiceUnreachable: ServiceNow did not answer.
    """
    rules = []
    conditions: list[Condition] = []
    for rule in _rules(person):
        try:
            conditions.append(field(rule.column).equals(rule.value))
        except InvalidInput:
            continue  # a key that cannot be asked for safely can match nobody; it is not among what was tried
        rules.append(rule)
    if not conditions:
        return CallerMatch("none")
    query = Query().any_of(*conditions).order_by("user_name")
    page = table.page("sys_user", query, fields=FIELDS, limit=MAX_ACCOUNTS)
    # Where the instance sends no links, only its count can say that nothing is missing.
    whole = page.next_offset is None and (page.has_links or page.total is None or page.total <= len(page.records))
    return _decide(rules, page.records, person, whole=whole)


def _decide(rules: Sequence[_Rule], records: Sequence[Record], person: MatchablePerson, *, whole: bool) -> CallerMatch:
    own_addresses = {_folded(address) for address in (person.mail, person.username, *person.proxy_addresses) if address}
    tried = tuple(rule.text for rule in rules)
    known = {
        record.sys_id: record
        for record in records
        if SYS_ID.fullmatch(record.sys_id) and any(_equal(rule, record) for rule in rules)
    }
    notes: tuple[str, ...] = ()
    if len(known) < len({record.sys_id for record in records}):
        notes = ("ServiceNow also returned accounts that do not match this person; they were left out.",)
    for rule in rules:
        hits = [record for record in known.values() if _equal(rule, record)]
        if rule.needs_no_other_mail:
            hits = [record for record in hits if _folded(record.value("email")) in {"", *own_addresses}]
        callers = sorted(map(_caller, hits), key=lambda hit: (hit.active is False, hit.user_name.lower(), hit.sys_id))
        if len(callers) > 1:
            return CallerMatch("several", None, tuple(callers), "", tried, notes)
        if callers and whole:
            return CallerMatch("one", callers[0], tuple(callers), rule.key, tried, notes)
        if callers:
            more = "ServiceNow has more accounts than could be compared, so none was chosen."
            return CallerMatch("none", tried=tried, notes=(*notes, more))
    return CallerMatch("none", tried=tried, notes=notes)


def _rules(person: MatchablePerson) -> Iterator[_Rule]:
    """Yield the comparisons in order, each once, none for an empty key."""
    mail, upn = person.mail.strip(), person.username.strip()
    by_name, by_mail, by_upn = _Rule("user_name", upn), _Rule("email", mail), _Rule("email", upn)
    # A guest's user principal name is made up by the tenant; the mail address is the guest's own.
    ordered = [by_mail, by_name, by_upn] if person.is_guest else [by_name, by_mail, by_upn]
    ordered += [_Rule("email", address.strip()) for address in person.proxy_addresses[:MAX_ADDRESSES]]
    local_part, at, _ = upn.partition("@")
    if at and not person.is_guest:
        ordered.append(_Rule("user_name", local_part, needs_no_other_mail=True))
    seen: set[tuple[str, str]] = set()
    for rule in ordered:
        if rule.value and (rule.column, _folded(rule.value)) not in seen:
            seen.add((rule.column, _folded(rule.value)))
            yield rule


def _caller(record: Record) -> Caller:
    return Caller(
        sys_id=record.sys_id,
        name=plain_cell(record.value("name")),
        user_name=plain_cell(record.value("user_name")),
        email=plain_cell(record.value("email")),
        active=_flag(record.value("active")),
        vip=_flag(record.value("vip")),
        title=plain_cell(record.value("title")),
        department=plain_cell(record.display_value("department")),
    )


def _equal(rule: _Rule, record: Record) -> bool:
    # Checked again here: an instance drops a condition it cannot read and answers with its first rows.
    return _folded(record.value(rule.column)) == _folded(rule.value)


def _flag(value: str) -> bool | None:
    return {"true": True, "false": False}.get(value)


def _folded(text: str) -> str:
    # lower, not casefold: ß and ss are different people's letters.
    return unicodedata.normalize("NFC", text.strip().lower())
