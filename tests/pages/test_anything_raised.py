"""Whatever is raised anywhere in a run ends in a notice of ours with Try again, never in Streamlit's own words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from snlib.demo.server import Running
from snlib.errors import SnlibError, StoreError
from snlib.helpdesk.services import Services
from snlib.ui import faults
from tests.pages import cast
from tests.pages.screen import ROOT, Screen, open_person
from tests.support import connected_desk

AWAY = StoreError("The dashboard's database cannot be reached, so this was not done.")
BUG = KeyError("token=hunter2-hunter2")
ERRORS = [AWAY, BUG]
TITLES = {AWAY: "The dashboard's database has a problem", BUG: "Something went wrong"}

PLACES = [
    # what raises, and the page it is a part of
    ("snlib.ui.guard.open_desk", "troubleshooting"),
    ("snlib.helpdesk.desk.Desk.may", "troubleshooting"),
    ("snlib.ui.shell._pages", "counts"),
    ("snlib.ui.shell._sidebar", "access"),
    ("snlib.ui.shell.session_watch", "access"),
    ("snlib.helpdesk.desk.Desk.open_page", "connector"),
    ("snlib.ui.admin.home_view.show_agent", ""),
    ("snlib.helpdesk.person.people.recent", ""),
    ("snlib.ui.admin.home_view.show_connector", ""),
    ("snlib.ui.person.header.show_header", "troubleshooting"),
    ("snlib.ui.person.tabs.show_incidents", "troubleshooting"),
    ("snlib.ui.person.filter_bar.active", "troubleshooting"),
    ("snlib.ui.person.search_box.combobox", "troubleshooting"),
    ("snlib.ui.person.incident_list._rows", "troubleshooting"),
    ("snlib.ui.admin.counts_view.show", "counts"),
    ("snlib.ui.admin.connector_form.show", "connector"),
    ("snlib.ui.admin.connector_view.show_status", "connector"),
    ("snlib.helpdesk.connector.connector_desk.settings", "connector"),
    ("snlib.ui.admin.access_log_view.choose", "access_log"),
    ("snlib.helpdesk.your_access.decisions", "access"),
]


def raising(monkeypatch: pytest.MonkeyPatch, where: str, error: Exception) -> None:
    """Let a function raise."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(where, fail)


@pytest.mark.parametrize("error", ERRORS, ids=["away", "bug"])
@pytest.mark.parametrize(("where", "page"), PLACES)
def test_wherever_a_page_raises(
    services: Services,
    demo: Running,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    page: str,
    error: Exception,
):
    """One notice with its button, no exception, no word of the cause; once it is over the page is there again."""
    agent = connected_desk(services, "intune-administrator").agent
    with monkeypatch.context() as broken:
        raising(broken, where, error)
        screen = open_person(agent, cast.busiest(demo), "ServiceNow incidents") if page == "troubleshooting" else None
        screen = screen or Screen(agent, page)
        assert TITLES[error] in [title for _, title, _ in screen.alerts]
        assert "Try again" in screen.buttons
        assert "hunter2-hunter2" not in screen.wire
    for button in [one for one in screen.at.main.button if one.label == "Try again"][:1]:
        button.click()
    screen.run()
    assert not screen.alerts


@pytest.mark.parametrize("error", ERRORS, ids=["away", "bug"])
@pytest.mark.parametrize(
    ("where", "page", "label"),
    [
        ("snlib.helpdesk.connector.connector_desk.save", "connector", "Save"),
        ("snlib.helpdesk.connector.prerequisites.check", "connector", "Check"),
        ("snlib.helpdesk.connector.intune_import.connections", "connector", "Import from Intune"),
        ("snlib.ui.cache.utc_now", "counts", "Refresh"),
        ("snlib.helpdesk.access_log.check", "access_log", "Check the log"),
        ("snlib.helpdesk.connect.round_trip.disconnect", "troubleshooting", "Disconnect"),
    ],
)
def test_what_a_press_raises(
    services: Services,
    demo: Running,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    page: str,
    label: str,
    error: Exception,
):
    """A callback or a press that raises ends in a notice; the button that was pressed can be pressed again."""
    agent = connected_desk(services, "intune-administrator").agent
    screen = open_person(agent, cast.busiest(demo)) if page == "troubleshooting" else Screen(agent, page)
    raising(monkeypatch, where, error)
    screen.press(label)
    assert TITLES[error] in [title for _, title, _ in screen.alerts]
    assert label in screen.buttons or "Try again" in screen.buttons
    assert "hunter2-hunter2" not in screen.wire


def test_what_reaches_streamlit_is_ours_too(services: Services):
    """The handler that Streamlit calls last draws our notice and asks for no other."""
    assert "on_script_error=faults.unforeseen" in (ROOT / "app.py").read_text(encoding="utf-8")
    shown: list[SnlibError] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("snlib.ui.notices.show", shown.append)
        assert faults.unforeseen(BUG)
    (error,) = shown
    assert "hunter2-hunter2" not in error.user_message + str(error)
    del services


def _functions(path: Path) -> dict[str, list[str]]:
    """The functions of a module, and what decorates each."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: [ast.unparse(one) for one in node.decorator_list]
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


SOURCES = sorted((ROOT / "snlib" / "ui").rglob("*.py"))


def test_every_callback_and_fragment_is_caught():
    """What Streamlit calls outside of the page's own run is decorated, so that nothing it raises passes us by."""
    decorated = {name for path in SOURCES for name, found in _functions(path).items() if "faults.caught()" in found}
    loose = []
    for path in SOURCES:
        for name, found in _functions(path).items():
            if any(one.startswith("st.fragment") for one in found) and name not in decorated and path.stem != "faults":
                loose.append(f"{path.stem}.{name}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("on_click", "on_change"):
                called = ast.unparse(node.value).rpartition(".")[2]
                if called not in decorated and called not in ("'rerun'", "'ignore'"):
                    loose.append(f"{path.stem}: {ast.unparse(node.value)}")
    assert loose == []
