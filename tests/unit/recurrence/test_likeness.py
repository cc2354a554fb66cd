"""Two incidents are likely the same trouble, or not, for reasons that can be read."""

from __future__ import annotations

import numpy as np
import pytest

from snlib.recurrence import DEFAULT_THRESHOLD
from snlib.recurrence.likeness import SIGNALS, likeness, signals_of
from tests.unit.recurrence.incidents import incidents

FILED = {"category": "Software", "assignment_group": "Service Desk"}


def likely(first: str, second: str, **cells: str) -> bool:
    """Return whether two incidents with these texts, filed alike, are taken for the same trouble."""
    rows = [{**FILED, **cells, "short_description": text} for text in (first, second)]
    return bool(likeness(incidents(rows))[0, 1] >= DEFAULT_THRESHOLD)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("Outlook crashes when opening", "outlok chrashes wen openning", id="misspelt"),
        pytest.param("VPN drops every ten minutes", "URGENT!!! vpn conection drops evry 10 min INC0012345", id="noise"),
        pytest.param("L'imprimante n'imprime plus", "Printer does not print", id="French and English"),
        pytest.param("Mon PC est très lent", "computer extremely slow", id="French and English, slow"),
        pytest.param("L’écran reste noir", "monitor stays black", id="French with a typographic apostrophe"),
        pytest.param("Compte verrouillé", "user account is locked", id="accents"),
        pytest.param("Wi-Fi loses its connection", "wlan disconnects all the time", id="other words"),
        pytest.param("Ceramill Mind meldet Fehler 17", "Ceramill Mind meldet Fehler 17", id="a language nobody knows"),
        pytest.param("مشكلة في الطابعة", "مشكلة في الطابعة", id="another script"),
    ],
)
def test_the_same_trouble(first: str, second: str):
    """Misspellings, noise, another language and other words do not hide that it is the same trouble."""
    assert likely(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("Outlook crashes when opening", "Excel crashes when opening", id="another thing"),
        pytest.param("Printer: paper jam", "Printer: toner is empty", id="another trouble"),
        pytest.param("VPN drops every ten minutes", "Please give Anna VPN access", id="a request"),
        pytest.param("L'imprimante n'imprime plus", "Commander une imprimante svp", id="a request in French"),
        pytest.param("SAP user locked", "SAP: how do I add a material?", id="a question"),
        pytest.param("Battery of my laptop drains quickly", "Laptop stolen from the train", id="the same laptop"),
        pytest.param("", "", id="no text"),
        pytest.param("😀", "🖨️", id="emoji"),
    ],
)
def test_another_trouble(first: str, second: str):
    """The same words, thing or symptom are not enough; requests are not faults; two times nothing is not the same."""
    assert not likely(first, second)


def test_no_sound_after_an_update_is_no_failed_update():
    """A "no" is said of the words it stands with."""
    assert not likely("Windows update fails on my laptop", "After the Windows update no sound on my laptop")


def test_another_item_speaks_against_and_the_same_item_for():
    """Two incidents with one text are likelier on one configuration item than on two."""
    texts = [{"short_description": "stays black", "item_sys_id": key} for key in ("a", "a", "b", None)]
    found = likeness(incidents(texts))
    assert found[0, 1] > found[0, 3] > found[0, 2]


@pytest.mark.parametrize("cell", ["item_sys_id", "category", "subcategory", "assignment_group", "short_description"])
def test_a_missing_cell_says_as_much_as_an_empty_one(cell: str):
    """None and an empty text are the same: they are nothing in common, and nothing that differs."""
    rows = [{**FILED, "item_sys_id": "a", "short_description": "Outlook crashes"} for _ in range(2)]
    missing, empty = ([{**row, cell: nothing} for row in rows] for nothing in (None, ""))
    assert np.array_equal(likeness(incidents(missing)), likeness(incidents(empty)))


def test_every_signal_is_weighed_and_explained():
    """The signals that are computed are those of the table, each with a sentence, and go from 0 to 1."""
    found = dict(signals_of(incidents(["Outlook crashes", "Excel shows a wrong total"])))
    assert list(found) == list(SIGNALS)
    assert all(signal.why.endswith(".") and signal.weight for signal in SIGNALS.values())
    assert all(0 <= matrix.min() <= matrix.max() <= 1 for matrix in found.values())
