"""The directory behind Microsoft Graph."""

from __future__ import annotations

from snlib.directory.person import Person, Photo, SearchResult
from snlib.directory.ranking import best_first
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
        people = best_first(map(person_of, page.users), clean_text(text))
        return SearchResult(people=people, more=page.more, total=page.total)

    def get(self, person_id: str) -> Person:
        """Return one person by object id (see ``Directory``)."""
        return person_of(self._client.get_user(person_id))

    def photo(self, person_id: str) -> Photo | None:
        """Return the person's photo (see ``Directory``)."""
        return self._client.photo(person_id)


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
        manager_id=user.manager_id,
        manager_name=user.manager_name,
        usage_location=user.usage_location,
    )
