"""A person as the dashboard knows one, whichever directory it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from snlib.graph.photos import Photo


@dataclass(frozen=True, slots=True)
class Person:
    """Anyone found in a directory. Texts are cleaned for display; what is unknown is ``""``.

    Attributes:
        id: The directory's own key (object id, or sys_id of ``sys_user``); it stands in the URL of the page.
        username: User principal name, or ServiceNow's user ID; may differ from ``mail``.
        phones: Business numbers; ``mobile`` is apart.
        account_enabled: None when the directory does not say.
        user_type: "Member" or "Guest".
        sam_account_name: Login name of the on-premises directory.
        proxy_addresses: Every mail address, the primary one first.
        manager_id: The manager's key, ``""`` when there is none, and in what a search found.
        usage_location: Country code (ISO 3166) for which licences are assigned.
    """

    id: str
    name: str
    given_name: str = ""
    surname: str = ""
    mail: str = ""
    username: str = ""
    title: str = ""
    department: str = ""
    company: str = ""
    office: str = ""
    city: str = ""
    country: str = ""
    phones: tuple[str, ...] = ()
    mobile: str = ""
    account_enabled: bool | None = None
    user_type: str = ""
    employee_id: str = ""
    sam_account_name: str = ""
    proxy_addresses: tuple[str, ...] = ()
    manager_id: str = ""
    manager_name: str = ""
    usage_location: str = ""

    @property
    def is_guest(self) -> bool:
        """Whether the person belongs to another organisation: the user principal name is then no real address."""
        return self.user_type.lower() == "guest" or "#ext#" in self.username.lower()

    @property
    def address(self) -> str:
        """What tells two people of the same name apart: the mail address, else the user principal name, else ``""``."""
        return self.mail or self.username


@dataclass(frozen=True, slots=True)
class SearchResult:
    """People found by one search.

    Attributes:
        more: Whether the directory knows more than these.
        total: How many match in all, where the directory said so.
    """

    people: tuple[Person, ...]
    more: bool
    total: int | None = None


class Directory(Protocol):
    """Where people are looked up."""

    def search(self, text: str, limit: int = 25) -> SearchResult:
        """Return up to ``limit`` people by display name or address, the best match first.

        Raises:
            InvalidInput: ``search``: one sentence on what is wrong with the text; nothing was sent.
            ServiceError: The directory answered with an error.
            ServiceUnreachable: The directory did not answer.
        """
        ...

    def get(self, person_id: str) -> Person:
        """Return one person by key.

        Raises:
            RecordNotFound: The key names nobody.
            ServiceError: The directory answered with another error.
            ServiceUnreachable: The directory did not answer.
        """
        ...

    def photo(self, person_id: str) -> Photo | None:
        """Return the person's photo, None when there is none.

        Raises:
            ServiceError: The directory answered with an error.
            ServiceUnreachable: The directory did not answer.
        """
        ...


__all__ = ["Directory", "Person", "Photo", "SearchResult"]
