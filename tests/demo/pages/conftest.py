"""Applications that are registered for one test."""

from __future__ import annotations

import pytest

from tests.demo.pages.oauth_client import Application, register, register_public


@pytest.fixture
def application(demo) -> Application:
    """A confidential client of this test alone."""
    return register(demo)


@pytest.fixture
def public_application(demo) -> Application:
    """A public client of this test alone."""
    return register_public(demo)
