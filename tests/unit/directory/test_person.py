"""A person, whichever directory it came from."""

import pytest

from snlib.directory.person import Person


@pytest.mark.parametrize(
    ("person", "guest"),
    [
        (Person(id="1", name="A", user_type="Guest"), True),
        (Person(id="1", name="A", username="a_outside.example#EXT#@example.com"), True),
        (Person(id="1", name="A", username="a@example.com", user_type="Member"), False),
    ],
)
def test_who_is_a_guest(person: Person, guest: bool):
    """A guest is known by the type, or by the #EXT# in the user principal name."""
    assert person.is_guest is guest


def test_what_tells_namesakes_apart():
    """Two people of one name are told apart by mail, else by user principal name."""
    assert Person(id="1", name="A", mail="a@example.com", username="u@example.com").address == "a@example.com"
    assert Person(id="1", name="A", username="u@example.com").address == "u@example.com"
