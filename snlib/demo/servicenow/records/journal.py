"""Journal fields (comments, work notes): entries of ``sys_journal_field``, shown as one text, newest first."""

from __future__ import annotations

from snlib.demo.core.storage import Storage
from snlib.demo.servicenow.records.display_texts import local_text
from snlib.demo.servicenow.viewer import Viewer

LABELS = {"comments": "Additional comments", "work_notes": "Work notes"}
"""What an entry is called in the text, by the field it was written to."""


def history(storage: Storage, sys_id: str, field: str, viewer: Viewer) -> str:
    """Return a journal field's display value: every entry as ``<time> - <name> (<kind>)``, its text, a blank line.

    ``comments_and_work_notes`` shows both kinds. Times are in the user's own zone and format.
    """
    kinds = set(LABELS) if field == "comments_and_work_notes" else {field}
    entries = storage.rows(
        "SELECT * FROM sys_journal_field WHERE element_id = ? ORDER BY sys_created_on DESC, rowid DESC", (sys_id,)
    )
    return "".join(
        f"{local_text(entry['sys_created_on'], 'glide_date_time', viewer)} - {_name(storage, entry['sys_created_by'])}"
        f" ({LABELS[entry['element']]})\n{entry['value']}\n\n"
        for entry in entries
        if entry["element"] in kinds and entry["element"] in LABELS
    )


def append(storage: Storage, table: str, sys_id: str, field: str, text: str, viewer: Viewer) -> None:
    """Add one entry to a record's journal field, written by the viewer now."""
    storage.insert(
        "sys_journal_field",
        {
            "name": table,
            "element_id": sys_id,
            "element": field,
            "value": text,
            "sys_created_on": viewer.now_stored,
            "sys_created_by": viewer.user.get("user_name", ""),
        },
    )


def _name(storage: Storage, user_name: str) -> str:
    users = storage.find("sys_user", user_name=user_name)
    return users[0]["name"] if users else user_name
