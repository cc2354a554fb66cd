"""The ``Link`` header of a list, to the letter as captured: ``<URL>;rel="first",<URL>;rel="next"``, without spaces."""

from __future__ import annotations

from collections.abc import Iterator


def link_header(
    url: str, query: str, *, limit: int, offset: int, total: int | None, more: bool, prev_on_first_page: bool = False
) -> str:
    """Return the header, or an empty text when everything fits on one page.

    The URL repeats the caller's parameters in the caller's own encoding; limit and offset are moved to the end, limit
    first where the caller sent one of them, offset first where they sent neither.

    Args:
        url: The list's address without parameters.
        query: The request's raw query string.
        limit: The limit that was granted, which may be below the one that was asked for.
        offset: The page's offset.
        total: How many rows match before access rules; None when they were not counted (then there is no ``last``).
        more: Whether rows follow behind this page.
        prev_on_first_page: Older releases name a ``prev`` with a negative offset on the first page.
    """
    if limit < 1 or (offset == 0 and not more):
        return ""
    kept = [part for part in query.split("&") if part and not part.startswith(("sysparm_limit=", "sysparm_offset="))]
    asked = len(kept) < len([part for part in query.split("&") if part])

    def relations() -> Iterator[tuple[str, int]]:
        yield "first", 0
        if offset or prev_on_first_page:
            yield "prev", offset - limit if prev_on_first_page else max(offset - limit, 0)
        if more:
            yield "next", offset + limit
        if total:
            yield "last", (total - 1) // limit * limit

    def address(at: int) -> str:
        tail = [f"sysparm_limit={limit}", f"sysparm_offset={at}"]
        return f"{url}?{'&'.join([*kept, *(tail if asked else reversed(tail))])}"

    return ",".join(f'<{address(at)}>;rel="{name}"' for name, at in relations())
