"""Seen before: the incidents of a person that are likely the same trouble, with the reasons."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from snlib.ui import state
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents
from tests.support import connected_desk, paths_asked

TEXTS = ["VPN drops every ten minutes", "le VPN se coupe sans arrêt", "Second monitor requested"]


@pytest.fixture
def opened(fresh_demo: Running, serve: Callable[..., Services]) -> Callable[..., tuple[Screen, list[dict[str, str]]]]:
    """Opens the list of a person whose incidents have these short descriptions, and gives them, the newest first."""

    def with_texts(*texts: str, **query: str) -> tuple[Screen, list[dict[str, str]]]:
        someone = cast.busiest(fresh_demo, f"NOT {cast.hidden_condition(fresh_demo)}")
        own = cast.incidents_of(fresh_demo, someone)
        for row in own[len(texts) :]:
            fresh_demo.instance.storage.execute("DELETE FROM incident WHERE sys_id = ?", (row["sys_id"],))
        for row, text in zip(own, texts, strict=False):
            fresh_demo.instance.storage.execute(
                "UPDATE incident SET short_description = ?, cmdb_ci = '', reopen_count = '1', close_code = '' "
                "WHERE sys_id = ?",
                (text, row["sys_id"]),
            )
        screen = open_incidents(connected_desk(serve(fresh_demo), "helpdesk-agent").agent, someone, **query)
        screen.at.session_state[state.SEEN_BEFORE] = True
        return screen.run(), own[: len(texts)]

    return with_texts


def shown(screen: Screen) -> str:
    """The markup of the popover's lists."""
    return "\n".join(node.value for node in screen.at.main.html if "sn-seen" in node.value)


def test_what_happened_before_is_told_with_the_reasons(opened, fresh_demo: Running):
    """The same fault in two languages is one group with its reasons and links; another request is not in it."""
    screen, own = opened(*TEXTS)
    asked = len(paths_asked(fresh_demo))
    assert TEXTS[0] in screen.text
    assert any("2 times" in caption and "VPN" in caption and "reopened twice" in caption for caption in screen.captions)
    for row in own[:2]:
        assert f"sys_id%3D{row['sys_id']}" in shown(screen)
        assert f">{row['number']}</a>" in shown(screen)
    assert own[2]["number"] not in shown(screen)
    screen.run()
    assert len(paths_asked(fresh_demo)) == asked


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("2026-11-20 00:10:00", "on the same day as the one before"),
        ("2026-11-19 23:50:00", "one day after the one before"),
        ("2026-11-18 23:50:00", "2 days after the one before"),
    ],
)
def test_gaps_are_days_of_the_calendar(opened, fresh_demo: Running, before: str, words: str):
    """The time between two incidents is told in the days that stand beside them, not in spans of 24 hours."""
    screen, own = opened(*TEXTS)
    moments = zip(own, ("2026-11-20 23:40:00", before), strict=False)
    for row, moment in moments:
        fresh_demo.instance.storage.execute(
            "UPDATE incident SET opened_at = ? WHERE sys_id = ?", (moment, row["sys_id"])
        )
    (refresh,) = (button for button in screen.at.main.button if button.label == "Refresh")
    refresh.click()
    assert words in shown(screen.run())


def test_filters_do_not_hide_the_history(opened):
    """What is filtered out of the list, all of it here, is still part of what happened before."""
    screen, own = opened(*TEXTS, filters='{"opened_since":"2199-01-01"}')
    assert "0 of 3" in screen.text
    assert own[0]["number"] in shown(screen)


def test_nothing_seen_before(opened):
    """Where no two incidents are the same trouble there is nothing to open."""
    screen, _ = opened(TEXTS[0], TEXTS[2])
    assert "Incidents that are likely the same trouble" not in screen.text
    assert not shown(screen)


def test_texts_stay_texts(opened):
    """Markup in a short description is shown letter for letter."""
    hostile = "<img src=x onerror=alert(1)> **VPN** [drops](https://evil.test) :material/delete:"
    screen, _ = opened(hostile, hostile)
    assert hostile in screen.text
    assert "<img" not in shown(screen)
