"""Is the key ring the one that the database was sealed with? Asked at start, before anything is written.

One line sealed with a wrong key would break the chain for good, and every stored token and secret would look damaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Engine, inspect, select

from snlib.audit.chain import Sealer, head_holds, key_id_of, read_head
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
        last = _last_seal(connection)
        if last and not sealer.knows(last):
            raise ConfigurationError(
                (
                    f"SNLIB_TOKEN_KEYS lacks the key {key_id_of(last)[:32]!r}, which the database was sealed with last: "
                    "put it behind the new one.",
                )
            )
        proofs = list(_proofs(connection, sealer, vault))
    if proofs and not any(proofs):
        raise ConfigurationError(
            (
                "SNLIB_TOKEN_KEYS is not what the database was sealed with: put the right key back, or use a new database.",
            )
        )


def _last_seal(connection: Connection) -> str:
    if not inspect(connection).has_table(meta.name):
        return ""
    stored = connection.scalar(select(meta.c.value).where(meta.c.key == HEAD_KEY))
    return read_head(stored)[1] if stored else ""


def _proofs(connection: Connection, sealer: Sealer, vault: Vault) -> Iterator[bool]:
    """Yield for a few sealed things, the newest of their kind, whether the ring opens them."""
    tables = inspect(connection)
    if tables.has_table(meta.name) and (
        stored := connection.scalar(select(meta.c.value).where(meta.c.key == HEAD_KEY))
    ):
        head, seal = read_head(stored)
        yield head is not None and head_holds(head, seal, sealer)
    # The first release's log has no seals.
    if tables.has_table(audit_event.name) and "seal" in {one["name"] for one in tables.get_columns(audit_event.name)}:
        newest = select(audit_event.c.seal, audit_event.c.hash).order_by(audit_event.c.seq.desc()).limit(1)
        yield from (sealer.holds(row.seal, row.hash) for row in connection.execute(newest) if row.seal)
    for column, table in ((connector.c.client_secret_sealed, connector), (token.c.sealed, token)):
        if tables.has_table(table.name):
            sealed = connection.scalars(select(column).where(column != "").limit(5))
            yield from (vault.opens(text) for text in sealed)
