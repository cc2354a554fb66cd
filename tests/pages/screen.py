"""One browser tab on the dashboard, without a browser: Streamlit's AppTest, with support for our own components."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, UnknownElement

from snlib.agent import Agent
from snlib.ui.html import APART

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "pages"
MAIN = ROOT / "snlib" / "ui" / "main.py"
TIMEOUT_SECONDS = 30
FILES = {
    "": "home",
    "troubleshooting": "troubleshooting",
    "counts": "counts",
    "connector": "connector",
    "access": "access",
    "access_log": "access_log",
}
"""URL path → page script."""


def read(text: str) -> str:
    """Return our markdown as the agent reads it, without what keeps text from outside text."""
    return re.sub(r"\\([^\w\s]|_)", r"\1", text.replace(APART, ""))


class Screen:
    """A tab that shows one page.

    Args:
        agent: Who is signed in; None for nobody.
        page: URL path; "" is Home.
        timezone: The browser's time zone.
        query: Query parameters of the address; a list for a repeated one.
    """

    def __init__(self, agent: Agent | None = None, page: str = "", *, timezone: str = "UTC", **query: Any) -> None:
        self.at = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT_SECONDS)
        self.at.context = {"url": f"http://localhost:8501/{page}", "timezone": timezone}
        if agent is not None:
            self.at.user = {"session": agent.session_id, "agent": agent.key}
        else:
            self.at.user = {}
        for name, value in query.items():
            self.at.query_params[name] = value
        if page:
            self.at.switch_page(str(PAGES / f"{FILES[page]}.py"))
        self.run()

    def run(self) -> Screen:
        """Run the page (again), as any click does; it must never end in an exception."""
        self.at.run()
        return self._checked()

    def press(self, label: str) -> Screen:
        """Press the one button called ``label``."""
        (button,) = (one for one in self.at.button if read(one.label) == label)
        button.click()
        return self.run()

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons in the page's body."""
        return [read(one.label) for one in self.at.main.button]

    @property
    def elements(self) -> list[Any]:
        """Every element of the page's body, in order, without the blocks around them."""
        return [node for node in self.at.main if not isinstance(node, Block)]

    @property
    def alerts(self) -> list[tuple[str, str, str]]:
        """Notices: kind ("error", "warning", "info", "success"), title, sentence."""
        return [
            (node.type, read(node.proto.title), read(node.value))
            for node in self.elements
            if node.type in {"error", "warning", "info", "success"}
        ]

    @property
    def alert(self) -> tuple[str, str, str]:
        """The one notice of the page."""
        (only,) = self.alerts
        return only

    @property
    def text(self) -> str:
        """Everything that can be read in the page's body."""
        return "\n".join(read(_words(node)) for node in self.elements)

    @property
    def captions(self) -> list[str]:
        """The small print."""
        return [read(one.value) for one in self.at.main.caption]

    @property
    def metrics(self) -> dict[str, str]:
        """Figures by label."""
        return {read(one.label): one.value for one in self.at.main.metric}

    @property
    def grid(self) -> pd.DataFrame:
        """The one table; of incidents with the numbers, and the addresses they open as ``link``."""
        (only,) = self.at.main.dataframe
        if "number" not in only.value:
            return only.value
        parts = only.value["number"].str.strip().str.partition("#")
        return only.value.assign(number=parts[2].map(unquote), link=parts[0])

    @property
    def wire(self) -> str:
        """Everything the server sent to the browser for this page, sidebar included."""
        return "\n".join(str(node.proto) for node in self.at._tree if hasattr(node, "proto"))

    def chips(self) -> list[str]:
        """The active filters."""
        return [read(one.label) for one in self.at.main.button if (one.key or "").startswith("sn.chip.")]

    def component(self, label: str) -> dict[str, Any]:
        """What our own component called ``label`` was given."""
        return json.loads(self._mounted(label).proto.json)

    def has_component(self, label: str) -> bool:
        """Whether our own component called ``label`` is on the page."""
        return any(json.loads(node.proto.json or "{}").get("label") == label for node in self._components())

    def type(self, label: str, **state: Any) -> Screen:
        """Let the component called ``label`` hold a state, as its script does when somebody types."""
        return self._send(self._mounted(label).proto.id, "json_value", state)

    def trigger(self, label: str, event: str, value: Any) -> Screen:
        """Let the component called ``label`` send an event."""
        events = f"$$STREAMLIT_INTERNAL_KEY_{self._mounted(label).proto.id}__events"
        return self._send(events, "json_trigger_value", [{"event": event, "value": value}])

    def _components(self) -> list[UnknownElement]:
        return [node for node in self.elements if node.type == "bidi_component"]

    def _mounted(self, label: str) -> UnknownElement:
        (only,) = (node for node in self._components() if json.loads(node.proto.json or "{}").get("label") == label)
        return only

    def _send(self, widget: str, field: str, value: Any) -> Screen:
        # AppTest cannot use components of version 2, so we add their answer to those of the other widgets.
        states = self.at._tree.get_widget_states()
        state = states.widgets.add()
        state.id = widget
        setattr(state, field, json.dumps(value))
        self.at._run(states)
        return self._checked()

    def _checked(self) -> Screen:
        assert not self.at.exception, self.at.exception
        return self


def _words(node: Any) -> str:
    if node.type in {"error", "warning", "info", "success"}:
        return f"{node.proto.title} {node.value}"
    if node.type == "bidi_component":
        return str(json.loads(node.proto.json or "{}").get("label", ""))
    if node.type == "arrow_data_frame" or node.type == "dataframe":
        return str(node.value.to_csv())
    label = getattr(node, "label", "")
    value = getattr(node, "value", "")
    return f"{label} {value}"


def open_person(agent: Agent, someone: dict[str, str], tab: str = "Summary", **query: Any) -> Screen:
    """Open a person on Troubleshooting, by address."""
    return Screen(agent, "troubleshooting", person=someone["id"], tab=tab, **query)


def open_incidents(agent: Agent, someone: dict[str, str], **query: Any) -> Screen:
    """Open a person's tab ServiceNow incidents, by address."""
    return open_person(agent, someone, "ServiceNow incidents", **query)
