"""Identity: only the session record speaks."""

from __future__ import annotations

import asyncio

import pytest

from snlib.web.sign_in.trusted_headers import TRUSTED_USER_HEADERS, TrustedHeaders

SPOOFED = [
    (b"x-sn-session", b"f" * 64),
    (b"X-Sn-Agent", b"somebody|else|x"),
    (b"x_sn_session", b"f" * 64),
    (b"X-SN_AGENT", b"somebody|else|x"),
    (b"x-sn-anything", b"1"),
]


def arriving(site, headers, kind="websocket"):
    """Send a connection through the middleware; return our headers as the application sees them, and what was sent."""
    seen, sent = [], []

    async def application(scope, receive, send):
        seen.extend(
            (name.decode(), value.decode())
            for name, value in scope["headers"]
            if name.lower().replace(b"_", b"-").startswith(b"x-sn-")
        )

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "path": "/_stcore/stream", "headers": list(headers)}
    asyncio.run(TrustedHeaders(application, site)(scope, receive, send))
    return seen, sent


def cookie_header(value):
    """Return the header that brings a session cookie."""
    return (b"cookie", f"other=1; sn_session_8501={value}".encode("latin-1"))


def test_what_a_client_says_about_itself_is_dropped(demo_site):
    """Spoofed headers, in any case and with underscores, reach nobody, signed out as they are."""
    assert arriving(demo_site, SPOOFED, "http") == ([], [])
    assert arriving(demo_site, SPOOFED) == ([], [])


def test_the_session_record_is_what_arrives(demo_site, hugo):
    """A valid cookie gives session and agent, each once, whatever the client added."""
    cookie, agent = demo_site.services.sessions.start(**hugo)
    seen, _ = arriving(demo_site, [*SPOOFED, cookie_header(cookie), *SPOOFED])
    assert seen == [("x-sn-session", agent.session_id), ("x-sn-agent", agent.key)]


def test_who_has_a_session_waits_until_the_dashboard_is_ready(demo_site, hugo):
    """Before that nothing is looked up: after the longest wait the browser is told to try again."""
    cookie, _ = demo_site.services.sessions.start(**hugo)
    demo_site.ready.clear()
    demo_site.held_seconds = 0
    _, sent = arriving(demo_site, [cookie_header(cookie)])
    assert sent == [{"type": "websocket.close", "code": 1013, "reason": "The dashboard is starting."}]


def test_who_has_none_does_not_wait(demo_site):
    """The page to sign in is served before the dashboard is ready."""
    demo_site.ready.clear()
    demo_site.held_seconds = 0
    assert arriving(demo_site, []) == ([], [])


def test_an_ended_session_is_nobody(demo_site, hugo):
    """After sign-out the same cookie brings no identity."""
    cookie, agent = demo_site.services.sessions.start(**hugo)
    demo_site.services.sessions.end(agent.session_id)
    assert arriving(demo_site, [cookie_header(cookie)]) == ([], [])


@pytest.mark.parametrize("cookie", ["", "x", "f" * 43, "\u00ff", "a;b=c", "%00"])
def test_a_made_up_cookie_is_nobody(demo_site, cookie):
    """Any other value signs nobody in."""
    assert arriving(demo_site, [cookie_header(cookie)]) == ([], [])


def test_names_outside_ascii_fit_a_header(demo_site, hugo):
    """An identity with letters beyond ASCII still makes a header that a server accepts."""
    cookie, _ = demo_site.services.sessions.start(**{**hugo, "object_id": "\u0142-1"})
    seen, _ = arriving(demo_site, [cookie_header(cookie)])
    assert dict(seen)["x-sn-agent"].endswith("\\u0142-1")


def test_a_database_that_does_not_answer_is_not_signed_out(demo_site, hugo):
    """A browser that comes back is refused, so that it tries again and keeps its page; a new tab gets to the notice."""
    cookie, agent = demo_site.services.sessions.start(**hugo)
    with demo_site.services.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE agent_session")
    protocols = (b"sec-websocket-protocol", b"streamlit, xsrf-token, former-session")
    seen, sent = arriving(demo_site, [cookie_header(cookie), protocols])
    assert seen == []
    assert [(message["type"], message["code"]) for message in sent] == [("websocket.close", 1013)]
    for fresh in ([], [(b"sec-websocket-protocol", b"streamlit, xsrf-token")]):
        seen, sent = arriving(demo_site, [cookie_header(cookie), *fresh])
        assert sent == []
        assert [one for one in seen if one[0].startswith("x-sn-")] == [("x-sn-session", agent.session_id)]


def test_an_unknown_cookie_is_nobodys_also_without_a_database(demo_site, hugo):
    """Whatever the cookie says: the name it leads to is a hash that no session has, and every run looks it up."""
    _, agent = demo_site.services.sessions.start(**hugo)
    with demo_site.services.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE agent_session RENAME TO away")
    seen, _ = arriving(demo_site, [cookie_header(agent.session_id)])
    with demo_site.services.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO agent_session")
    assert demo_site.services.sessions.find_by_id(dict(seen)["x-sn-session"]) is None


def test_streamlit_is_told_exactly_these_headers():
    """The committed configuration names the headers that the middleware sets and strips, and no other."""
    import json
    import tomllib
    from pathlib import Path

    config = tomllib.loads((Path(__file__).parents[4] / ".streamlit" / "config.toml").read_text())
    assert json.loads(config["server"]["trustedUserHeaders"]) == TRUSTED_USER_HEADERS
