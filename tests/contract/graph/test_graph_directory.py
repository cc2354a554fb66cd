"""What is Microsoft Graph's own among the claims of a directory: one call, the token, its faults."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from snlib import errors
from snlib.demo.core.faults import Fault
from snlib.demo.core.instance import OidcClient
from snlib.demo.server import Running
from snlib.directory import GraphDirectory
from snlib.graph import GraphClient
from snlib.oauth.app_token import AppToken
from snlib.oauth.client import AppClient
from snlib.transport import Transport

CLIENT = OidcClient("directory-tests", "correct-horse", "http://localhost:8501/login/callback")


@dataclass(frozen=True)
class Reached:
    """A directory and the instance behind it."""

    demo: Running
    directory: GraphDirectory

    def graph_calls(self) -> list[tuple[str, dict[str, list[str]]]]:
        """Return path and parameters of every call of Graph so far."""
        entries = self.demo.instance.request_log.entries()
        return [(entry.path, parse_qs(entry.query)) for entry in entries if entry.path.startswith("/v1.0/")]


def directory_of(demo: Running, *, secret: str = CLIENT.client_secret) -> GraphDirectory:
    """Return a directory that asks this demo instance; it never waits before a retry."""
    transport = Transport()
    endpoint = f"{demo.origin}/{demo.instance.tenant_id}/oauth2/v2.0/token"
    token = AppToken(transport, AppClient(endpoint, CLIENT.client_id, SecretStr(secret)))
    return GraphDirectory(GraphClient(f"{demo.origin}/v1.0", token, transport, sleep=lambda _: None))


@pytest.fixture
def reached(start_demo: Callable[..., Running]) -> Reached:
    """A demo instance with an application of ours, and the directory over it."""
    demo = start_demo(incidents=0, oidc=CLIENT)
    return Reached(demo, directory_of(demo))


def test_a_search_is_one_call(reached: Reached):
    """One search is one call of Graph that asks for no more rows than it needs; the token is asked for once."""
    reached.directory.search("anna", limit=5)
    reached.directory.search("bo ek", limit=5)
    calls = reached.graph_calls()
    assert [path for path, _ in calls] == ["/v1.0/users", "/v1.0/users"]
    assert {params["$top"][0] for _, params in calls} == {"6"}
    tokens = [entry for entry in reached.demo.instance.request_log.entries() if entry.path.endswith("/token")]
    assert len(tokens) == 1


@pytest.mark.parametrize(
    "text", ['"', "\\", '\\"', "') or true or (", '" OR "displayName:a', "R&D #1 100% +x", "a\\" * 20, "%22", "李雷"]
)
def test_no_text_breaks_the_search(reached: Reached, text: str):
    """Quotes, backslashes, brackets, signs of addresses: each is searched for as it stands and finds no one."""
    assert reached.directory.search(f"zzz{text}").people == ()


@pytest.mark.parametrize("text", ["a", "", "an^na", "x" * 101])
def test_what_cannot_be_searched_for_is_not_sent(reached: Reached, text: str):
    """A text that cannot be searched for is one sentence at the field `search`; nothing is sent."""
    with pytest.raises(errors.InvalidInput) as caught:
        reached.directory.search(text)
    assert list(caught.value.fields) == ["search"]
    assert reached.graph_calls() == []


@pytest.mark.parametrize(
    ("kind", "count", "error"),
    [
        ("429", 1, errors.RateLimited),
        ("403", 1, errors.AccessRefused),
        ("500_html", 3, errors.ServiceFailure),
        ("hibernating", 1, errors.UnexpectedAnswer),
        ("redirect", 1, errors.UnexpectedAnswer),
        ("not_json", 1, errors.UnexpectedAnswer),
        ("reset", 3, errors.UnexpectedAnswer),
    ],
)
def test_a_fault_is_one_error_of_the_tree(reached: Reached, kind: str, count: int, error: type[errors.SnlibError]):
    """Whatever goes wrong at Graph is one error of the tree with a sentence that names Microsoft Graph."""
    reached.demo.instance.faults.order(Fault("/v1.0/users", kind, count=count))
    with pytest.raises(error) as caught:
        reached.directory.search("anna")
    assert "Microsoft Graph" in caught.value.user_message
    assert reached.directory.search("hugo").people, "the next search works again"


@pytest.mark.parametrize(("kind", "count"), [("401", 1), ("500_html", 2), ("502", 1), ("reset", 1)])
def test_a_passing_fault_is_not_seen(reached: Reached, kind: str, count: int):
    """A refused token is replaced, and a short failure is tried again; the agent sees people."""
    reached.demo.instance.faults.order(Fault("/v1.0/users", kind, count=count))
    assert reached.directory.search("hugo lambert").people[0].name == "Hugo Lambert"


def test_a_wrong_secret_is_the_administrators_matter(reached: Reached):
    """A refused client secret says whom to ask, and shows neither the secret nor Entra's own words."""
    with pytest.raises(errors.AccessRefused) as caught:
        directory_of(reached.demo, secret="wrong-secret").search("anna")
    assert "Ask an administrator" in caught.value.user_message
    assert "wrong-secret" not in str(caught.value) + caught.value.user_message
    assert "AADSTS" in caught.value.detail


def test_an_expired_token_is_replaced(reached: Reached):
    """A token that expired at the service, which our clock could not know, is replaced without the agent noticing."""
    reached.directory.search("anna")
    reached.demo.instance.clock.advance(7_200)
    assert reached.directory.search("hugo lambert").people
