"""The matrix as a person meets it: what the page offers, pressed."""

from __future__ import annotations

import re

from sqlalchemy import text

from snlib.agent import Agent
from snlib.demo.server import Running
from snlib.errors import PermissionDenied
from snlib.helpdesk.services import Services
from tests.matrix.rows import CALLER, FIND, Row
from tests.pages import cast
from tests.pages.screen import Screen
from tests.support import connect, sign_in


class Person:
    """One of the demo's people in front of the screen, authenticated with ServiceNow if the dashboard lets them."""

    def __init__(self, services: Services, demo: Running, persona: str) -> None:
        self._services = services
        self._caller = cast.named(demo, CALLER)["id"]
        self.agent: Agent = sign_in(services, persona)
        try:
            connect(services, self.agent, persona)
        except PermissionDenied:
            self.connected = False
        else:
            self.connected = True

    def does(self, row: Row) -> bool:
        """Open the page and do what the row says; whether it could be done and had its effect."""
        query = {"person": self._caller, "tab": row.tab} if row.tab else {}
        screen = Screen(self.agent, row.page, **query)
        before = self._effect(row.effect)
        if row.label and not self._press(screen, row):
            return False
        if row.effect:
            return self._effect(row.effect) != before
        return re.search(row.draws, f"{screen.wire}\n{screen.text}") is not None

    def _press(self, screen: Screen, row: Row) -> bool:
        """Use the widget; False when it is not there."""
        if row.state[0] == "trigger_value":
            if row.label not in screen.buttons:
                return False
            screen.press(row.label)
            return True
        if not screen.has_component(row.label):
            return False
        if row.label == FIND:
            screen.type(row.label, q="amelie.fon")
        else:
            screen.trigger(row.label, "asked", "a nonce")
        return True

    def _effect(self, effect: str) -> object:
        if not effect:
            return None
        if effect == "connector":
            return self._services.connector.load().version
        with self._services.engine.connect() as connection:
            count = text(f"SELECT COUNT(*) FROM {effect} WHERE agent_key = :key")
            return connection.scalar(count, {"key": self.agent.key})
