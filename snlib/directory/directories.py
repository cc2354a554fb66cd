"""What every directory can be asked, and the one behind Microsoft Graph."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from snlib.directory.search_text import best_first, clean_text
from snlib.graph import GraphClient, Person, Photo, SearchResult, photos, users


class Directory(Protocol):
    """Where people are looked up.

    Every question raises `ServiceError` when the directory answers with an error, and `ServiceUnreachable` when it does
    not answer.
    """

    def search(self, text: str, limit: int = 25) -> SearchResult:
        """Return up to ``limit`` people by display name or address, the best match first.

        Raises:
            InvalidInput: ``search``: one sentence on what is wrong with the text; nothing was sent.
        """
        ...

    def get(self, person_id: str) -> Person:
        """Return one person by key.

        Raises:
            RecordNotFound: The key names nobody.
        """
        ...

    def photo(self, person_id: str) -> Photo | None:
        """Return the person's photo, None when there is none."""
        ...


class GraphDirectory:
    """A ``Directory`` of the tenant's users; one call of Microsoft Graph a question."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    def search(self, text: str, limit: int = 25) -> SearchResult:
        """Return up to ``limit`` people by display name or address, the best match first (see ``Directory``)."""
        cleaned = clean_text(text)
        found = users.search(self._graph, cleaned, limit=limit)
        return replace(found, people=best_first(found.people, cleaned))

    def get(self, person_id: str) -> Person:
        """Return one person by object id (see ``Directory``)."""
        return users.by_id(self._graph, person_id)

    def photo(self, person_id: str) -> Photo | None:
        """Return the person's photo (see ``Directory``)."""
        return photos.of_user(self._graph, person_id)
