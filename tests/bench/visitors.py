"""Signs helpdesk agents in at a dashboard in demo mode and opens a person there, without a browser."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urljoin

import httpx

from tests.bench.sessions import Session
from tests.demo.browsing import Browser
from tests.support import walk_consent

AGENT = "Hugo Lambert"
AGENT_USER_NAME = "hugo.lambert"
CONNECT = "/servicenow/connect?purpose=agent&mode=popup"
CALLBACK = "/servicenow/callback"
SEARCH = "sn.search"
"""Key of the search box."""


def sign_in(url: str, *, connect: bool = False) -> str:
    """Sign the agent in and return the ``Cookie`` header of the new session.

    Args:
        url: The dashboard's origin.
        connect: Whether to authenticate with ServiceNow as well, which counts for all sessions of this agent.
    """
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        to_provider = client.get("/login").headers["location"]
        picker = Browser(urljoin(to_provider, "/").rstrip("/")).open(to_provider)
        button = next(label for form in picker.page.forms for label in form.buttons if AGENT in label)
        picker.press(button)
        client.get(picker.left_for)
        if connect:
            consent = client.get(CONNECT).headers["location"]
            answer = client.get(CALLBACK, params=walk_consent(consent, AGENT_USER_NAME))
            answer.raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


async def find_person(url: str, cookie: str, typed: str) -> str:
    """Type into the search box, and return the id of the first person found."""
    async with Session(url, page="troubleshooting", cookie=cookie) as session:
        await session.rerun()
        await session.set(SEARCH, json.dumps({"q": typed}))
        data = json.loads(session.widget(SEARCH).proto.json)
    return str(data["options"][0]["id"])


def address(person_id: str, tab: str) -> str:
    """Return the query of the page Troubleshooting with a person and a tab open."""
    return urlencode({"person": person_id, "tab": tab})
