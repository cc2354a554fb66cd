"""The directory behind Microsoft Graph."""

from __future__ import annotations

import unicodedata

from snlib.directory.person import Person, SearchResult
from snlib.graph.client import GraphClient
from snlib.graph.search import clean_text
from snlib.graph.users import GraphUser


class GraphDirectory:
    """A ``Directory`` of the tenant's users; one call of Microsoft Graph a question."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    def search(self, text: str, limit: int = 25) -> SearchResult:
        """Return up to ``limit`` people by display name or address, the best match first (see ``Directory``)."""
        page = self._client.search_users(text, top=limit)
        wanted = _folded(clean_text(text))
        people = sorted((person_of(user) for user in page.users), key=lambda person: _rank(person, wanted))
        return SearchResult(people=tuple(people), more=page.more, total=page.total)

    def get(self, person_id: str) -> Person:
        """Return one person by object id (see ``Directory``)."""
        return person_of(self._client.get_user(person_id))


def person_of(user: GraphUser) -> Person:
    """Return the person a user of Microsoft Graph is."""
    name = user.display_name or f"{user.given_name} {user.surname}".strip() or user.user_principal_name or user.mail
    return Person(
        id=user.id,
        name=name or "(no name)",
        given_name=user.given_name,
        surname=user.surname,
        mail=user.mail,
        username=user.user_principal_name,
        title=user.job_title,
        department=user.department,
        company=user.company_name,
        office=user.office_location,
        city=user.city,
        country=user.country,
        phones=user.business_phones,
        mobile=user.mobile_phone,
        account_enabled=user.account_enabled,
        user_type=user.user_type,
        employee_id=user.employee_id,
        sam_account_name=user.on_premises_sam_account_name,
        proxy_addresses=user.proxy_addresses,
    )


def _rank(person: Person, wanted: str) -> tuple[int, str, str]:
    """Whole name or address first, then those that begin with the text, then the rest; by name within each."""
    texts = [_folded(text) for text in (person.name, person.mail, person.username) if text]
    if wanted in texts:
        place = 0
    elif any(text.startswith(wanted) for text in texts):
        place = 1
    else:
        place = 2
    return place, _folded(person.name), person.id


def _folded(text: str) -> str:
    """Return ``text`` without accents and case, so that "Ångström" stands among the A's."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
