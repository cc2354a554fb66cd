"""Sealed secrets."""

import base64
import json
import traceback

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from snlib.errors import StoreError
from snlib.vault import Vault

KEY = Vault.generate_key().encode()
OTHER_KEY = Vault.generate_key().encode()


@given(purpose=st.text(), owner=st.text(), secret=st.text())
def test_what_is_sealed_opens_again(purpose: str, owner: str, secret: str):
    """Any text comes back unchanged for its own purpose and owner."""
    vault = Vault([("a", KEY)])
    assert secret == vault.open(purpose, owner, vault.seal(purpose, owner, secret))


def test_the_secret_is_not_in_the_sealed_text():
    """Neither the secret nor its owner can be read from the sealed text without the key."""
    sealed = Vault([("a", KEY)]).seal("token", "agent-one", "sndemo_rt_secret")
    readable = sealed.encode() + base64.urlsafe_b64decode(sealed)
    assert b"sndemo" not in readable
    assert b"agent-one" not in readable


@pytest.mark.parametrize(("purpose", "owner"), [("token", "agent-two"), ("verifier", "agent-one"), ("", "")])
def test_swapped_rows_do_not_open(purpose: str, owner: str):
    """A sealed text put under another owner or purpose is refused although the key fits."""
    vault = Vault([("a", KEY)])
    sealed = vault.seal("token", "agent-one", "secret")
    with pytest.raises(StoreError, match="another owner"):
        vault.open(purpose, owner, sealed)


def test_purpose_and_owner_do_not_run_into_each_other():
    """The border between purpose and owner counts, not only their sum."""
    vault = Vault([("a", KEY)])
    with pytest.raises(StoreError):
        vault.open("p\nx", "y", vault.seal("p", "x\ny", "secret"))


@pytest.mark.parametrize("sealed", ["", "nonsense", "é", "gAAAA" + "A" * 100])
def test_damaged_text_is_a_store_error(sealed: str):
    """Text that was never sealed gives our own error."""
    with pytest.raises(StoreError):
        Vault([("a", KEY)]).open("token", "owner", sealed)


def test_one_changed_character_is_found():
    """A sealed text changed anywhere does not open."""
    vault = Vault([("a", KEY)])
    sealed = vault.seal("token", "owner", "secret")
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    with pytest.raises(StoreError):
        vault.open("token", "owner", changed)


def test_a_lost_key_is_a_store_error_without_the_sealed_text():
    """With another key nothing opens, and the traceback carries neither ciphertext nor secret."""
    sealed = Vault([("a", KEY)]).seal("token", "owner", "secret")
    with pytest.raises(StoreError) as caught:
        Vault([("b", OTHER_KEY)]).open("token", "owner", sealed)
    assert sealed not in "".join(traceback.format_exception(caught.value))


def test_a_new_key_in_front_seals_and_the_old_one_still_opens():
    """Changing keys loses nothing: old secrets open, new ones are sealed with the first key."""
    old = Vault([("old", KEY)])
    both = Vault([("new", OTHER_KEY), ("old", KEY)])
    assert both.open("token", "owner", old.seal("token", "owner", "secret")) == "secret"
    envelope = json.loads(Fernet(OTHER_KEY).decrypt(both.seal("token", "owner", "secret").encode()))
    assert envelope["kid"] == "new"


@pytest.mark.parametrize("keys", [[], [("a", KEY), ("a", OTHER_KEY)], [("a", b"short")]])
def test_a_bad_key_ring_is_refused(keys: list[tuple[str, bytes]]):
    """No key, an id twice, or a key of the wrong length cannot make a vault."""
    with pytest.raises(ValueError, match="key"):
        Vault(keys)


def test_the_key_is_not_in_the_repr():
    """A printed vault shows its key's id only."""
    assert repr(Vault([("a", KEY)])) == "Vault(sealing with key 'a')"
