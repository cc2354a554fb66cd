"""Is the key ring the one that the database was sealed with? Asked at start, before anything is written.

One line sealed with a wrong key would break the chain for good, and every stored token and secret would look damaged.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, inspect, select

from snlib.audit.chain import Head, Sealer, head_holds, key_id_of, read_head
from snlib.audit.log import HEAD_KEY
from snlib.database.engine import reading
from snlib.database.tables import audit_event, connector, meta, token
from snlib.errors import ConfigurationError
from snlib.vault import Vault


def check_keys(engine: Engine, keys: Sequence[tuple[str, bytes]]) -> None:
    """Compare the key ring with what the database holds, of whatever release; nothing is written.

    A database that holds nothing sealed fits every ring, and one that was tampered with keeps its ring as long as
    anything in it opens.

    Raises:
        ConfigurationError: The last line of the access log names a key that the ring lacks, or nothing that is sealed
            opens with it.
        StoreError: The database did not answer.
    """
    sealer, vault = Sealer(keys), Vault(keys)
    with reading(engine) as connection:
        head, seal = _head(connection)
        proofs = [sealer.holds(*row) for row in _newest_row(connection)]
        proofs += [vault.opens(sealed) for sealed in _sealed(connection)]
    if seal:
        proofs.append(head is not None and head_holds(head, seal, sealer))
        if not sealer.knows(seal):
            lacking = f"SNLIB_TOKEN_KEYS lacks the key {key_id_of(seal)[:32]!r}, which sealed the database last"
            raise ConfigurationError((f"{lacking}: put it behind the new one.",))
    if proofs and not any(proofs):
        wrong = "SNLIB_TOKEN_KEYS is not what the database was sealed with"
        raise ConfigurationError((f"{wrong}: put the right key back, or use a new database.",))


def _head(connection: Connection) -> tuple[Head | None, str]:
    if not inspect(connection).has_table(meta.name):
        return None, ""
    stored = connection.scalar(select(meta.c.value).where(meta.c.key == HEAD_KEY))
    return read_head(stored) if stored else (None, "")


def _newest_row(connection: Connection) -> list[tuple[str, str]]:
    """Return the seal and the hash of the newest line; none where it has no seal, as in the first release."""
    tables, name = inspect(connection), audit_event.name
    if not tables.has_table(name) or "seal" not in {column["name"] for column in tables.get_columns(name)}:
        return []
    newest = select(audit_event.c.seal, audit_event.c.hash).order_by(audit_event.c.seq.desc()).limit(1)
    return [(row.seal, row.hash) for row in connection.execute(newest) if row.seal]


def _sealed(connection: Connection) -> list[str]:
    """Return the connector's secret and a few tokens, as far as there are any."""
    found: list[str] = []
    for column, table in ((connector.c.client_secret_sealed, connector), (token.c.sealed, token)):
        if inspect(connection).has_table(table.name):
            found += connection.scalars(select(column).where(column != "").limit(5))
    return found
