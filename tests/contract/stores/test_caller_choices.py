"""Which of several ServiceNow users a person is, remembered on every database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from snlib.incidents import CallerChoice, CallerChoices
from tests.stores import START, HandClock

pytestmark = pytest.mark.xdist_group("postgresql")

ACME, OTHER = "https://acme.service-now.com", "https://other.service-now.com"


@pytest.fixture
def choices(open_engine: Callable[[], Engine]) -> CallerChoices:
    """An empty store."""
    return CallerChoices(open_engine(), HandClock())


def test_one_choice_a_person_and_instance(choices: CallerChoices):
    """The latest choice of a person on an instance counts; other people and instances have their own."""
    assert choices.find("p", ACME) is None
    choices.save("p", ACME, "1" * 32, chosen_by="Hugo")
    choices.save("p", OTHER, "2" * 32, chosen_by="Lena")
    choices.save("q", ACME, "3" * 32, chosen_by="Lena")
    choices.save("p", ACME, "4" * 32, chosen_by="Ingrid")
    assert choices.find("p", ACME) == CallerChoice("4" * 32, "Ingrid", START)
    assert choices.find("p", OTHER) == CallerChoice("2" * 32, "Lena", START)


def test_forgetting(choices: CallerChoices):
    """Forgetting takes one choice away and no other; there need not be one."""
    choices.save("p", ACME, "1" * 32, chosen_by="Hugo")
    choices.save("q", ACME, "2" * 32, chosen_by="Hugo")
    choices.forget("p", ACME)
    choices.forget("p", ACME)
    assert choices.find("p", ACME) is None
    assert choices.find("q", ACME) is not None
