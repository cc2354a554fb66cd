"""A client of the demo Graph."""

from __future__ import annotations

import pytest

from tests.demo.graph_client import Graph


@pytest.fixture
def graph(demo, entra) -> Graph:
    """A client with an app-only token."""
    return Graph(demo, entra.app_token())
