"""What ServiceNow sent the browser back with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.errors import AuthorizationExpired
from snlib.oauth.request import read_callback


def test_allow_and_deny():
    """A code or the error of a refusal, with the state they belong to."""
    allowed = read_callback([("code", "c"), ("state", "s")])
    assert (allowed.code, allowed.state, allowed.denied, allowed.error) == ("c", "s", False, "")
    denied = read_callback([("error", "access_denied"), ("error_description", "<b>no</b>"), ("state", "s")])
    assert (denied.code, denied.denied) == ("", True)
    assert "<b>" not in repr(denied)


def test_secrets_are_not_in_the_repr():
    """Neither code nor state is printed."""
    assert "sentinel" not in repr(read_callback([("code", "sentinel-c"), ("state", "sentinel-s")]))


@pytest.mark.parametrize("error", ["<script>", "a" * 41, "ACCESS", "a b"])
def test_an_odd_error_is_not_passed_on(error: str):
    """Only what looks like an error code of RFC 6749 is kept."""
    callback = read_callback([("error", error), ("code", "c"), ("state", "s")])
    assert (callback.error, callback.code, callback.denied) == ("unknown", "", False)


@pytest.mark.parametrize(
    "params",
    [
        [],
        [("code", "c")],
        [("state", "s")],
        [("state", ""), ("code", "c")],
        [("state", "s"), ("code", "")],
        [("state", "s"), ("state", "s"), ("code", "c")],
        [("state", "s"), ("code", "a"), ("code", "b")],
        [("state", "s"), ("error", "a"), ("error", "b")],
        [("state", "s"), ("code", "a"), ("iss", "a"), ("iss", "b")],
    ],
)
def test_an_incomplete_answer_is_refused(params: list[tuple[str, str]]):
    """A missing state, neither code nor error, or a parameter given twice."""
    with pytest.raises(AuthorizationExpired, match=r"^authorization response") as caught:
        read_callback(params, service="Microsoft Graph")
    assert caught.value.user_message == "Microsoft Graph returned an incomplete answer. Please connect again."


@given(params=st.lists(st.tuples(st.sampled_from(["state", "code", "error", "iss", "x"]), st.text(max_size=3))))
def test_a_repeated_parameter_never_counts(params: list[tuple[str, str]]):
    """Whatever is accepted held each parameter at most once."""
    try:
        callback = read_callback(params)
    except AuthorizationExpired:
        return
    names = [name for name, _ in params if name != "x"]
    assert len(names) == len(set(names))
    assert callback.state == dict(params)["state"] != ""
