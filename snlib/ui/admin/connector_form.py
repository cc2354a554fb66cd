"""The connector's form: the fields with their errors, Test connection and Save."""

from __future__ import annotations

import streamlit as st

from snlib.connector.connection_tests import ConnectionTest
from snlib.connector.model import ConnectorDraft, ConnectorSettings
from snlib.errors import InvalidInput, SnlibError
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.desk import Desk
from snlib.ui import faults, notices, state
from snlib.ui.components import copy_field, leave_guard, popup_button
from snlib.ui.html import plain

_LABELS = {
    state.CONNECTOR_ENABLED: "Exchange data with the ServiceNow instance",
    state.CONNECTOR_HOST: "ServiceNow instance host",
    state.CONNECTOR_API: "ServiceNow incident API URL",
    state.CONNECTOR_CLIENT: "ServiceNow client app ID",
    state.CONNECTOR_SECRET: "ServiceNow client secret",
}
_LEAVE = "The connector's settings are not saved. Leave the page all the same? What you typed stays in this tab."
_SECRET = state.CONNECTOR_SECRET
_AT_ONCE = "0ms"
"""Every change of a field counts at once. Without it a text counts when its field is left, but not when the keyboard's
focus goes to the field's own buttons (help, show password) and from there elsewhere: the text was lost."""


def show(desk: Desk, connector: ConnectorSettings, test: ConnectionTest | None) -> None:
    """Draw the form; without ``connector.update`` it is read-only and says who may change it.

    When the agent's latest ``test`` is newer than the last save, it holds what was typed before a round trip in this
    tab, which the new session that follows would have lost.
    """
    decision = desk.may("connector.update")
    locked = not decision.allowed
    _prefill(connector, test)
    _fields(locked=locked, has_secret=connector.has_secret)
    copy_field("Redirect URL to register in ServiceNow", desk.redirect_uri, key="sn.connector.redirect", button="Copy")
    if locked:
        st.info(plain(decision.reason), icon=":material/lock:")
        return
    unsaved = _unsaved(desk, connector, test)
    if unsaved:
        st.caption(f":material/edit_note: Not saved yet: {plain(', '.join(unsaved))}")
    leave_guard(_LEAVE, unsaved=bool(unsaved), key="sn.connector.leave")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        _test_button(desk)
        st.button("Save", key="sn.connector.save", on_click=_save, args=(desk,))
    if isinstance(error := st.session_state.pop(state.CONNECTOR_ERROR, None), SnlibError):
        notices.show(error)
    if st.session_state.pop(state.CONNECTOR_SAVED, False):
        st.toast("Connector settings saved.", icon=":material/check:")


def _unsaved(desk: Desk, connector: ConnectorSettings, test: ConnectionTest | None) -> list[str]:
    """Return the labels of what was typed, or tried in a test, and is not saved."""
    saved = _saved_values(connector)
    found = [label for key, label in _LABELS.items() if st.session_state[key] != saved[key]]
    newer = test is not None and (connector.updated_at is None or test.created_at > connector.updated_at)
    if test and newer and test.passed and test.valid.asks == connector.asks and not st.session_state[_SECRET]:
        # What differs is the secret: a field that came back empty after a round trip in this tab.
        found += [] if connector_desk.is_saved(desk, test) else [_LABELS[_SECRET]]
    return found


def _fields(*, locked: bool, has_secret: bool) -> None:
    """Draw the toggle and the four fields, each with the sentence that says what is wrong."""
    st.toggle(_LABELS[state.CONNECTOR_ENABLED], key=state.CONNECTOR_ENABLED, disabled=locked, persist_state="session")
    _problem("enabled")
    st.text_input(
        _LABELS[state.CONNECTOR_HOST],
        key=state.CONNECTOR_HOST,
        disabled=locked,
        live=_AT_ONCE,
        persist_state="session",
        placeholder="https://example.service-now.com",
        help="The address of the instance, without a path.",
    )
    _problem("host")
    st.text_input(
        _LABELS[state.CONNECTOR_API],
        key=state.CONNECTOR_API,
        disabled=locked,
        live=_AT_ONCE,
        persist_state="session",
        placeholder="/api/now/table/incident",
        help="The Table API path of the table that holds incidents.",
    )
    _problem("incident_api_url")
    st.text_input(
        _LABELS[state.CONNECTOR_CLIENT],
        key=state.CONNECTOR_CLIENT,
        disabled=locked,
        live=_AT_ONCE,
        persist_state="session",
        help="The Client ID of the application in System OAuth › Application Registry; not its secret.",
    )
    _problem("client_id")
    st.text_input(
        _LABELS[state.CONNECTOR_SECRET],
        key=state.CONNECTOR_SECRET,
        type="password",
        disabled=locked,
        live=_AT_ONCE,
        persist_state="session",
        autocomplete="off",
        placeholder="Stored. Leave empty to keep it." if has_secret else "Optional; empty for a public client",
        help="Stored encrypted and never shown again.",
    )
    _problem("client_secret")


