"""The rows of the matrix: each page, each action on it, and what shows from outside that it was allowed."""

from __future__ import annotations

from dataclasses import dataclass

CALLER = "Amélie Fontaine"
CALLER_ADDRESS = "amelie.fontaine@example.com"
FIND = "Find a person"


@dataclass(frozen=True)
class Row:
    """A page and something that can be done there.

    Attributes:
        page: URL path.
        action: What is done, as the matrix prints it.
        draws: Regular expression for what is only drawn when it was allowed; empty where an effect shows it.
        tab: The tab of the person that it is done on; empty where nobody is open.
        widget: Key, or label, of the widget that does it; empty where opening the page is all.
        state: Field of the widget's state, and the value sent.
        label: What the widget is called on the screen.
        effect: What changes in the dashboard's database when it was allowed.
    """

    page: str
    action: str
    draws: str = ""
    tab: str = ""
    widget: str = ""
    state: tuple[str, object] = ("", "")
    label: str = ""
    effect: str = ""

    @property
    def name(self) -> str:
        """The row's name in the matrix."""
        return f"{self.page or 'home'}: {self.action}"


_FIND = {"widget": FIND, "label": FIND, "state": ("json_value", '{"q": "amelie.fon"}')}

ROWS = (
    Row("", "open", r"Signed in as"),
    Row("", "find a person", CALLER_ADDRESS.replace(".", r"\."), **_FIND),  # type: ignore[arg-type]
    Row("troubleshooting", "open", "Recent people"),
    Row("troubleshooting", "find a person", CALLER_ADDRESS.replace(".", r"\."), **_FIND),  # type: ignore[arg-type]
    Row("troubleshooting", "read a person", CALLER_ADDRESS.replace(".", r"\."), tab="Summary"),
    Row("troubleshooting", "read incidents", r"INC\d{7}", tab="ServiceNow incidents"),
    Row("troubleshooting", "read devices", r"\*\*\d+ devices?\*\*", tab="Devices"),
    Row("troubleshooting", "read groups", r"through other groups", tab="Groups"),
    Row("counts", "open", r"Incidents on the instance"),
    Row("connector", "open", r"Connection status"),
    Row(
        "connector",
        "test",
        widget="Test connection",
        label="Test connection",
        state=("event", "asked"),
        effect="connector_test",
    ),
    Row(
        "connector",
        "save",
        widget="sn.connector.save",
        label="Save",
        state=("trigger_value", True),
        effect="connector",
    ),
    Row(
        "connector",
        "import",
        r"Filled in from Intune",
        widget="sn.connector.import",
        label="Import from Intune",
        state=("trigger_value", True),
    ),
    Row(
        "connector",
        "check",
        r"Checked at",
        widget="sn.prerequisites.check",
        label="Check",
        state=("trigger_value", True),
    ),
    Row("access_log", "open", r"Export CSV"),
    Row(
        "access_log",
        "check",
        r"rows? checked",
        widget="sn.log.check",
        label="Check the log",
        state=("trigger_value", True),
    ),
    Row("access", "open", r"connector\.update"),
    # Last, because the rows above need the connection.
    Row(
        "troubleshooting",
        "disconnect",
        tab="Summary",
        widget="sn.disconnect",
        label="Disconnect",
        state=("trigger_value", True),
        effect="token",
    ),
)

ROUTES = (
    "/servicenow/connect?purpose=agent",
    "/servicenow/connect?purpose=test",
    "/graph/connect",
    "/export/access-log?format=csv",
    "/export/access-log?format=xlsx",
)
