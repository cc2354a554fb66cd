"""The box that finds a person, and the people opened lately."""

from __future__ import annotations

import streamlit as st

from snlib.directory import RecentPerson
from snlib.errors import InvalidInput, SnlibError
from snlib.helpdesk import people
from snlib.helpdesk.desk import Desk
from snlib.ui import cache, shell, state
from snlib.ui.components import Answers, Choice, combobox
from snlib.ui.markdown import plain


@st.fragment
def find_person(desk: Desk, *, focus: bool = False) -> None:
    """Draw the box; a person picked is opened on the page Troubleshooting.

    A fragment: typing redraws the box and nothing else of the page.
    """
    picked = combobox(
        "Find a person",
        key=state.SEARCH,
        search=lambda text: _answers(desk, text),
        placeholder="Name or e-mail — press / to come here",
        focus=focus,
    )
    if picked:
        open_person(picked)


def open_person(person_id: str) -> None:
    """Go to the person's page; on that page already, tab, columns and filters stay as they are."""
    if shell.current_url_path() == "troubleshooting":
        st.query_params[state.PERSON] = person_id
        st.rerun()
    st.switch_page(shell.page_named("troubleshooting"), query_params={state.PERSON: person_id})


def show_recent(desk: Desk, *, key: str) -> None:
    """Draw the people the agent opened lately as buttons, or how to begin."""
    opened = people.recent(desk)
    if not opened:
        st.caption("Nobody yet: people you open appear here.")
        return
    with st.container(horizontal=True, gap="small"):
        for one in opened:
            _recent_button(one, key)


def _recent_button(one: RecentPerson, key: str) -> None:
    if st.button(plain(one.name), key=f"{key}.{one.id}", help=plain(one.username), icon=":material/person:"):
        open_person(one.id)


def _answers(desk: Desk, text: str) -> Answers:
    try:
        found = cache.search(desk, desk.agent.key, text)
    except InvalidInput as error:
        return Answers((), note=error.user_message, problem=True)
    except SnlibError as error:
        return Answers((), note=error.user_message, problem=True)
    choices = tuple(
        Choice(
            person.id,
            person.name,
            " · ".join(part for part in (person.address or "no e-mail", person.title, person.department) if part),
        )
        for person in found.people
    )
    if not choices:
        return Answers((), note=f"Nobody matches “{text}”. Try part of the name, or the e-mail address.")
    if found.more:
        return Answers(choices, note=f"Showing the first {len(choices)}. Type more to narrow it down.")
    return Answers(choices)
