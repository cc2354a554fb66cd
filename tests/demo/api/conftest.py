"""A demo instance for each file, because these tests turn switches and write, and clients of its APIs."""

from __future__ import annotations

import pytest

from tests.demo.asking import ADMIN, AGENT, Api


@pytest.fixture(scope="module")
def demo(start_module_demo):
    """A demo instance of this file's own."""
    return start_module_demo(incidents=400)


@pytest.fixture
def admin(demo):
    """The instance as its administrator sees it."""
    return Api(demo, ADMIN)


@pytest.fixture
def agent(demo):
    """The instance as an agent with the role itil sees it."""
    return Api(demo, AGENT)
