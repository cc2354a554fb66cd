"""A search box that shows answers from the server while the agent types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import streamlit as st

from snlib.ui.html import asset

HTML = """<div class="sn"><label for="box"></label>
<input id="box" type="text" role="combobox" autocomplete="off" autocapitalize="off" spellcheck="false"
 aria-autocomplete="list" aria-expanded="false" aria-controls="list" aria-describedby="note">
<ul id="list" role="listbox" aria-label="People found" hidden></ul>
<p id="note" class="note" role="status" hidden></p></div>"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer in the list: the id, and the two lines shown."""

    id: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What the search found for one text; ``note`` is shown below the list, ``problem`` marks it as an error."""

    choices: tuple[Choice, ...]
    note: str = ""
    problem: bool = False


_mount = st.components.v2.component(
    "sn_combobox",
    html=HTML,
    css=asset("components/base.css") + asset("components/combobox.css"),
    js=asset("components/combobox.js"),
)


def combobox(
    label: str, *, key: str, search: Callable[[str], Answers], placeholder: str = "", focus: bool = False
) -> str | None:
    """Draw the box and return the id just picked, else None.

    ``search`` is called with a text of at least two characters, which the session state holds under ``key``. With
    ``focus`` the box takes the keyboard when it first appears.
    """
    held = st.session_state.get(key) or {}
    asked = str(held.get("q") or "")
    answers = search(asked) if len(asked) >= 2 else Answers(())
    result = _mount(
        key=key,
        data={
            "label": label,
            "placeholder": placeholder,
            "focus": focus,
            "q": asked,
            "options": [asdict(choice) for choice in answers.choices],
            "note": answers.note,
            "problem": answers.problem,
        },
        on_q_change=lambda: None,
        on_picked_change=lambda: None,
    )
    return str(result.picked) if result.picked else None
