"""The load balancer's question."""

from __future__ import annotations

import json

from starlette.requests import Request

from snlib.web.routes import healthz


def ask(site):
    """Return status and body of the answer."""
    answer = healthz(site, Request({"type": "http", "headers": []}))
    return answer.status_code, json.loads(answer.body)


def test_healthy_while_the_database_answers(demo_site):
    """200, and nothing about the installation."""
    assert ask(demo_site) == (200, {"status": "ok"})


def test_not_healthy_before_the_start_is_over(demo_site):
    """503 until everything is there, whatever the database says."""
    demo_site.ready.clear()
    assert ask(demo_site) == (503, {"status": "starting"})
    demo_site.ready.set()
    assert ask(demo_site) == (200, {"status": "ok"})


def test_unavailable_when_it_does_not(demo_site):
    """503, and still nothing about the cause, which is in the log."""
    with demo_site.services.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE agent_session")
    assert ask(demo_site) == (503, {"status": "unavailable"})
