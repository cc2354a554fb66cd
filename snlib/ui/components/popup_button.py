"""A button that opens a service's consent page in a popup, so that this page stays."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import streamlit as st

from snlib.oauth.pending import GOOD_FOR
from snlib.ui.html import asset

_mount = st.components.v2.component(
    "sn_popup_button",
    html='<div class="sn"><button type="button"></button><p class="note" role="status" hidden></p></div>',
    css=asset("components/base.css"),
    js=asset("components/popup_button.js"),
)


@dataclass(frozen=True, slots=True)
class PopupAnswer:
    """What happened to the button since the last run.

    Attributes:
        asked: Set in the run after a click in mode "ask": the click's nonce, which the server answers with a target.
        answered: Set in the run after the popup answered, or could no longer: whether a token is stored, and a
            sentence.
    """

    asked: str | None
    answered: tuple[bool, str] | None


def popup_button(
    label: str,
    *,
    key: str,
    target: str = "",
    return_path: str = "/",
    nonce: str = "",
    ask: bool = False,
    channel: str = "sn-oauth",
) -> PopupAnswer:
    """Draw the button and return what happened since the last run.

    Args:
        label: The accessible name.
        key: Session-state key.
        target: Path of the dashboard that starts the round trip (``/servicenow/connect?purpose=agent``); in mode "ask"
            empty until the server has agreed, and when it refused.
        return_path: Where the tab returns to when popups are blocked.
        nonce: In mode "ask": the click that ``target`` answers.
        ask: Whether the server must agree first.
        channel: The ``BroadcastChannel`` on which the popup reports how it ended; each service has its own.
    """
    back = f"&return={quote(return_path, safe='')}"
    result = _mount(
        key=key,
        data={
            "key": key,
            "label": label,
            "mode": "ask" if ask else "direct",
            "popup_url": f"{target}&mode=popup{back}" if target else "",
            "tab_url": f"{target}&mode=tab{back}" if target else "",
            "nonce": nonce,
            "channel": channel,
            "seconds": GOOD_FOR.total_seconds(),
            "asking": "Asking the ServiceNow instance…",
            "closed": f"No answer has come back yet. If the window is closed, press {label} again.",
            "late": f"No answer came back in time. Press {label} again.",
        },
        width="content",
        on_asked_change=lambda: None,
        on_answered_change=lambda: None,
    )
    answered = result.answered
    return PopupAnswer(
        asked=str(result.asked) if result.asked else None,
        answered=(bool(answered.get("ok")), str(answered.get("message") or "")) if answered else None,
    )
