"""What nobody caught in a run of the script: a notice, with everything that is on screen left as it is.

Streamlit would put its own words in place of the page. A run that fails is ended here before it is over, so that the
browser keeps what it shows, and one fragment at the top of the page draws the notice. It holds for the main script, the
page, a fragment that runs alone, and a widget's callback; `unforeseen` is for what is raised outside of all these.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import RerunData, RerunException, get_script_run_ctx

from snlib import errors
from snlib.ui import entrance, html, notices, state, viewer

log = logging.getLogger(__name__)

_KEY = "sn.fault"
_MISTAKE = (
    "The dashboard made a mistake, and nothing was changed on this page. If it happens again, tell your administrator "
    "the reference."
)
_STILL_HERE = "What was on the page is still there, as it was read before."


@contextmanager
def caught() -> Iterator[None]:
    """Show what the block raises as a notice and end the run; also a decorator, of callbacks and fragments."""
    try:
        yield
    except Exception as error:
        raise _ending(error) from error
    if state.FAULT in st.session_state:  # this worked, so an earlier fault is over: draw the page anew without it
        del st.session_state[state.FAULT]
        st.rerun()


@st.fragment(key=_KEY)
def place() -> None:
    """Draw the notice of the fault that ended the run before; nothing without one."""
    error = st.session_state.get(state.FAULT)
    if error is None:
        return
    st.toast("This failed. The notice at the top of the page says why.", icon=":material/error:")  # seen when scrolled
    notices.show(error)
    st.caption(_STILL_HERE)
    if st.button("Try again", icon=":material/refresh:", key=f"{_KEY}.again"):
        del st.session_state[state.FAULT]
        st.rerun()


def begin() -> None:
    """Note that a page is drawn from here on, and where its notice would stand."""
    st.session_state.pop(state.FAULT, None)
    place()
    st.session_state[state.DRAWN] = _page()


def unforeseen(error: Exception) -> bool:
    """Draw the notice of an exception that reached Streamlit itself, and tell it to draw none (``on_script_error``)."""
    notices.show(_ours(error))
    html.draw('<p><a href="{here}" target="_self">Try again</a></p>', here=viewer.here())
    return True


def _ending(error: Exception) -> RerunException:
    """Return what ends the run and keeps the screen; where nothing is on screen the notice is drawn and all stops."""
    fault = _ours(error)
    context = get_script_run_ctx()
    targets: list[str] = []
    if context is not None and st.session_state.get(state.DRAWN) == _page():
        try:
            targets = context.fragment_storage.resolve_target(_KEY)
        except StreamlitAPIException:  # nothing of ours is on screen
            targets = []
    if context is None or not targets:
        st.session_state.pop(state.DRAWN, None)
        entrance.declare()
        notices.show(fault)
        st.button("Try again", icon=":material/refresh:", key=f"{_KEY}.retry")
        st.stop()
    st.session_state[state.FAULT] = fault
    # As st.rerun does for a fragment's key, which it allows in callbacks only: a run that ends for a rerun clears
    # nothing in the browser, and the run of one fragment clears that fragment only.
    return RerunException(
        RerunData(
            query_string=context.query_string,
            page_script_hash=context.page_script_hash,
            fragment_id_queue=targets,
            is_fragment_scoped_rerun=True,
            cached_message_hashes=context.cached_message_hashes,
            context_info=context.context_info,
        )
    )


def _ours(error: Exception) -> errors.SnlibError:
    """Return the error as one of ours; the cause of any other goes into the log, whose records are masked."""
    if isinstance(error, errors.SnlibError):
        return error
    reference = secrets.token_hex(4)
    log.error("unforeseen error [%s]", reference, exc_info=error)
    return errors.SnlibError(_MISTAKE, log=f"{type(error).__name__}, see [{reference}]")


def _page() -> str:
    context = get_script_run_ctx()
    return context.page_script_hash if context is not None else ""
