"""Connection tests in the database: the settings tried, and how each step went.

A test spans a round trip of the browser to ServiceNow, so it is kept in the database. Its settings need not be saved as
the connector; its secret is sealed, and its row is deleted after a day.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import SecretStr
from sqlalchemy import Engine, RowMapping, delete, insert, select, update

from snlib.agent import Agent
from snlib.clock import Clock, utc_now
from snlib.connector.model import ConnectorSettings, ValidConnector
from snlib.database.engine import reading, writing
from snlib.database.tables import connector_test
from snlib.errors import StoreError
from snlib.vault import Vault

KEEP = timedelta(days=1)
_PURPOSE = "connection_test_secret"
_GONE = "This connection test no longer exists. Press Test connection to start a new one."

CheckOutcome = Literal["ok", "warning", "failed", "waiting", "skipped"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check: a step of a connection test, or a prerequisite.

    Attributes:
        key: Stable name, such as ``token``; ``label`` is the name on the page.
        text: What was found, one sentence.
        remedy: How to fix a failure, naming the ServiceNow menu; empty when nothing is wrong.
    """

    key: str
    label: str
    outcome: CheckOutcome
    text: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """A connection test with the steps so far, in the order recorded; begun at ``created_at`` (aware UTC).

    Attributes:
        id: Random and unguessable.
        valid: The settings tried, without the secret.
    """

    id: str
    valid: ValidConnector
    steps: tuple[CheckResult, ...]
    created_at: datetime
    finished_at: datetime | None = None

    @property
    def finished(self) -> bool:
        """Whether the test is over."""
        return self.finished_at is not None

    @property
    def passed(self) -> bool:
        """Whether the test is over and every step ended in ``ok`` or ``warning``."""
        return self.finished and bool(self.steps) and all(step.outcome in {"ok", "warning"} for step in self.steps)

    @property
    def failure(self) -> str:
        """The text of the first failed step, empty when none failed."""
        return next((step.text for step in self.steps if step.outcome == "failed"), "")

    def has(self, key: str) -> bool:
        """Return whether the step ``key`` ended in ``ok`` or ``warning``."""
        return any(step.key == key and step.outcome in {"ok", "warning"} for step in self.steps)


class ConnectionTests:
    """Keeps connection tests; ``vault`` seals the secrets that are tried.

    Every method raises StoreError when the database did not answer, or does not hold the test that it is asked about.
    """

    def __init__(self, engine: Engine, vault: Vault, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def start(self, agent: Agent, valid: ValidConnector, secret: SecretStr | None) -> str:
        """Begin a test of ``valid`` with ``secret`` (typed or saved) and return its id."""
        now = self._clock()
        test_id = secrets.token_urlsafe(16)
        candidate = asdict(valid)
        del candidate["client_secret"]  # sealed beside it
        sealed = self._vault.seal(_PURPOSE, test_id, secret.get_secret_value()) if secret else ""
        with writing(self._engine) as connection:
            connection.execute(delete(connector_test).where(connector_test.c.created_at < now - KEEP))
            connection.execute(
                insert(connector_test).values(
                    id=test_id,
                    agent_key=agent.key,
                    session_id=agent.session_id,
                    candidate=candidate,
                    secret_sealed=sealed,
                    steps=[],
                    created_at=now,
                )
            )
        return test_id

    def load(self, test_id: str, agent: Agent) -> ConnectionTest:
        """Return a test of this agent in this session; one of another agent or session is not found."""
        row = self._row(test_id)
        if (row["agent_key"], row["session_id"]) != (agent.key, agent.session_id):
            raise StoreError(_GONE, log="connection test of another agent or session")
        return _test(row)

    def secret(self, test_id: str) -> SecretStr | None:
        """Return the secret that a test tries, None when it has none.

        Raises:
            StoreError: Also when the secret cannot be opened.
        """
        sealed = self._row(test_id)["secret_sealed"]
        return SecretStr(self._vault.open(_PURPOSE, test_id, sealed)) if sealed else None

    def record(self, test_id: str, step: CheckResult) -> None:
        """Save a step's result, in place of an earlier one with the same key."""
        with writing(self._engine) as connection:
            query = select(connector_test.c.steps).where(connector_test.c.id == test_id).with_for_update()
            steps = connection.scalar(query)
            if steps is None:
                raise StoreError(_GONE)
            by_key: dict[str, Any] = {known["key"]: known for known in steps}
            by_key[step.key] = asdict(step)
            changed = update(connector_test).where(connector_test.c.id == test_id)
            connection.execute(changed.values(steps=list(by_key.values())))

    def finish(self, test_id: str) -> None:
        """Mark the test as over; nothing happens when there is none."""
        with writing(self._engine) as connection:
            row = update(connector_test).where(connector_test.c.id == test_id)
            connection.execute(row.values(finished_at=self._clock()))

    def latest(self, agent: Agent) -> ConnectionTest | None:
        """Return the agent's newest test in this session, None when there is none."""
        table = connector_test.c
        own = (table.agent_key == agent.key) & (table.session_id == agent.session_id)
        with reading(self._engine) as connection:
            newest = select(connector_test).where(own).order_by(table.created_at.desc()).limit(1)
            row = connection.execute(newest).mappings().first()
        return _test(row) if row is not None else None

    def tried(
        self, test: ConnectionTest, settings: ValidConnector | ConnectorSettings, secret: SecretStr | None
    ) -> bool:
        """Return whether a test tried exactly these settings with this secret; the switch makes no difference.

        Raises:
            StoreError: Also when the test's secret cannot be opened.
        """
        return test.valid.asks == settings.asks and hmac.compare_digest(
            _comparable(self.secret(test.id)), _comparable(secret)
        )

    def _row(self, test_id: str) -> RowMapping:
        with reading(self._engine) as connection:
            row = connection.execute(select(connector_test).where(connector_test.c.id == test_id)).mappings().first()
        if row is None:
            raise StoreError(_GONE)
        return row


def _test(row: RowMapping) -> ConnectionTest:
    return ConnectionTest(
        id=row["id"],
        valid=ValidConnector(**row["candidate"]),
        steps=tuple(CheckResult(**step) for step in row["steps"]),
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )


def _comparable(secret: SecretStr | None) -> bytes:
    return json.dumps(secret.get_secret_value() if secret else None).encode("utf-8")
