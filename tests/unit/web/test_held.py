"""Requests that come before the dashboard is ready."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

from snlib.web import handlers
from snlib.web.routes import HELD, routes


@pytest.fixture
def starting_site(demo_site, monkeypatch):
    """Give a site that is not ready, whose handlers answer whether it is."""

    async def answer(_request):
        return PlainTextResponse(str(demo_site.ready.is_set()))

    monkeypatch.setattr(handlers, "handlers", lambda _site: dict.fromkeys(HELD, answer))
    demo_site.ready.clear()
    return demo_site


def ask(site, path, meanwhile):
    """Return the answer to a request, ``meanwhile`` done once it has come in."""

    async def live():
        application = Starlette(routes=routes(site, icon=Path("icon.png")))
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8501") as browser:
            asked = asyncio.create_task(browser.get(path))
            for _ in range(50):
                await asyncio.sleep(0)
            meanwhile()
            return await asked

    return asyncio.run(live())


@pytest.mark.parametrize("path", HELD)
def test_a_request_is_held_until_the_dashboard_is_ready(starting_site, path):
    """It is not lost and not refused: it is answered once that is possible."""
    assert ask(starting_site, path, starting_site.ready.set).text == "True"


@pytest.mark.parametrize("path", HELD)
def test_nobody_waits_for_ever(starting_site, path):
    """After the longest wait a page says that the dashboard is starting; it does not reload itself."""
    starting_site.held_seconds = 0
    answer = ask(starting_site, path, lambda: None)
    assert answer.status_code == 503
    assert "The dashboard is starting" in answer.text
    assert "refresh" not in answer.headers
    assert "refresh" not in answer.text
    assert "<script" not in answer.text
