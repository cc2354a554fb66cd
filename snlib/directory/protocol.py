"""What every directory can be asked."""

from __future__ import annotations

from typing import Protocol

from snlib.graph import Person, Photo, SearchResult


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
