"""What the pages that edit a table's records have in common: the record behind a form, and what the form may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from snlib.demo.core.instance import Instance
from snlib.demo.core.timestamps import to_text
from snlib.demo.servicenow.pages.visit import Visit
from snlib.demo.servicenow.posted import Posted

NEW = "-1"
"""The sys_id that stands for a record not yet saved."""


@dataclass(frozen=True)
class RecordForm:
    """One table's form and list.

    Args:
        table: The table.
        defaults: What a new record's form holds.
        texts: The fields that are typed; other fields cannot be changed by the form.
        ticks: The fields that are ticked.
    """

    table: str
    defaults: Mapping[str, str]
    texts: tuple[str, ...]
    ticks: tuple[str, ...]

    @property
    def path(self) -> str:
        """Return the form's address without its parameters."""
        return f"/{self.table}.do"

    @property
    def list_path(self) -> str:
        """Return the list's address."""
        return f"/{self.table}_list.do"

    def at(self, sys_id: str) -> str:
        """Return the address of one record's form."""
        return f"{self.path}?sys_id={sys_id}"

    def stored(self, instance: Instance, sys_id: str) -> dict[str, str] | None:
        """Return the record, the defaults of a new one, or ``None`` when there is no such record."""
        return dict(self.defaults) if sys_id == NEW else instance.storage.get(self.table, sys_id)

    def changed(self, visit: Visit, stored: Mapping[str, str], fields: Posted) -> dict[str, str]:
        """Return the record with what the form changes, and who changed it when."""
        return {
            **stored,
            **{name: fields[name].strip() for name in self.texts},
            **{name: "true" if fields[name] == "true" else "false" for name in self.ticks},
            "sys_updated_on": to_text(visit.instance.clock.now()),
            "sys_updated_by": visit.session.user_name,
        }

    def saved(self, sys_id: str) -> Response:
        """Lead back to the form of a record that was saved."""
        return RedirectResponse(f"{self.at(sys_id)}&saved=true", status_code=303)

    def deleted(self) -> Response:
        """Lead back to the list from which a record was deleted."""
        return RedirectResponse(f"{self.list_path}?deleted=true", status_code=303)
