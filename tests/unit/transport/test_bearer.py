"""The access token as it is sent."""

import pytest
from requests import Request

from snlib.errors import SignInRequired
from snlib.transport import BearerAuth


def test_each_request_asks_for_the_token_anew():
    """Two requests carry two tokens when the token changed in between; neither is kept."""
    tokens = iter(["first", "second"])
    auth = BearerAuth(lambda: next(tokens))
    sent = [Request("GET", "https://acme.service-now.com/", auth=auth).prepare() for _ in range(2)]
    assert [request.headers["Authorization"] for request in sent] == ["Bearer first", "Bearer second"]
    assert "second" not in repr(auth)


def test_without_a_token_nothing_is_sent():
    """What asking for the token raises stops the request."""

    def nobody() -> str:
        raise SignInRequired("Connect first.")

    with pytest.raises(SignInRequired):
        Request("GET", "https://acme.service-now.com/", auth=BearerAuth(nobody)).prepare()
