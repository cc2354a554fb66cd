"""What an agent typed into the one search box, where to look for it, and in which order people are offered; pure.

A name, an address, a name pasted with its address, a device's name or serial number, an incident's number or an id.
Nothing is guessed away: a text that could be several things is looked for as each of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from snlib.errors import InvalidInput
from snlib.graph import Person
from snlib.graph.fields import is_object_id

MIN_CHARS = 2
MAX_CHARS = 100

_INCIDENT = re.compile(r"#?(INC\d{4,15})", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{3,62}[A-Za-z0-9]")
"""One word of the signs that serial numbers and computer names are made of, five at least."""

# An address wherever it stands: "Bo Ek <bo.ek@example.com>", "mailto:bo.ek@example.com?subject=x", "a@b.se; c@d.se".
_ADDRESS = re.compile(r"[^\s<>()\[\]{},;:|\"“”„«»‹›@?]+@[^\s<>()\[\]{},;:|\"“”„«»‹›@?]+")
_QUOTES = "\"'`´“”„‟«»‹›‘’‚"
_AROUND = " \t,;:|<>()[]{}" + _QUOTES
"""What lists, quotations and mail programs put around a name, and what no name begins or ends with."""

# Marks that come along with pasted text and that nobody can see: dropped, not refused.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]")
_JOINERS = re.compile("[\u200c\u200d]")
_NEEDS_JOINERS = re.compile("[\u0590-\u1fff\U0001f000-\U0001faff]")
"""Letters, of Persian or Hindi for instance, between which a joiner makes another word."""

_WITHOUT_DECOMPOSITION = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True, slots=True)
class SearchText:
    """What a text can be, and so where to look.

    Attributes:
        text: What was typed, cleaned.
        incident: A number with the prefix that incidents have on a fresh instance, in capitals, ``""`` when it is none;
            then nothing else is looked for first.
        person_id: An object id in lower case, ``""`` when it is none; then nothing else is looked for.
        people: Look among people.
        device: Look for a device of this name or serial number as well, and for an incident of this number when nobody
            was found: instances give their records prefixes of their own.
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
    code = cleaned.removeprefix("#")
    if _CODE.fullmatch(code) and any(character.isdigit() for character in code):
        return SearchText(code, people=True, device=True)
    return SearchText(cleaned, people=True, device_if_nobody=True)


def clean_text(text: str) -> str:
    """Return what to search for: a name, a code or an address without what was pasted around it, on one line.

    Where an address is in the text it is that alone, of several the first; of several names between semicolons it is
    the first. A comma between a last and a first name goes, too: both are looked for in any order.

    >>> clean_text("  Bo Ek <bo.ek@example.com>; Åsa Berg <asa.berg@example.com>")
    'bo.ek@example.com'
    >>> clean_text('"Ek, Bo";')
    'Ek Bo'

    Raises:
        InvalidInput: ``search``: too short, too long, or with a character that cannot be searched for.
    """
    if len(text) > MAX_CHARS * 40:
        raise _refused(f"Type at most {MAX_CHARS} characters.")
    cleaned = _INVISIBLE.sub("", text)
    if not _NEEDS_JOINERS.search(cleaned):
        cleaned = _JOINERS.sub("", cleaned)
    cleaned = _core(" ".join(cleaned.split()))  # line breaks and no-break spaces are blanks
    # NFKC turns look-alikes into what they look like, so a full-width caret is a caret too. The text itself is sent as
    # typed: a name keeps its own letters.
    if "^" in unicodedata.normalize("NFKC", cleaned):
        raise _refused("A name or e-mail address has no “^”: remove it and search again.")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in cleaned):
        raise _refused("The text holds a control character: type it instead.")
    if len(cleaned) < MIN_CHARS:
        raise _refused(f"Type at least {MIN_CHARS} characters of a name or e-mail address.")
    if len(cleaned) > MAX_CHARS:
        raise _refused(f"Type at most {MAX_CHARS} characters.")
    return cleaned


def _core(text: str) -> str:
    """Return the address in ``text``, or the first of the names in it."""
    if address := _ADDRESS.search(text):
        found = unquote(address[0]) if "mailto:" in text.lower() else address[0]
        return found.strip(_QUOTES + ".")
    first = next((part for part in (part.strip(_AROUND) for part in text.split(";")) if part), "")
    return " ".join(first.replace(",", " ").split())


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
    if any(_words(text) == _words(key) for text in texts):
        place = 0
    elif any(text.startswith(key) for text in texts):
        place = 1
    else:
        place = 2
    return place, folded(person.name), person.id


def _words(text: str) -> list[str]:
    return sorted(text.replace(",", " ").split())
