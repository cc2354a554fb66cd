"""The Table API: ``/api/now[/v1|/v2]/table/{table}[/{sys_id}]``.

The limit is applied to the database's rows *before* the access rules, so a page comes short or empty while later pages
hold rows; ``X-Total-Count`` counts before them, too (servicenow.md 1.2, 1.5).
"""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from snlib.demo.core.schema import TABLES
from snlib.demo.servicenow.api.exchange import Call, Reply, endpoint
from snlib.demo.servicenow.api.link_header import link_header
from snlib.demo.servicenow.api.media import read_record
from snlib.demo.servicenow.errors import (
    ApiError,
    field_not_queryable,
    invalid_table,
    method_not_supported,
    no_record,
    no_record_v1,
    write_refused,
)
from snlib.demo.servicenow.query import Compiled, compile_query
from snlib.demo.servicenow.records import writes
from snlib.demo.servicenow.records.display import Cell, Presenter

ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
VERSIONS = ("", "v1", "v2")
"""The path segments of the API's versions; without one the newest answers."""


def routes() -> list[BaseRoute]:
    """Return the Table API's routes."""
    return [
        Route(f"/api/now{part}/table/{rest}", endpoint(handler, version), methods=ALL_METHODS)
        for version, part in ((version, f"/{version}" if version else "") for version in VERSIONS)
        for rest, handler in (("{table}", _collection), ("{table}/{sys_id}", _member))
    ]


def _collection(call: Call) -> Reply:
    table = _table(call)
    if call.method == "GET":
        return _list(call, table)
    if call.method == "POST":
        return _create(call, table)
    raise method_not_supported(call.method)


def _member(call: Call) -> Reply:
    table = _table(call)
    row = call.instance.storage.get(table, call.names["sys_id"].lower())
    if call.method not in {"GET", "PUT", "PATCH", "DELETE"}:
        raise method_not_supported(call.method)
    if row is None or not call.access.reads_row(table, row):
        raise no_record()
    if call.method == "GET":
        return Reply({"result": _shown(call, table, row)})
    if call.method == "DELETE":
        if not call.access.deletes(table, row):
            raise write_refused("Delete")
        writes.delete(call.instance, table, row["sys_id"])
        return Reply(None, 204)
    if not call.access.updates(table, row):
        raise write_refused("Update")
    values = read_record(call.body, call.headers.get("content-type", ""))
    changed = writes.update(call.instance, call.viewer, table, row, values, display=call.params.input_display)
    if call.headers.get("x-no-response-body", "").strip().lower() == "true":
        return Reply(None, 204)
    return Reply({"result": _shown(call, table, changed)})


def _table(call: Call) -> str:
    """Return the table's name.

    Raises:
        ApiError: 400, there is no such table.
    """
    name = call.names["table"]
    if name not in TABLES:
        raise invalid_table(name)
    return name


def compiled(call: Call, table: str) -> Compiled:
    """Compile a call's query and plain parameters, and check that the user may query those fields.

    Raises:
        ApiError: 403, a field may not be read (or, on a hardened instance, does not exist).
    """
    query = compile_query(
        table,
        call.params.query,
        call.viewer,
        plain=call.params.plain,
        invalid_returns_no_rows=call.instance.switches.invalid_query_returns_no_rows,
    )
    check_fields(call, query)
    return query


def check_fields(call: Call, query: Compiled) -> None:
    """Check that the user may query every field a query touches.

    Raises:
        ApiError: 403, one may not be read (or, on a hardened instance, does not exist).
    """
    refused = not all(call.access.reads_field(place.table, place.column.name) for place in query.joins.places)
    hardened = call.instance.switches.query_acl_403 and "admin" not in call.viewer.roles
    if refused or (hardened and query.joins.unknown):
        raise field_not_queryable()


def _list(call: Call, table: str) -> Reply:
    params, storage = call.params, call.instance.storage
    if params.offset_rows < 0:
        raise ApiError(400, "Invalid sysparm_offset", "sysparm_offset must not be negative")
    query = compiled(call, table)
    cap = call.instance.switches.page_cap_rows
    limit = min(params.limit_rows, cap) if cap else params.limit_rows
    # One row more than the page tells whether there is a next one without counting.
    rows = storage.rows(
        f"SELECT t0.* FROM {query.source} WHERE {query.where} ORDER BY {query.order} LIMIT ? OFFSET ?",
        (*query.params, limit + 1, params.offset_rows),
    )
    page = rows[:limit]
    total = None if params.no_count else _count(call, query)
    presenter, fields = _presenter(call), params.fields_of(table)
    result = [presenter.record(table, row, fields) for row in page if call.access.reads_row(table, row)]
    if call.version == "v1" and not result:
        raise no_record_v1()
    headers = {}
    if total is not None:
        headers["X-Total-Count"] = str(total)
    elif call.instance.switches.no_count_header == "page":
        headers["X-Total-Count"] = str(len(result))
    link = _link(call, limit, total, more=len(rows) > limit)
    if link and not params.suppress_link:
        headers["Link"] = link
    return Reply({"result": result}, headers=headers)


def _count(call: Call, query: Compiled) -> int:
    rows = call.instance.storage.rows(f"SELECT COUNT(*) AS found FROM {query.source} WHERE {query.where}", query.params)
    return int(rows[0]["found"])


def _link(call: Call, limit: int, total: int | None, *, more: bool) -> str:
    return link_header(
        f"{call.instance.origin}{call.path}",
        call.params.raw,
        limit=limit,
        offset=call.params.offset_rows,
        total=total,
        more=more,
        prev_on_first_page=call.instance.switches.link_prev_on_first_page,
    )


def _presenter(call: Call) -> Presenter:
    params = call.params
    return Presenter(
        call.instance.storage, call.access, f"{call.api}/table", params.display, exclude_link=params.exclude_link
    )


def _shown(call: Call, table: str, row: dict[str, str]) -> dict[str, Cell]:
    return _presenter(call).record(table, row, call.params.fields_of(table))


def _create(call: Call, table: str) -> Reply:
    if not call.access.creates(table):
        raise write_refused("Insert")
    values = read_record(call.body, call.headers.get("content-type", ""))
    row = writes.create(call.instance, call.viewer, table, values, display=call.params.input_display)
    location = f"{call.api}/table/{table}/{row['sys_id']}"
    return Reply({"result": _shown(call, table, row)}, 201, {"Location": location})
