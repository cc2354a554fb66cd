"""What an agent typed into the one search box, where to look for it, and in which order people are offered; pure.

A name, an address, a name pasted with its address, a device's name or serial number, an incident's number or an id.
Nothing is guessed away: a text that could be several things is looked for as each of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from snlib.errors import InvalidInput
from snlib.graph import Person
from snlib.graph.fields import is_object_id

MIN_CHARS = 2
MAX_CHARS = 100

_INCIDENT = re.compile(r"#?(INC\d{4,15})", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{3,62}[A-Za-z0-9]")
"""One word of the signs that serial numbers and computer names are made of, five at least."""

# "Bo Ek <bo.ek@example.com>", as a mail program copies an address; also "mailto:bo.ek@example.com".
_NAMED_MAIL = re.compile(r"[^<>]*<\s*(?:mailto:)?([^<>\s@]+@[^<>\s@]+)\s*>\s*[;,]?\Z", re.IGNORECASE)
_MAILTO = re.compile(r"mailto:([^\s?]+)(?:\?.*)?\Z", re.IGNORECASE)
# Marks that come along with pasted text and that nobody can see: dropped, not refused.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


_WITHOUT_DECOMPOSITION = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True, slots=True)
class SearchText:
    """What a text can be, and so where to look.

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


def read_search_text(text: str) -> SearchText:
    """Return what ``text`` can be; raises as `clean_text`.

    >>> read_search_text("inc0010023").incident
    'INC0010023'
    >>> read_search_text("LYO-LT-0412").device, read_search_text("Camille Dupont").device
    (True, False)
    """
    cleaned = clean_text(text)
    if incident := _INCIDENT.fullmatch(cleaned):
        return SearchText(cleaned, incident=incident[1].upper())
    if is_object_id(cleaned):
        return SearchText(cleaned, person_id=cleaned.lower())
    if "@" in cleaned:
        return SearchText(cleaned, people=True)
    # A digit makes a code of a word: names have none, serial numbers and most computer names do.
    if _CODE.fullmatch(cleaned) and any(character.isdigit() for character in cleaned):
        return SearchText(cleaned, people=True, device=True)
    return SearchText(cleaned, people=True, device_if_nobody=True)


def clean_text(text: str) -> str:
    """Return what to search for: trimmed, and only the address where a name with an address was pasted.

    >>> clean_text("  Bo Ek <bo.ek@example.com>; ")
    'bo.ek@example.com'

    Raises:
        InvalidInput: ``search``: too short, too long, or with a character that cannot be searched for.
    """
    trimmed = _INVISIBLE.sub("", text).strip()
    if len(trimmed) > MAX_CHARS * 4:
        raise _refused(f"Type at most {MAX_CHARS} characters.")
    if pasted := _NAMED_MAIL.match(trimmed) or _MAILTO.match(trimmed):
        trimmed = pasted[1]
    # NFKC turns look-alikes into what they look like, so a full-width caret is a caret too. The text itself is sent as
    # typed: a name keeps its own letters.
    if "^" in unicodedata.normalize("NFKC", trimmed):
        raise _refused("A name or e-mail address has no “^”: remove it and search again.")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in trimmed):
        raise _refused("The text holds a line break or another control character: type it on one line.")
    trimmed = " ".join(trimmed.split())
    if len(trimmed) < MIN_CHARS:
        raise _refused(f"Type at least {MIN_CHARS} characters of a name or e-mail address.")
    if len(trimmed) > MAX_CHARS:
        raise _refused(f"Type at most {MAX_CHARS} characters.")
    return trimmed


def best_first(people: Iterable[Person], text: str) -> tuple[Person, ...]:
    """Return the people whose whole name or address is ``text``, then those that begin with it, then the rest.

    By name within each, without regard to accents and case.
    """
    key = folded(text)
    return tuple(sorted(people, key=lambda person: _rank(person, key)))


def folded(text: str) -> str:
    """Return ``text`` without accents and case, so that "Ångström" is sorted among the A's."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(character for character in decomposed if not unicodedata.combining(character))
    return kept.translate(_WITHOUT_DECOMPOSITION)


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput({"search": sentence})


def _rank(person: Person, key: str) -> tuple[int, str, str]:
    texts = [folded(text) for text in (person.name, person.username, person.account_name, *person.addresses) if text]
    if key in texts:
        place = 0
    elif any(text.startswith(key) for text in texts):
        place = 1
    else:
        place = 2
    return place, folded(person.name), person.id
