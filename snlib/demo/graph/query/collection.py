"""Answers that are collections other than users: a page of rows, the count, the next link."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from snlib.demo.graph.call import Call
from snlib.demo.graph.errors import bad_request
from snlib.demo.graph.query.paging import next_query, own_parameters, read_offset, read_options, read_page_rows
from snlib.demo.graph.query.parsing import known_name
from snlib.demo.graph.query.properties import Row


def page(
    call: Call,
    context: str,
    rows: Sequence[Row],
    show: Callable[[Row], dict[str, Any]],
    *,
    counts: bool,
    default_rows: int,
    max_rows: int,
) -> dict[str, Any]:
    """Return the page of a collection that a request asks for.

    Args:
        call: The request, with ``$top`` and ``$skiptoken``.
        context: The end of ``@odata.context``.
        rows: The whole collection in its order.
        show: Makes an object of a row.
        counts: Whether ``@odata.count`` is given.
        default_rows: The page size without ``$top``.
        max_rows: The largest page size.

    Raises:
        GraphError: 400; ``$top`` or ``$skiptoken`` is wrong.
    """
    options, parameters = read_options(call.request), own_parameters(call.request)
    begin = read_offset(options.get("$skiptoken", ""), parameters)
    end = begin + read_page_rows(options.get("$top", ""), default_rows, max_rows)
    answer: dict[str, Any] = {"@odata.context": call.context(context)}
    if counts:
        answer["@odata.count"] = len(rows)
    if end < len(rows):
        answer["@odata.nextLink"] = f"{call.instance.origin}{call.path}?{next_query(parameters, end)}"
    answer["value"] = [show(row) for row in rows[begin:end]]
    return answer


def allow_options(call: Call, *names: str) -> dict[str, str]:
    """Return a request's options, which may be these only.

    Raises:
        GraphError: 400; there is another one.
    """
    options = read_options(call.request)
    for name in options:
        if name not in {*names, "$format"}:
            raise bad_request(f"The query option '{name}' is not supported for this request.")
    return options


def selected(text: str, known: Collection[str], type_name: str) -> tuple[str, ...] | None:
    """Return the properties of a ``$select`` in the spelling of ``known``, or ``None`` without one.

    Raises:
        GraphError: 400; a property is unknown.
    """
    if not text:
        return None
    names: list[str] = []
    for part in text.split(","):
        name = known_name(part, known)
        if not name:
            raise bad_request(
                f"Parsing OData Select and Expand failed: Could not find a property named '{part.strip()[:64]}' on "
                f"type 'microsoft.graph.{type_name}'."
            )
        if name not in names:
            names.append(name)
    return tuple(names)


def select_context(names: Collection[str] | None) -> str:
    """Return the end of a context for a selection: ``(id,displayName)``, or nothing without one."""
    return f"({','.join(names)})" if names is not None else ""
