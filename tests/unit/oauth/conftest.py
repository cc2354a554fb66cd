"""Fixtures of the OAuth tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from snlib.oauth.tokens import Token
from tests.support import register_dashboard
from tests.token_endpoint import TokenEndpoint, token_endpoint
from tests.unit.oauth.desks import HUGO, Desk, make_desk


@pytest.fixture
def desk(fresh_demo, tmp_path: Path) -> Iterator[Desk]:
    """Parts over a demo instance of the test's own."""
    register_dashboard(fresh_demo.instance)
    yield from make_desk(tmp_path, fresh_demo.origin)


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    """Return an endpoint that answers as told."""
    with token_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def odd(endpoint: TokenEndpoint, tmp_path: Path) -> Iterator[Desk]:
    """Parts over that endpoint, with a token for fifteen minutes."""
    for desk in make_desk(tmp_path, endpoint.origin):
        token = Token("access-1", "refresh-1", desk.clock() + timedelta(seconds=900), 900)
        desk.tokens.save(HUGO.key, desk.client.connection_key, token)
        yield desk
