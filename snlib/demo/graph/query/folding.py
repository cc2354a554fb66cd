"""How the demo's directory compares texts.

Graph documents that ``$search`` is blind to case and splits ``displayName`` into words at spaces, digits, symbols and
changes from lower to upper case. Two things it does not document are decided here. Accents do not matter to
``$search``, ``startswith`` and ``endswith`` ("jose" finds José), while ``eq`` takes them at face value. A word split at
a change of case is also found whole ("mcdonald" finds McDonald).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import pairwise

_WITHOUT_DECOMPOSITION = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"})


def without_accents(text: str) -> str:
    """Return ``text`` without accents, its case as it was."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_WITHOUT_DECOMPOSITION)


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Return ``text`` without accents and differences of case."""
    return without_accents(text).casefold()


def matches_words(searched: str, text: str) -> bool:
    """Return whether every word of ``searched`` begins a word of ``text``, in any order."""
    asked = [word.casefold() for word in _split(without_accents(searched), at_case=False)]
    return bool(asked) and all(any(word.startswith(part) for word in words(text)) for part in asked)


@lru_cache(maxsize=100_000)
def words(text: str) -> frozenset[str]:
    """Return the words under which ``text`` is found, folded: split at changes of case, and not."""
    plain = without_accents(text)
    return frozenset(word.casefold() for at_case in (True, False) for word in _split(plain, at_case=at_case))


def _split(text: str, *, at_case: bool) -> list[str]:
    cuts = [0]
    for index, (before, after) in enumerate(pairwise(text), start=1):
        changes_kind = before.isalpha() != after.isalpha() or before.isdigit() != after.isdigit()
        if changes_kind or (at_case and before.islower() and after.isupper()):
            cuts.append(index)
    cuts.append(len(text))
    return [word for begin, end in pairwise(cuts) if (word := text[begin:end])[:1].isalnum()]
