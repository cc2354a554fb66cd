"""Who is not let in although the provider vouches for him: guests, where the settings say so, and unreadable claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

from snlib.access import claims
from snlib.errors import InvalidInput
from snlib.settings import AccessPolicy
from tests.support import desk_for
from tests.web.conftest import Browser, dashboard_in

GUEST = {"userType": "Guest", "accountEnabled": "true"}
MEMBER = {"displayName": "Hugo Lambert"}


@pytest.fixture
def browser_at(tmp_path: Path) -> Iterator[Callable[..., Browser]]:
    """Give a browser at a dashboard of the test's own, with these access settings."""
    with ExitStack() as stack:

        def start(**access: object) -> Browser:
            served = stack.enter_context(dashboard_in(tmp_path, access=AccessPolicy(**access)))
            opened = Browser(served)
            stack.callback(opened.close)
            return opened

        yield start


def sign_in(browser: Browser, who: dict[str, str]) -> object:
    """Pick the first such person at the provider, and return the dashboard's answer."""
    row = browser.dashboard.demo.instance.storage.find("entra_user", **who)[0]
    asked = browser.get("/login").headers["location"]
    # The picker shows the personas, and whom the application says it expects.
    picker = browser.follow(
        browser.get(f"{asked}&login_hint={quote(row['userPrincipalName'], safe='')}", site="cross-site")
    )
    chosen = browser.press(picker, row["displayName"])
    return browser.get(chosen.headers["location"], site="cross-site")


def test_guests_are_let_in_by_default(browser_at):
    """Without the setting a guest signs in like anybody else."""
    browser = browser_at()
    assert sign_in(browser, GUEST).status_code == 303
    assert browser.session


def test_guests_are_refused_by_the_setting(browser_at):
    """With the setting a guest gets one sentence and no session, the log says so, and members still sign in."""
    browser = browser_at(refuse_guests=True)
    answer = sign_in(browser, GUEST)
    assert answer.status_code == 403
    assert "Guests are not let in here" in answer.text
    assert not browser.session
    line = browser.dashboard.services.audit.recent(1)[0]
    assert (line.action, line.outcome, line.detail) == ("session.start", "failed", "a guest was refused")
    browser.cookies.clear()  # the provider would send the same account again
    assert sign_in(browser, MEMBER).status_code == 303


def test_unreadable_claims_sign_nobody_in(browser_at, monkeypatch):
    """Claims of another form than the provider promises sign nobody in, and the sentence names the claim."""

    def damaged(*_args: object) -> None:
        raise InvalidInput({"claims": "The claim roles must be a list of texts."})

    browser = browser_at()
    monkeypatch.setattr(claims, "read_claims", damaged)
    answer = sign_in(browser, MEMBER)
    assert answer.status_code == 403
    assert "The claim roles must be a list of texts." in answer.text
    assert not browser.session


def test_another_name_for_a_role(browser_at):
    """App roles named by the settings are what counts at sign-in."""
    browser = browser_at(app_roles="Helpdesk.Agent=counts.view")
    sign_in(browser, MEMBER)
    services = browser.dashboard.services
    agent = services.sessions.find(browser.session)
    assert agent.roles == {"Helpdesk.Agent"}
    assert desk_for(services, agent).may("counts.view").allowed
    assert not desk_for(services, agent).may("users.search").allowed
