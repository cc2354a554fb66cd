"""What an agent typed into the one search box, and where to look for it; pure.

A name, an address, a name pasted with its address, a device's name or serial number, an incident's number or an id.
Nothing is guessed away: a text that could be several things is looked for as each of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from snlib.graph.fields import is_object_id
from snlib.graph.search import clean_text

_INCIDENT = re.compile(r"#?(INC\d{4,15})", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{3,62}[A-Za-z0-9]")
"""One word of the signs that serial numbers and computer names are made of, five at least."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where to look.

    Attributes:
        text: What was typed, cleaned.
        incident: The incident's number in capitals, ``""`` when it is none; then nothing else is looked for.
        person_id: An object id in lower case, ``""`` when it is none; then nothing else is looked for.
        people: Look among people.
        device: Look for a device of this name or serial number as well.
        device_if_nobody: Look for a device of this name when no person was found ("Anna's iPhone").
    """

    text: str
    incident: str = ""
    person_id: str = ""
    people: bool = False
    device: bool = False
    device_if_nobody: bool = False


def route(text: str) -> Route:
    """Return where to look for ``text``.

    >>> route("inc0010023").incident
    'INC0010023'
    >>> route("LYO-LT-0412").device, route("Camille Dupont").device
    (True, False)

    Raises:
        InvalidInput: ``search``: too short, too long, or with a character that cannot be searched for.
    """
    cleaned = clean_text(text)
    if incident := _INCIDENT.fullmatch(cleaned):
        return Route(cleaned, incident=incident[1].upper())
    if is_object_id(cleaned):
        return Route(cleaned, person_id=cleaned.lower())
    if "@" in cleaned:
        return Route(cleaned, people=True)
    # A digit makes a code of a word: names have none, serial numbers and most computer names do.
    if _CODE.fullmatch(cleaned) and any(character.isdigit() for character in cleaned):
        return Route(cleaned, people=True, device=True)
    return Route(cleaned, people=True, device_if_nobody=True)
