"""A browser tab without a browser: speaks Streamlit's WebSocket protocol and sends whatever a test asks for."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

TIMEOUT_SECONDS = 30
FINISHED_EARLY = 2


@dataclass
class Known:
    """What a tab has learned about the pages; a test can give it to another tab.

    Attributes:
        pages: URL path → hash of the page's script.
        widgets: A page's hash and a widget's key (the label of our own components) → the widget's id.
        values: A widget's id → name of the state's field, and the value it holds.
        fragments: A widget's id → the fragment it belongs to.
    """

    pages: dict[str, str] = field(default_factory=dict)
    widgets: dict[tuple[str, str], str] = field(default_factory=dict)
    values: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)


class Tab:
    """One WebSocket of somebody who holds this session cookie.

    Args:
        url: The dashboard's.
        cookie: ``name=value``; empty for nobody.
        headers: More headers, such as forged ones.
    """

    def __init__(self, url: str, cookie: str = "", headers: dict[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self.known = Known()
        self._url = url
        self._page = ""
        self._open = ExitStack()
        opened = connect(
            f"ws://{parts.netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={**({"Cookie": cookie} if cookie else {}), **(headers or {})},
            origin=url,  # type: ignore[arg-type]
            max_size=None,
            compression=None,
            proxy=None,
        )
        self._socket = self._open.enter_context(opened)
        self.open("")

    def close(self) -> None:
        """Close the connection."""
        self._open.close()

    def open(self, page: str, **query: str) -> str:
        """Open a page by its address and return everything that the server drew."""
        return self._run(page_name=page, query=query)

    def forge(self, page: str, known: Known, **query: str) -> str:
        """Request a page by the hash of its script, whether or not the server sent it to this tab."""
        return self._run(page_hash=known.pages[page], query=query)

    def send(
        self,
        known: Known,
        widget: str,
        what: str,
        value: Any,
        *,
        alone: bool = False,
        query: dict[str, str] | None = None,
    ) -> str:
        """Send a widget's new state with the other widgets', as ``known`` has them, and return what is drawn.

        Args:
            known: Ids and states: this tab's own, or another's.
            widget: Key or label.
            what: Field of the state: ``trigger_value``, ``json_value``, …; ``event``: a component's event of that name.
            value: The value.
            alone: Run only the fragment that the widget belongs to, as a browser does.
            query: Query parameters of the address.
        """
        widget_id = known.widgets[self._page, widget]
        state = {**known.values, widget_id: (what, value)}
        if what == "event":
            del state[widget_id]
            state[f"$$STREAMLIT_INTERNAL_KEY_{widget_id}__events"] = (
                "json_trigger_value",
                json.dumps([{"event": value, "value": "a nonce"}]),
            )
        return self._run(
            page_hash=self._page,
            query=query or {},
            state=state,
            fragment=known.fragments.get(widget_id, "") if alone else "",
        )

    def _run(
        self,
        *,
        page_name: str = "",
        page_hash: str = "",
        query: dict[str, str],
        state: dict[str, tuple[str, Any]] | None = None,
        fragment: str = "",
    ) -> str:
        message = BackMsg()
        asked = message.rerun_script
        asked.page_name, asked.page_script_hash, asked.fragment_id = page_name, page_hash, fragment
        asked.query_string = urlencode(query, quote_via=quote)
        asked.context_info.url = f"{self._url}/{page_name}"
        asked.context_info.timezone = "UTC"
        for widget_id, (what, value) in (state or {}).items():
            widget = asked.widget_states.widgets.add()
            widget.id = widget_id
            setattr(widget, what, value)
        self._socket.send(message.SerializeToString())
        return self._drawn()

    def _drawn(self) -> str:
        """Read until the script has finished; return all that was drawn, names of the navigation left out."""
        drawn: list[bytes] = []
        while True:
            message = ForwardMsg()
            message.ParseFromString(bytes(self._socket.recv(TIMEOUT_SECONDS)))
            kind = message.WhichOneof("type")
            if kind == "delta":
                drawn.append(message.delta.SerializeToString())
                self._learn(message.delta)
            elif kind == "new_session":
                self._page = message.new_session.page_script_hash
            elif kind == "navigation":
                self.known.pages = {one.url_pathname: one.page_script_hash for one in message.navigation.app_pages}
                self._page = message.navigation.page_script_hash or self._page
            elif kind == "script_finished" and message.script_finished != FINISHED_EARLY:
                return b"\n".join(drawn).decode("utf-8", "replace")

    def _learn(self, delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        element = getattr(delta.new_element, kind)
        widget_id = str(getattr(element, "id", ""))
        if not widget_id:
            return
        sent = json.loads(element.json or "{}") if kind == "bidi_component" else {}
        name = (sent or {}).get("label") or widget_id.rsplit("-", 1)[-1]
        self.known.widgets[self._page, name] = widget_id
        self.known.fragments[widget_id] = delta.fragment_id
        what = {"text_input": "string_value", "checkbox": "bool_value"}.get(kind)
        if what and (element.set_value or widget_id not in self.known.values):
            self.known.values[widget_id] = (what, element.value if element.set_value else element.default)
