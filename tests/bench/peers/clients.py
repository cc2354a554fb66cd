"""Every client under measurement as one function: read all incidents of an instance into a frame of 14 columns.

The floor is what a few lines without any client come to. The peers are used as their own documentation shows; where one
insists on an address of another form, it is given one and turned to the loopback server afterwards.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd

from snlib.incidents.columns import EXCHANGED_FIELDS

FIELDS = (*EXCHANGED_FIELDS, "caller_id.email")
LABELLED = frozenset({"state", "priority", "urgency", "impact", "severity", "assignment_group", "caller_id"})
QUERY = "ORDERBYDESCopened_at^ORDERBYsys_id"
ACME = "https://acme.service-now.com"

Reader = Callable[..., pd.DataFrame]


def _params(mode: str, limit: int, offset: int) -> dict[str, str]:
    return {
        "sysparm_query": QUERY,
        "sysparm_fields": ",".join(FIELDS),
        "sysparm_display_value": mode,
        "sysparm_exclude_reference_link": "true",
        "sysparm_limit": str(limit),
        "sysparm_offset": str(offset),
    }


def _frame(rows: Iterable[dict[str, Any]], *, labels: bool) -> pd.DataFrame:
    if not labels:
        return pd.DataFrame(list(rows))
    part = {name: "display_value" if name in LABELLED else "value" for name in FIELDS}
    return pd.DataFrame([{name: row[name][part[name]] for name in FIELDS} for row in rows])


def _floor(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool, at_once: int) -> pd.DataFrame:
    import orjson
    import urllib3

    http = urllib3.PoolManager(maxsize=4)
    headers = urllib3.make_headers(basic_auth=":".join(user))

    def ask(offset: int) -> tuple[list[dict[str, Any]], int]:
        params = _params("all" if labels else "false", page_rows, offset)
        answer = http.request("GET", f"{origin}/api/now/table/incident", fields=params, headers=headers)
        return orjson.loads(answer.data)["result"], int(answer.headers["X-Total-Count"])

    rows, total = ask(0)
    rest = range(page_rows, total, page_rows)
    if at_once == 1 or not rest:
        for offset in rest:
            rows += ask(offset)[0]
    else:
        with ThreadPoolExecutor(at_once) as threads:
            for page, _ in threads.map(ask, rest):
                rows += page
    return _frame(rows, labels=labels)


def floor_one(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool) -> pd.DataFrame:
    """Urllib3, orjson and ``DataFrame``, one page after the other."""
    return _floor(origin, user, page_rows, labels=labels, at_once=1)


def floor_four(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool) -> pd.DataFrame:
    """The same, four pages at a time after the first one, whose count it needs."""
    return _floor(origin, user, page_rows, labels=labels, at_once=4)


def ours(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool) -> pd.DataFrame:
    """The dashboard's own way."""
    from requests.auth import HTTPBasicAuth

    from snlib.incidents.frames import build_frame
    from snlib.servicenow import Query, TableClient
    from snlib.transport import Transport

    client = TableClient(origin, Transport(), HTTPBasicAuth(*user))
    query = Query().order_by("opened_at", descending=True)
    walk = client.walk("incident", query, FIELDS, labels=labels, page_rows=page_rows)
    return build_frame(walk.rows).frame


def pysnc(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool) -> pd.DataFrame:
    """The vendor's own client."""
    from pysnc import ServiceNowClient

    client = ServiceNowClient(ACME, user)
    client._ServiceNowClient__instance = origin
    record = client.GlideRecord("incident", batch_size=page_rows)
    record.fields = list(FIELDS)
    record.display_value = "all" if labels else False
    record.add_encoded_query(QUERY)
    record.query()
    read = {name: record.get_display_value if labels and name in LABELLED else record.get_value for name in FIELDS}
    return pd.DataFrame([{name: read[name](name) for name in FIELDS} for _ in record])


def pysnow(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool) -> pd.DataFrame:
    """Stepping by limit and offset up to the count, as its documentation does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pysnow as library

    client = library.Client(host=origin.removeprefix("http://"), user=user[0], password=user[1], use_ssl=False)
    incidents = client.resource(api_path="/table/incident")
    incidents.parameters.display_value = "all" if labels else False
    incidents.parameters.exclude_reference_link = True
    rows: list[dict[str, Any]] = []
    offset, total = 0, 1
    while offset < total:
        answer = incidents.get(query=QUERY, fields=list(FIELDS), limit=page_rows, offset=offset)
        rows += answer.all()
        total, offset = int(answer.headers["X-Total-Count"]), offset + page_rows
    return _frame(rows, labels=labels)


def aiosnow(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool) -> pd.DataFrame:
    """Its table model; it always asks for both and its schema picks."""
    from aiosnow import Client
    from aiosnow.models import TableModel
    from aiosnow.models._schema import Pluck, fields

    kinds = {name: fields.String(pluck=Pluck.DISPLAY_VALUE if name in LABELLED else Pluck.VALUE) for name in FIELDS}
    model_type = type("Incident", (TableModel,), {name: kinds[name] for name in FIELDS if "." not in name})

    async def read() -> list[dict[str, Any]]:
        client = Client(origin.removeprefix("http://"), basic_auth=user, use_ssl=False)
        rows: list[dict[str, Any]] = []
        async with model_type(client, table_name="incident") as model:
            while True:
                answer = await model.get(QUERY, limit=page_rows, offset=len(rows))
                rows += answer.data
                if len(answer.data) < page_rows:
                    return rows

    return pd.DataFrame(asyncio.run(read()))


def _snowloader(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool, threads: int = 0) -> pd.DataFrame:
    from snowloader import SnowConnection

    connection = SnowConnection(
        ACME, *user, page_size=page_rows, display_value="all" if labels else "false", order_by=QUERY
    )
    connection.instance_url = origin
    if threads:
        rows = connection.concurrent_get_records("incident", fields=list(FIELDS), max_workers=threads)
    else:
        rows = connection.get_records("incident", fields=list(FIELDS))
    return _frame(rows, labels=labels)


def snowloader(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool) -> pd.DataFrame:
    """Page by page."""
    return _snowloader(origin, user, page_rows, labels=labels)


def snowloader_four(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool) -> pd.DataFrame:
    """Four pages at a time, in any order."""
    return _snowloader(origin, user, page_rows, labels=labels, threads=4)


def snowloader_sixteen(origin: str, user: tuple[str, str], page_rows: int, *, labels: bool) -> pd.DataFrame:
    """The same with its own default: four times what an instance's queue holds for one integration (KB0564204)."""
    return _snowloader(origin, user, page_rows, labels=labels, threads=16)


CLIENTS: dict[str, Reader] = {
    "floor, one": floor_one,
    "floor, four": floor_four,
    "snlib": ours,
    "pysnc": pysnc,
    "pysnow": pysnow,
    "aiosnow": aiosnow,
    "snowloader": snowloader,
    "snowloader, four": snowloader_four,
    "snowloader, sixteen": snowloader_sixteen,
}
