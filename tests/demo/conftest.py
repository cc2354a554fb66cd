"""What the suites of the demo instance share: its clock, and an application at the demo Entra."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from snlib.demo.core.instance import DemoClock
from tests.demo.entra_client import EntraClient


@pytest.fixture
def clock(demo) -> Iterator[DemoClock]:
    """The instance's clock, back at real time afterwards."""
    yield demo.instance.clock
    demo.instance.clock.reset()


@pytest.fixture
def entra(demo) -> Iterator[EntraClient]:
    """An application of this test's own, with a browser."""
    with EntraClient(demo) as client:
        yield client
