"""The directory behind ServiceNow's table of users, for an organisation without Microsoft Entra.

Every question is asked with the agent's own rights: what an access control rule hides is not found. ``LIKE`` of the
encoded query is blind to case; whether it minds accents is up to the instance's database, so a word is looked for in
e-mail and user ID as well, and a word with accents without them too.
"""

from __future__ import annotations

from snlib.directory.search_text import best_first, clean_text, folded
from snlib.errors import InvalidInput, RecordNotFound
from snlib.graph import Person, Photo, SearchResult
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Condition, Query, field
from snlib.servicenow.records import Record, is_key

TABLE = "sys_user"
SERVICE = "ServiceNow"
MAX_WORDS = 5

FIELDS = (
    *("sys_id", "user_name", "email", "name", "first_name", "last_name", "title", "department", "company"),
    *("location", "city", "country", "phone", "mobile_phone", "active", "employee_number"),
)
_SEARCHED = ("name", "email", "user_name")
_MISSING = "This person is not in the directory: the address names nobody."


class ServiceNowDirectory:
    """A ``Directory`` of the instance's users; one call of the Table API a question."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def search(self, text: str, limit: int = 25) -> SearchResult:
        """Return up to ``limit`` people by display name or address, the best match first (see ``Directory``)."""
        cleaned = clean_text(text)
        words = cleaned.split()[:MAX_WORDS]
        query = Query()
        for word in words:
            query = query.any_of(*_conditions(word))
        page = self._table.page(TABLE, query.order_by("name"), FIELDS, limit=limit + 1)
        # Looked at again here: an instance drops a condition it cannot read and answers with its first rows.
        found = [record for record in page.records if is_key(record.sys_id) and _matches(record, words)]
        people = best_first(map(_person_of, found), cleaned)
        all_match = len(found) == len(page.records)
        more = len(found) > limit or (all_match and page.next_offset is not None)
        total = page.total if all_match and page.total is not None and page.total >= len(found) else None
        return SearchResult(people[:limit], more=more or (total or 0) > len(found), total=total)

    def get(self, person_id: str) -> Person:
        """Return one person by sys_id, with the manager's name (see ``Directory``)."""
        if not is_key(person_id):
            raise RecordNotFound(_MISSING, service=SERVICE, detail="not a sys_id")
        try:
            record = self._table.get(TABLE, person_id, (*FIELDS, "manager"))
        except RecordNotFound as error:
            gone = "This person is not in the directory: removed, or hidden from your account."
            about = {"detail": error.detail, "transaction_id": error.transaction_id}
            raise RecordNotFound(gone, service=SERVICE, status=error.status, **about) from error
        if record.sys_id != person_id:
            raise RecordNotFound(_MISSING, service=SERVICE, detail="another record came back")
        return _person_of(record)

    def photo(self, person_id: str) -> Photo | None:
        """Return None: photos of users are attachments, which the Table API does not give."""
        del person_id
        return None


def _person_of(record: Record) -> Person:
    stored, shown = record.value, record.display_value
    has_manager = is_key(stored("manager"))
    return Person(
        id=record.sys_id,
        name=shown("name"),
        given_name=stored("first_name"),
        surname=stored("last_name"),
        mail=stored("email"),
        username=_principal_name(stored("user_name"), stored("email")),
        account_name=stored("user_name"),
        title=stored("title"),
        department=shown("department"),
        company=shown("company"),
        office=shown("location"),
        city=stored("city"),
        country=shown("country"),
        phones=(stored("phone"),),
        mobile=stored("mobile_phone"),
        account_enabled={"true": True, "false": False}.get(stored("active")),
        employee_id=stored("employee_number"),
        manager_id=stored("manager"),
        manager_name=shown("manager") if has_manager else "",
    )


def _principal_name(user_name: str, email: str) -> str:
    """Return what an incident list calls the caller's user principal name (`snlib.incidents.frames`)."""
    return user_name if "@" in user_name or not email else email


def _conditions(word: str) -> list[Condition]:
    try:
        conditions = [field(name).contains(word) for name in _SEARCHED]
    except InvalidInput as error:
        raise InvalidInput({"search": error.user_message}) from error
    plain = folded(word)
    if plain != word.casefold():
        conditions += [field(name).contains(plain) for name in _SEARCHED]
    return conditions


def _matches(record: Record, words: list[str]) -> bool:
    texts = [folded(record.value(name)) for name in _SEARCHED]
    return all(any(folded(word) in text for text in texts) for word in words)
