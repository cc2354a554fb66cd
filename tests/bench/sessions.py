"""Browser sessions without a browser: what Streamlit's own page sends and receives over the WebSocket.

The messages are Streamlit's protocol buffers (`streamlit.proto`): a `BackMsg` asks for a run of the script, with the
values of all widgets; the server answers with `ForwardMsg` frames up to ``script_finished``.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

RUN_SECONDS = 120.0
_VALUE_FIELDS = {
    "bidi_component": "json_value",
    "button": "trigger_value",
    "button_group": "string_array_value",
    "popover": "bool_value",
    "selectbox": "string_value",
    "tab_container": "string_value",
    "text_input": "string_value",
}
"""For each kind of widget: the field of `WidgetState` that its browser code fills."""


@dataclass(frozen=True, slots=True)
class Widget:
    """A widget on the page.

    Attributes:
        id: Streamlit's own id of it.
        kind: The name of its message in `Element` or `Block`.
        fragment: The fragment that drew it; empty when the page did.
        proto: The message itself.
    """

    id: str
    kind: str
    fragment: str
    proto: Any


class Session:
    """One tab of one browser; use as an asynchronous context manager.

    Args:
        url: The server's origin.
        page: The page's url path, empty for the default page.
        query: The query of the page's address, without the question mark.
        cookie: The ``Cookie`` header.
    """

    def __init__(self, url: str, *, page: str = "", query: str = "", cookie: str = "") -> None:
        self._url, self._page, self._cookie = url, page, cookie
        self._query = parse_qs(query)
        self._socket: ClientConnection
        self._page_hash = ""
        self._values: dict[str, tuple[str, Any]] = {}
        self._kept: dict[str, ForwardMsg] = {}
        self.widgets: dict[str, Widget] = {}
        self.drawn: Counter[str] = Counter()
        """Kinds of the elements that the last run drew."""
        self.exceptions: list[str] = []
        """What the page showed as an error of its own so far."""

    async def __aenter__(self) -> Self:
        """Connect; nothing runs before the first `rerun`."""
        self._socket = await connect(
            f"ws://{urlsplit(self._url).netloc}/_stcore/stream",
            origin=self._url,
            subprotocols=["streamlit"],
            additional_headers={"Cookie": self._cookie} if self._cookie else {},
            compression=None,  # as the server's own option has it
            max_size=None,
            ping_interval=None,
            proxy=None,
            open_timeout=RUN_SECONDS,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection, as closing the tab does."""
        await self._socket.close()

    def widget(self, name: str) -> Widget:
        """Return the widget with this label or user key.

        Raises:
            LookupError: There is none; with those that are there.
        """
        try:
            return self.widgets[name]
        except KeyError:
            raise LookupError(f"no widget {name!r} on the page; there are {sorted(self.widgets)}") from None

    async def rerun(self) -> float:
        """Run the whole page and return the milliseconds until its last frame was read."""
        return await self._run(self._message())

    async def set(self, name: str, value: Any) -> float:
        """Give a widget a value, or press a button, and return the milliseconds until the last frame was read.

        A widget of a fragment reruns its fragment only, as in a browser.
        """
        widget = self.widget(name)
        field = _VALUE_FIELDS[widget.kind]
        if parameter := getattr(widget.proto, "query_param_key", ""):
            self._query[parameter] = value
        kept = self._values if field != "trigger_value" else dict(self._values)
        kept[widget.id] = field, value
        return await self._run(self._message(kept, widget.fragment))

    def _message(self, values: dict[str, tuple[str, Any]] | None = None, fragment: str = "") -> BackMsg:
        message = BackMsg()
        run = message.rerun_script
        run.query_string = urlencode(self._query, doseq=True)
        if self._page_hash:
            run.page_script_hash = self._page_hash
        else:
            run.page_name = self._page
        if fragment:
            run.fragment_id = fragment
        run.cached_message_hashes.extend(self._kept)
        about = run.context_info
        about.timezone, about.timezone_offset, about.locale, about.color_scheme = "Europe/Berlin", -60, "en-US", "light"
        about.url = f"{self._url}/{self._page}"
        for widget_id, (field, value) in (self._values if values is None else values).items():
            state = run.widget_states.widgets.add(id=widget_id)
            if field == "string_array_value":
                state.string_array_value.data.extend(value)
            else:
                setattr(state, field, value)
        return message

    async def _run(self, message: BackMsg) -> float:
        self.drawn = Counter()
        start = time.perf_counter()
        async with asyncio.timeout(RUN_SECONDS):
            await self._socket.send(message.SerializeToString())
            while not self._read(await self._socket.recv()):
                pass
        return (time.perf_counter() - start) * 1000

    def _read(self, frame: bytes | str) -> bool:
        """Take in one frame; return whether it ends the run."""
        message = ForwardMsg.FromString(frame)
        if message.WhichOneof("type") == "ref_hash":
            message = self._kept[message.ref_hash]
        elif message.metadata.cacheable:
            self._kept[message.hash] = message
        match message.WhichOneof("type"):
            case "new_session":
                self._page_hash = message.new_session.page_script_hash
            case "navigation":
                self._page_hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = parse_qs(message.page_info_changed.query_string)
            case "delta":
                self._draw(message.delta)
            case "script_finished":
                # Another run follows at once where the script asked for one.
                return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def _draw(self, delta: Any) -> None:
        what = delta.new_element if delta.WhichOneof("type") == "new_element" else delta.add_block
        kind = what.WhichOneof("type")
        if kind is None:
            return
        self.drawn[kind] += 1
        proto = getattr(what, kind)
        if kind == "exception":
            self.exceptions.append(f"{proto.type}: {proto.message}")
        widget_id = getattr(proto, "id", "")
        if kind in _VALUE_FIELDS and widget_id:
            # "$$ID-<hash>-<user key>"; Streamlit writes None where the author gave no key.
            key = widget_id.split("-", 2)[-1]
            widget = Widget(widget_id, kind, delta.fragment_id, proto)
            self.widgets |= {name: widget for name in (key, getattr(proto, "label", "")) if name}
