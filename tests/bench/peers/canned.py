"""A loopback server that answers with pages rendered beforehand, so that what is measured is the client.

Run as a program: the folder with the pages, then seconds to hold each answer back. It prints its port.
The pages come from the demo instance once; links, limits and counts are those of a real instance without a cap.
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

LABELS = {"all": "labels", "false": "plain"}


class Pages:
    """The rows of a folder: one file of rendered rows a mode, one row a line."""

    def __init__(self, folder: Path) -> None:
        self._rows = {name: (folder / name).read_bytes().splitlines() for name in LABELS.values()}

    @cache  # noqa: B019 - as long as the process
    def answer(self, mode: str, offset: int, limit: int) -> bytes:
        """Return a whole HTTP answer."""
        rows = self._rows[LABELS[mode]]
        body = b'{"result":[' + b",".join(rows[offset : offset + limit]) + b"]}"
        places = {"first": 0, "next": offset + limit, "last": max(0, (len(rows) - 1) // limit * limit)}
        address = f"http://127.0.0.1/api/now/table/incident?sysparm_limit={limit}&sysparm_offset="
        links = ",".join(
            f'<{address}{at}>;rel="{name}"' for name, at in places.items() if name != "next" or at < len(rows)
        )
        more = f"Link: {links}\r\n" if len(rows) > limit else ""
        return _head(len(body), f"X-Total-Count: {len(rows)}\r\n{more}") + body

    def count(self) -> bytes:
        """Return the answer of the Aggregate API."""
        body = json.dumps({"result": {"stats": {"count": str(len(self._rows["plain"]))}}}).encode()
        return _head(len(body), "") + body


def _head(length: int, more: str) -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: {length}\r\n{more}\r\n"
    ).encode()


async def serve(folder: Path, latency_seconds: float) -> None:
    """Answer until the process is ended."""
    pages = Pages(folder)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                parts = urlsplit(request.split(b" ", 2)[1].decode())
                asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
                if latency_seconds:
                    await asyncio.sleep(latency_seconds)
                if "/stats/" in parts.path:
                    writer.write(pages.count())
                else:
                    mode = asked.get("sysparm_display_value", "false").lower()
                    limit, offset = int(asked.get("sysparm_limit", 10_000)), int(asked.get("sysparm_offset", 0))
                    writer.write(pages.answer(mode, offset, limit))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2])))
