"""The directory behind Microsoft Graph: how its users become people, in which order."""

from snlib.directory.graph_directory import GraphDirectory, person_of
from snlib.graph.client import UserPage
from snlib.graph.users import GraphUser, read_user

ID = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b0"


def user(last_digit: int, name: str, **more: object) -> GraphUser:
    """Return a user of Graph with this name."""
    found = read_user({"id": f"{ID}{last_digit}", "displayName": name, **more})
    assert found is not None
    return found


class OnePage:
    """A client that answers every search with the same page."""

    def __init__(self, *users: GraphUser) -> None:
        self.page = UserPage(users=users, more=True, total=7)

    def search_users(self, text: str, *, top: int) -> UserPage:
        return self.page

    def get_user(self, object_id: str) -> GraphUser:
        return self.page.users[0]


def test_the_best_match_comes_first():
    """Whole name or address first, then what begins with the text, then the rest, by name without accents."""
    client = OnePage(
        user(1, "Joanna Zu"),
        user(2, "Annabel"),
        user(3, "Ånna"),
        user(4, "Bo", mail="anna@example.com"),
        user(5, "Änna Åberg"),
    )
    result = GraphDirectory(client).search("anna")  # type: ignore[arg-type]
    assert [person.name for person in result.people] == ["Ånna", "Änna Åberg", "Annabel", "Bo", "Joanna Zu"]
    assert (result.more, result.total) == (True, 7)


def test_a_person_without_a_name_is_called_something():
    """Someone without a display name is called by the other names, then by an address."""
    assert person_of(user(1, "", givenName="Anna", surname="Berg")).name == "Anna Berg"
    assert person_of(user(1, "", userPrincipalName="a@example.com")).name == "a@example.com"
    assert person_of(user(1, "")).name == "(no name)"
