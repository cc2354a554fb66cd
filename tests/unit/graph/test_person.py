"""A person, whichever directory they come from, and as Microsoft Graph writes one."""

import pytest

from snlib.graph.fields import is_object_id, read_object
from snlib.graph.person import Person

ID = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"


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


def test_properties_are_read():
    """Each property ends in its own field, texts cleaned, the primary address first, other kinds left out."""
    user = read_object(
        Person,
        {
            "id": ID.upper(),
            "displayName": "Camille\u202e Dupont",
            "mail": "camille@example.com",
            "accountEnabled": False,
            "businessPhones": ["+33 4", ""],
            "proxyAddresses": ["smtp:c2@example.com", "SMTP:camille@example.com", "X500:/o=x", "SIP:c@example.com"],
        },
    )
    assert user is not None
    assert (user.id, user.name, user.account_enabled) == (ID, "Camille Dupont", False)
    assert user.phones == ("+33 4",)
    assert user.proxy_addresses == ("camille@example.com", "c2@example.com")
    assert user.surname == ""


def test_one_odd_property_does_not_cost_the_person():
    """Properties of a wrong type are read as unknown."""
    user = read_object(
        Person,
        {
            "id": ID,
            "displayName": 5,
            "mail": None,
            "accountEnabled": "yes",
            "businessPhones": "1",
            "proxyAddresses": [7],
        },
    )
    assert user is not None
    assert (user.name, user.mail, user.account_enabled) == ("(no name)", "", None)
    assert (user.phones, user.proxy_addresses) == ((), ())


def test_without_an_object_id_there_is_no_user():
    """Something without an object id is nobody."""
    assert read_object(Person, {"displayName": "Anna"}) is None
    assert read_object(Person, {"id": "../me", "displayName": "Anna"}) is None


def test_only_a_guid_is_an_object_id():
    """No text that could change a path passes for an object id."""
    assert is_object_id(ID)
    for text in ("", "me", f"{ID}/", f"{ID}\n", f" {ID}", "../" + ID, ID.replace("-", ""), "０" + ID[1:]):
        assert not is_object_id(text), text


def test_a_person_without_a_name_is_called_something():
    """Someone without a display name is called by the other names, then by an address."""
    assert Person(ID, given_name="Anna", surname="Berg").name == "Anna Berg"
    assert Person(ID, username="a@example.com").name == "a@example.com"
    assert Person(ID).name == "(no name)"


def test_a_manager_comes_with_the_person():
    """The manager's key and name are read from the expanded object; what is no key is none."""
    person = read_object(Person, {"id": ID, "manager": {"id": ID.upper(), "displayName": "Bo"}})
    assert person is not None
    assert (person.manager_id, person.manager_name) == (ID, "Bo")
    for odd in (None, "x", 7, [], {}, {"id": "../me"}):
        person = read_object(Person, {"id": ID, "manager": odd})
        assert person is not None
        assert person.manager_id == ""
