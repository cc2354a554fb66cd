"""Which of several ServiceNow users a person is: chosen by an agent, remembered for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, delete, select

from snlib.clock import Clock, utc_now
from snlib.database.engine import reading, upsert, writing
from snlib.database.tables import person_caller


@dataclass(frozen=True, slots=True)
class CallerChoice:
    """The ServiceNow user that was chosen, by the agent of this name, and when (aware UTC)."""

    sys_id: str
    chosen_by: str
    chosen_at: datetime


class CallerChoices:
    """One choice a person and instance; every method raises `StoreError` when the database does not do its part."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def find(self, person_id: str, instance_url: str) -> CallerChoice | None:
        """Return what was chosen for the person, None when nothing was."""
        query = select(person_caller.c.sys_id, person_caller.c.chosen_by, person_caller.c.chosen_at)
        with reading(self._engine) as connection:
            row = connection.execute(query.where(*_of(person_id, instance_url))).one_or_none()
        return CallerChoice(*row) if row else None

    def people_of(self, sys_id: str, instance_url: str) -> tuple[str, ...]:
        """Return the keys of the people for whom this ServiceNow user was chosen."""
        chosen = (person_caller.c.sys_id == sys_id, person_caller.c.instance_url == instance_url)
        query = select(person_caller.c.person_id).where(*chosen).order_by(person_caller.c.person_id)
        with reading(self._engine) as connection:
            return tuple(connection.execute(query).scalars())

    def save(self, person_id: str, instance_url: str, sys_id: str, *, chosen_by: str) -> None:
        """Remember the choice in place of an earlier one."""
        values = {
            "person_id": person_id,
            "instance_url": instance_url,
            "sys_id": sys_id,
            "chosen_by": chosen_by,
            "chosen_at": self._clock(),
        }
        with writing(self._engine) as connection:
            upsert(connection, person_caller, values, keys=("person_id", "instance_url"))

    def forget(self, person_id: str, instance_url: str) -> None:
        """Forget the choice, if there is one."""
        with writing(self._engine) as connection:
            connection.execute(delete(person_caller).where(*_of(person_id, instance_url)))


def _of(person_id: str, instance_url: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return person_caller.c.person_id == person_id, person_caller.c.instance_url == instance_url
