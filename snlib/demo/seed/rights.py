"""Photos in the directory, and who has a role in Intune itself."""

from __future__ import annotations

from snlib.demo.core.storage import Storage
from snlib.demo.seed.ids import sys_id
from snlib.demo.seed.people import Person

HELP_DESK_OPERATOR = "Help Desk Operator"
"""Intune's built-in role (intune-graph facts, 2.2)."""
OPERATOR = "friedrich.maier"
"""The one person who has it: by Intune only, without an app role or a directory role in Entra."""

PHOTO_SHARE = 0.6
_WITH_PHOTO = frozenset({"hugo.lambert", "lena.okafor", "amelie.fontaine", "siobhan.o'brien", "friedrich.maier"})
_WITHOUT_PHOTO = frozenset({"ingrid.vogel", "mia.novak", "priya.raman", "kiosk.lyon.2"})


def insert_photos(storage: Storage, seed: int, people: list[Person]) -> None:
    """Insert who has a photo: about six in ten."""
    rows = []
    for person in people:
        digest = sys_id(seed, "photo", person.index)
        drawn = int(digest[:8], 16) < PHOTO_SHARE * 2**32
        if person.local in _WITH_PHOTO or (drawn and person.local not in _WITHOUT_PHOTO):
            rows.append({"sys_id": digest, "person_id": person.object_id(seed), "etag": digest[8:16].upper()})
    storage.insert_many("entra_photo", rows)


def insert_intune_roles(storage: Storage, seed: int, people: list[Person]) -> None:
    """Insert the assignment of Intune's own role."""
    for person in people:
        if person.local == OPERATOR:
            key = sys_id(seed, "intune role", person.index)
            values = {"sys_id": key, "person_id": person.object_id(seed), "role": HELP_DESK_OPERATOR}
            storage.insert("intune_role_assignment", values)
