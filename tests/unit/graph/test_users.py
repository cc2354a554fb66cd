"""A user as Microsoft Graph writes it."""

from snlib.graph.fields import is_object_id
from snlib.graph.users import read_user

ID = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"


def test_properties_are_read():
    """Each property ends in its own field, texts cleaned, the primary address first, other kinds left out."""
    user = read_user(
        {
            "id": ID.upper(),
            "displayName": "Camille\u202e Dupont",
            "mail": "camille@example.com",
            "accountEnabled": False,
            "businessPhones": ["+33 4", ""],
            "proxyAddresses": ["smtp:c2@example.com", "SMTP:camille@example.com", "X500:/o=x", "SIP:c@example.com"],
        }
    )
    assert user is not None
    assert (user.id, user.display_name, user.account_enabled) == (ID, "Camille Dupont", False)
    assert user.business_phones == ("+33 4",)
    assert user.proxy_addresses == ("camille@example.com", "c2@example.com")
    assert user.surname == ""


def test_one_odd_property_does_not_cost_the_person():
    """Properties of a wrong type are read as unknown."""
    user = read_user(
        {
            "id": ID,
            "displayName": 5,
            "mail": None,
            "accountEnabled": "yes",
            "businessPhones": "1",
            "proxyAddresses": [7],
        }
    )
    assert user is not None
    assert (user.display_name, user.mail, user.account_enabled) == ("", "", None)
    assert (user.business_phones, user.proxy_addresses) == ((), ())


def test_without_an_object_id_there_is_no_user():
    """Something without an object id is nobody."""
    assert read_user({"displayName": "Anna"}) is None
    assert read_user({"id": "../me", "displayName": "Anna"}) is None


def test_only_a_guid_is_an_object_id():
    """No text that could change a path passes for an object id."""
    assert is_object_id(ID)
    for text in ("", "me", f"{ID}/", f"{ID}\n", f" {ID}", "../" + ID, ID.replace("-", ""), "０" + ID[1:]):
        assert not is_object_id(text), text
