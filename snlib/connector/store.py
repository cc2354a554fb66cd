"""The connector's settings in the database: compare-and-swap on the version, the secret sealed."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from snlib.agent import Agent
from snlib.clock import Clock, utc_now
from snlib.connector.model import ConnectorSettings, ValidConnector
from snlib.database.engine import reading, writing
from snlib.database.tables import connector
from snlib.errors import StoreError
from snlib.vault import Vault

CONNECTOR_ID = 1
"""The one connector; the table has room for more."""
TOUCH_EVERY = timedelta(seconds=10)
"""How often, at most, the time of the last connection is saved."""
MAX_FAILURE_CHARS = 300
_PURPOSE = "client_secret"
_OWNER = f"connector {CONNECTOR_ID}"
_ROW = connector.c.id == CONNECTOR_ID
_UNVERIFIED: dict[str, Any] = {"verified_at": None, "verified_by": ""}


class ConnectorStore:
    """Keeps the connector; ``vault`` seals its secret.

    Every method raises StoreError when the database did not answer, beside what it says itself.
    """

    def __init__(self, engine: Engine, vault: Vault, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def load(self) -> ConnectorSettings:
        """Return the connector as saved; before the first save an empty one with version 0."""
        with reading(self._engine) as connection:
            return self.read(connection)

    def read(self, connection: Connection) -> ConnectorSettings:
        """Return the connector like `load`, within an open transaction."""
        return _settings(_row(connection))

    def secret(self) -> SecretStr | None:
        """Return the saved client secret, None when there is none.

        It must only be sent to the instance it was saved for: see `secret_for`.

        Raises:
            StoreError: Also when the secret cannot be opened.
        """
        with reading(self._engine) as connection:
            row = _row(connection)
        return self._opened(row)

    def secret_for(self, valid: ValidConnector) -> SecretStr | None:
        """Return the secret to try ``valid`` with: the one typed, else the saved one if host and client are the same.

        The saved secret is never sent to a changed host: otherwise anyone who may change the host could have it sent to
        a host of their own.
        """
        if valid.client_secret is not None:
            return valid.client_secret
        saved = self.load()
        same = (saved.instance_url, saved.client_id) == (valid.instance_url, valid.client_id)
        return self.secret() if same else None

    def save(
        self, valid: ValidConnector, agent: Agent, *, expected_version: int, verified_at: datetime | None = None
    ) -> ConnectorSettings:
        """Save checked settings and return them as saved.

        Args:
            valid: From `snlib.connector.model.validate`. Its secret None keeps the saved one, unless host or client
                changed: then the saved one is deleted.
            agent: Who saves.
            expected_version: The version that the form was opened with.
            verified_at: When a connection test with exactly these settings and this secret passed. Without one, what
                is saved stays verified only if nothing changed but the switch.

        Raises:
            StoreError: Also when somebody else saved in between; says who and when.
        """
        now = self._clock()
        with writing(self._engine) as connection:
            row = _row(connection, lock=True)
            saved = _settings(row)
            _refuse_conflict(saved, expected_version)
            values = _changed(saved, agent, now, enabled=valid.enabled) | {
                "instance_url": valid.instance_url,
                "incident_api_path": valid.incident_api_path,
                "client_id": valid.client_id,
            }
            last = saved.last_connection_at
            if saved.asks != valid.asks or not self._has_secret(row, valid.client_secret):
                last = None
                values |= {**_UNVERIFIED, "failure": "", "last_connection_at": None}
            if verified_at is not None:
                values |= _verified(agent, verified_at, last)
            if valid.client_secret is not None:
                sealed = self._vault.seal(_PURPOSE, _OWNER, valid.client_secret.get_secret_value())
                values["client_secret_sealed"] = sealed
            elif (saved.instance_url, saved.client_id) != (valid.instance_url, valid.client_id):
                values["client_secret_sealed"] = ""
            _write(connection, values, is_new=row is None)
            return _settings(_row(connection))

    def set_enabled(self, agent: Agent, *, enabled: bool, expected_version: int) -> ConnectorSettings:
        """Switch the exchange on or off, leaving every other setting as saved; return the settings.

        Raises:
            StoreError: As `save`, and when nothing is saved yet.
        """
        with writing(self._engine) as connection:
            row = _row(connection, lock=True)
            if row is None:
                raise StoreError("There are no connector settings yet. Fill in the fields and save them first.")
            saved = _settings(row)
            _refuse_conflict(saved, expected_version)
            _write(connection, _changed(saved, agent, self._clock(), enabled=enabled), is_new=False)
            return _settings(_row(connection))

    def mark_verified(self, agent: Agent, version: int) -> None:
        """Save that a test of the settings of ``version`` passed; does nothing when others were saved meanwhile."""
        self._mark(version, lambda saved: _verified(agent, self._clock(), saved.last_connection_at))

    def mark_failed(self, failure: str, version: int, *, disproved: bool = False) -> None:
        """Save why the connection failed; does nothing when other settings than those of ``version`` were saved.

        ``disproved``: a test showed that the settings do not work, so they are no longer verified.
        """
        values = {"failure": failure[:MAX_FAILURE_CHARS], **(_UNVERIFIED if disproved else {})}
        self._mark(version, lambda _saved: values)

    def touch_last_connection(self, saved: ConnectorSettings) -> None:
        """Save that ServiceNow answered just now, at most every ten seconds; ``saved`` was read for that request."""
        now = self._clock()
        last = saved.last_connection_at
        if last is not None and now - last < TOUCH_EVERY:
            return
        with writing(self._engine) as connection:
            connection.execute(update(connector).where(_ROW).values(last_connection_at=now))

    def _mark(self, version: int, values: Callable[[ConnectorSettings], dict[str, Any]]) -> None:
        with writing(self._engine) as connection:
            row = _row(connection, lock=True)
            if row is not None and row["version"] == version:
                _write(connection, values(_settings(row)), is_new=False)

    def _has_secret(self, row: RowMapping | None, typed: SecretStr | None) -> bool:
        """Return whether ``typed`` is the saved secret; None keeps the saved one."""
        if typed is None:
            return True
        try:
            saved = self._opened(row)
        except StoreError:
            return False  # it was sealed with a lost key, and typing it again is the way out
        return saved is not None and hmac.compare_digest(
            saved.get_secret_value().encode("utf-8", "surrogatepass"),
            typed.get_secret_value().encode("utf-8", "surrogatepass"),
        )

    def _opened(self, row: RowMapping | None) -> SecretStr | None:
        if row is None or not row["client_secret_sealed"]:
            return None
        return SecretStr(self._vault.open(_PURPOSE, _OWNER, row["client_secret_sealed"]))


def _row(connection: Connection, *, lock: bool = False) -> RowMapping | None:
    # SQLite has no FOR UPDATE and needs none: its write lock was taken at the start.
    query = select(connector).where(_ROW)
    return connection.execute(query.with_for_update() if lock else query).mappings().first()


def _settings(row: RowMapping | None) -> ConnectorSettings:
    if row is None:
        return ConnectorSettings()
    values = {name: value for name, value in row.items() if name not in {"id", "client_secret_sealed"}}
    return ConnectorSettings(has_secret=bool(row["client_secret_sealed"]), **values)


def _write(connection: Connection, values: dict[str, Any], *, is_new: bool) -> None:
    if not is_new:
        connection.execute(update(connector).where(_ROW).values(**values))
        return
    blank = dict.fromkeys(("client_secret_sealed", "toggled_by", "verified_by", "failure"), "")
    connection.execute(insert(connector).values(**{"id": CONNECTOR_ID, **blank, **values}))


def _refuse_conflict(saved: ConnectorSettings, expected_version: int) -> None:
    if saved.version == expected_version:
        return
    when = f" at {saved.updated_at:%H:%M} UTC" if saved.updated_at else ""
    raise StoreError(
        f"Settings were changed by {saved.updated_by or 'somebody else'}{when}. "
        "Your values are kept below; review and save again.",
        log=f"connector: version {expected_version} expected, {saved.version} found",
    )


def _changed(saved: ConnectorSettings, agent: Agent, now: datetime, *, enabled: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "enabled": enabled,
        "version": saved.version + 1,
        "updated_at": now,
        "updated_by": _name(agent),
    }
    if saved.version == 0 or saved.enabled != enabled:
        values |= {"toggled_at": now, "toggled_by": _name(agent)}
    return values


def _verified(agent: Agent, at: datetime, last_connection_at: datetime | None) -> dict[str, Any]:
    # The test read an incident, so ServiceNow answered at that time, too.
    last = max(at, last_connection_at or at)
    return {"verified_at": at, "verified_by": _name(agent), "failure": "", "last_connection_at": last}


def _name(agent: Agent) -> str:
    return agent.name or agent.username or agent.object_id
