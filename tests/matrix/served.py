"""The dashboard as the README starts it, the demo's people signed in by HTTP, and what its database says happened."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx

from snlib.web.sign_in.cookies import session_name
from tests.browser.running import Dashboard
from tests.matrix.wire import Tab
from tests.support import USER_NAMES, walk_consent
from tests.web.conftest import Browser

CONNECT = "/servicenow/connect?purpose=agent"


@dataclass
class Visitor:
    """Somebody in front of the dashboard, with the cookie of a session or without."""

    dashboard: Dashboard
    cookie: str = ""
    _tabs: list[Tab] = field(default_factory=list)

    @property
    def session_id(self) -> str:
        """The session's id in the dashboard's database."""
        return hashlib.sha256(self.cookie.encode()).hexdigest()

    @property
    def agent_key(self) -> str:
        """The key under which the dashboard keeps what is this agent's."""
        row = self.asked("SELECT issuer, tenant_id, object_id FROM agent_session WHERE id = ?", self.session_id)
        return "|".join(row[0]) if row else ""

    def asked(self, sql: str, *params: str) -> list[tuple[str, ...]]:
        """Ask the dashboard's database."""
        with closing(sqlite3.connect(self.dashboard.database, timeout=10)) as store:
            found: list[tuple[str, ...]] = store.execute(sql, params).fetchall()
            return found

    def count(self, table: str) -> int:
        """How many rows of a table are this agent's."""
        return int(self.asked(f"SELECT COUNT(*) FROM {table} WHERE agent_key = ?", self.agent_key)[0][0])

    def connector_version(self) -> int:
        """How often the connector was saved."""
        return int(self.asked("SELECT version FROM connector")[0][0])

    def tab(self) -> Tab:
        """Open a tab."""
        opened = Tab(self.dashboard.url, f"{session_name(self.dashboard.url)}={self.cookie}" if self.cookie else "")
        self._tabs.append(opened)
        return opened

    def get(self, path: str) -> httpx.Response:
        """Ask an address as a click on our own page does."""
        return httpx.get(
            urljoin(self.dashboard.url, path),
            cookies={session_name(self.dashboard.url): self.cookie} if self.cookie else {},
            headers={"accept": "text/html", "sec-fetch-site": "same-origin"},
            timeout=20,
            trust_env=False,
        )

    def connect(self, persona: str) -> bool:
        """Authenticate with the demo ServiceNow; whether the dashboard let it begin."""
        begun = self.get(CONNECT)
        if not begun.is_redirect:
            return False
        params = httpx.QueryParams(walk_consent(begun.headers["location"], USER_NAMES[persona]))
        return self.get(f"/servicenow/callback?{params}").is_redirect

    def close(self) -> None:
        """Close every tab."""
        for tab in self._tabs:
            tab.close()


@contextmanager
def signed_in(dashboard: Dashboard, persona: str) -> Iterator[Visitor]:
    """Sign in as one of the demo's people, by the provider's own pages."""
    browser = Browser(dashboard)  # type: ignore[arg-type]
    try:
        picked = browser.press(browser.to_provider(), f"{USER_NAMES[persona]}@example.com")
        browser.get(picked.headers["location"], site="cross-site")
        visitor = Visitor(dashboard, str(browser.session))
    finally:
        browser.close()
    try:
        yield visitor
    finally:
        visitor.close()
