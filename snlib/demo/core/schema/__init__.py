"""The tables of the demo instance: those the Table API serves (``TABLES``) and its own (``PRIVATE_TABLES``)."""

from __future__ import annotations

from snlib.demo.core.schema.computers import COMPUTERS
from snlib.demo.core.schema.incident import INCIDENT
from snlib.demo.core.schema.microsoft import MICROSOFT
from snlib.demo.core.schema.model import Column, Table
from snlib.demo.core.schema.people import PEOPLE
from snlib.demo.core.schema.system import PRIVATE, SYSTEM

TABLES: dict[str, Table] = {table.name: table for table in (INCIDENT, *PEOPLE, *SYSTEM, *COMPUTERS)}
"""Tables by name, as the Table API serves them."""

PRIVATE_TABLES: dict[str, Table] = {table.name: table for table in (*PRIVATE, *MICROSOFT)}
"""The demo's own tables by name: what Entra and Intune know, and the passwords' hashes."""

__all__ = ["PRIVATE_TABLES", "TABLES", "Column", "Table"]
