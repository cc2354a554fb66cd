"""The directory behind Microsoft Graph: in which order its users are offered."""

import pytest

from snlib.directory import GraphDirectory
from snlib.errors import InvalidInput
from tests.unit.graph.scripted import asked, listed

ID = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b0"


def test_the_best_match_comes_first():
    """Whole name or address first, then what begins with the text, then the rest, by name without accents."""
    found = [("Joanna Zu", ""), ("Annabel", ""), ("Ånna", ""), ("Bo", "anna@example.com"), ("Änna Åberg", "")]
    users = [{"id": f"{ID}{n}", "displayName": name, "mail": mail} for n, (name, mail) in enumerate(found)]
    client, _ = asked([listed(*users, **{"@odata.count": 7, "@odata.nextLink": "x"})])
    result = GraphDirectory(client).search("anna")
    assert [person.name for person in result.people] == ["Ånna", "Änna Åberg", "Annabel", "Bo", "Joanna Zu"]
    assert (result.more, result.total) == (True, 7)


@pytest.mark.parametrize("typed", ["a", "an^na", "anna\x00berg"])
def test_a_text_that_cannot_be_searched_for_is_not_sent(typed: str):
    """Invalid input is refused before anything is sent."""
    client, script = asked([])
    with pytest.raises(InvalidInput):
        GraphDirectory(client).search(typed)
    assert script.sent == []
