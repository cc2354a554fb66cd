"""Session-state keys and query parameters: in one place, each once."""

from snlib.ui import state

VALUES = {name: value for name, value in vars(state).items() if name.isupper() and isinstance(value, str)}
QUERY = {
    *("PERSON", "TAB", "DEVICE", "COLUMNS", "FILTERS", "SINCE"),
    *("LOG_AGENT", "LOG_ACTION", "LOG_OUTCOME", "LOG_SINCE", "LOG_UNTIL", "LOG_PAGE", "LOG_THROUGH"),
}


def test_every_key_is_there_once():
    """No two names have the same key."""
    assert len(set(VALUES.values())) == len(VALUES)


def test_keys_are_ours():
    """Every key that is no query parameter begins with sn., so that none meets Streamlit's or another's."""
    assert {name for name, value in VALUES.items() if not value.startswith("sn.")} == QUERY