def _prefill(connector: ConnectorSettings, test: ConnectionTest | None) -> None:
    """Fill the fields with the saved settings when they first appear and when nothing was typed; typed text stays.

    The version is kept that the fields show. Saving compares it, so that nobody overwrites another save unseen.
    """
    values = _saved_values(connector)
    shown = st.session_state.get(state.CONNECTOR_SHOWN, {})
    gone = not any(key in st.session_state for key in values)  # another page was open in between
    untouched = all(st.session_state.get(key) == value for key, value in shown.items())
    if gone or not shown or (untouched and st.session_state[state.CONNECTOR_VERSION] != connector.version):
        st.session_state.update({**values, **(_typed_before(connector, test) if not shown else {})})
        st.session_state[state.CONNECTOR_SHOWN] = values
        st.session_state[state.CONNECTOR_VERSION] = connector.version


def _saved_values(connector: ConnectorSettings) -> dict[str, object]:
    """Return what the fields show of the saved settings, by key; the secret is never shown."""
    return {
        state.CONNECTOR_ENABLED: connector.enabled or not connector.instance_url,
        state.CONNECTOR_HOST: connector.instance_url,
        state.CONNECTOR_API: connector.incident_api_path or "/api/now/table/incident",
        state.CONNECTOR_CLIENT: connector.client_id,
        state.CONNECTOR_SECRET: "",
    }


def _typed_before(connector: ConnectorSettings, test: ConnectionTest | None) -> dict[str, object]:
    """Return the fields of a test that is newer than the last save."""
    if test is None or (connector.updated_at is not None and test.created_at <= connector.updated_at):
        return {}
    return {
        state.CONNECTOR_ENABLED: test.valid.enabled,
        state.CONNECTOR_HOST: test.valid.instance_url,
        state.CONNECTOR_API: test.valid.incident_api_path,
        state.CONNECTOR_CLIENT: test.valid.client_id,
    }


def _draft() -> ConnectorDraft:
    return ConnectorDraft(
        enabled=bool(st.session_state[state.CONNECTOR_ENABLED]),
        host=str(st.session_state[state.CONNECTOR_HOST] or ""),
        incident_api_url=str(st.session_state[state.CONNECTOR_API] or ""),
        client_id=str(st.session_state[state.CONNECTOR_CLIENT] or ""),
        client_secret=str(st.session_state[state.CONNECTOR_SECRET] or "") or None,
    )


def _problem(field: str) -> None:
    """Draw the sentence that says what is wrong with a field, right below it."""
    sentence = st.session_state.get(state.CONNECTOR_PROBLEMS, {}).get(field)
    if sentence:
        st.markdown(f":red[{plain(sentence)}]")


def _test_button(desk: Desk) -> None:
    answer = popup_button(
        "Test connection",
        key="sn.connector.test",
        ask=True,
        target=str(st.session_state.get(state.CONNECTOR_TARGET, "")),
        nonce=str(st.session_state.get(state.CONNECTOR_NONCE, "")),
        return_path="/connector",
    )
    if answer.asked and answer.asked != st.session_state.get(state.CONNECTOR_NONCE):
        st.session_state[state.CONNECTOR_NONCE] = answer.asked
        st.session_state[state.CONNECTOR_TARGET] = _start_test(desk)
        st.rerun()
    if answer.answered:
        st.rerun()


def _start_test(desk: Desk) -> str:
    """Begin a test of what is typed; return the path of its round trip, empty when the test has already failed."""
    st.session_state[state.CONNECTOR_PROBLEMS] = {}
    try:
        with st.spinner("Asking the ServiceNow instance…"):
            test = connector_desk.start_test(desk, _draft())
    except InvalidInput as error:
        st.session_state[state.CONNECTOR_PROBLEMS] = error.fields
        return ""
    except SnlibError as error:
        st.session_state[state.CONNECTOR_ERROR] = error
        return ""
    return "" if test.finished else f"/servicenow/connect?purpose=test&test={test.id}"


@faults.caught()
def _save(desk: Desk) -> None:
    st.session_state[state.CONNECTOR_PROBLEMS] = {}
    try:
        connector_desk.save(desk, _draft(), expected_version=int(st.session_state[state.CONNECTOR_VERSION]))
    except InvalidInput as error:
        st.session_state[state.CONNECTOR_PROBLEMS] = error.fields
    except SnlibError as error:
        st.session_state[state.CONNECTOR_ERROR] = error
        # The typed values stay and the notice names the other save, so saving again may overwrite it.
        st.session_state[state.CONNECTOR_VERSION] = connector_desk.settings(desk).version
    else:
        st.session_state[state.CONNECTOR_SAVED] = True
        del st.session_state[state.CONNECTOR_SHOWN]
