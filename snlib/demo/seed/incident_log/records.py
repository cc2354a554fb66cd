"""The records that imported rows become: incidents, callers, resolvers, groups, places, categories."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from snlib.demo.core.schema.defaults import INCIDENT_DEFAULTS, SYS_USER_DEFAULTS
from snlib.demo.core.storage import Storage
from snlib.demo.seed.cast import DOMAIN, MEMBER_WID
from snlib.demo.seed.ids import guid, sys_id
from snlib.demo.seed.incident_log.rows import RowRefused

_SOURCE = "import"
_SHORT_CHARACTERS = 160  # as long as the column is; the platform cuts what is longer


class Loader:
    """Collects what rows need and stores all of it at once.

    Args:
        storage: Where the records go.
        seed: What their sys_ids follow from.
    """

    def __init__(self, storage: Storage, seed: int) -> None:
        self._storage = storage
        self._seed = seed
        self._new: dict[str, list[dict[str, str]]] = {}
        self._numbers = {row["number"] for row in storage.rows("SELECT number FROM incident")}
        self._user_names = {row["user_name"].casefold() for row in storage.find("sys_user")}
        self._people = {row["email"].casefold(): row["sys_id"] for row in storage.find("sys_user") if row["email"]}
        self._names: dict[tuple[str, str], str] = {
            (table, row["name"]): row["sys_id"]
            for table in ("sys_user_group", "cmn_location", "cmdb_ci")
            for row in storage.find(table)
        }
        self._choices = {
            (row["element"], row["label"]): row["value"] for row in storage.find("sys_choice", name="incident")
        }

    def add(self, row: Mapping[str, str]) -> None:
        """Take one row as ``rows.read_row`` returns it.

        Raises:
            RowRefused: Another incident has its number.
        """
        number = row["number"]
        if number in self._numbers:
            raise RowRefused(f"number {number} is there already")
        self._numbers.add(number)
        opened = row["opened_at"]
        created = row.get("sys_created_on") or opened
        state = row["state"]
        resolver = self._person(row.get("assigned_to", ""), "", opened)
        plain = ("impact", "urgency", "priority", "hold_reason", "opened_at")
        optional = ("severity", "reassignment_count", "reopen_count", "made_sla", "resolved_at", "closed_at")
        record = {
            **INCIDENT_DEFAULTS,
            **{name: row.get(name, "") for name in plain},
            **{name: row[name] for name in optional if row.get(name)},
            "sys_id": sys_id(self._seed, "imported incident", number),
            "number": number,
            "task_effective_number": number,
            "state": state,
            "incident_state": state,
            "active": row.get("active") or ("false" if state in {"7", "8"} else "true"),
            "caller_id": self._person(row.get("caller_id", ""), row.get("caller_id.email", ""), opened, caller=True),
            "opened_by": self._person(row.get("opened_by", ""), "", opened),
            "assigned_to": resolver,
            "assignment_group": self._named("sys_user_group", row.get("assignment_group", ""), active="true"),
            "location": self._named("cmn_location", row.get("location", "")),
            "cmdb_ci": self._named("cmdb_ci", row.get("cmdb_ci", "")),
            "short_description": row.get("short_description", "")[:_SHORT_CHARACTERS],
            "contact_type": self._choice("contact_type", row.get("contact_type", "")),
            "category": self._choice("category", row.get("category", "")),
            "subcategory": self._choice("subcategory", row.get("subcategory", ""), row.get("category", "")),
            "resolved_by": resolver if row.get("resolved_at") else "",
            "closed_by": resolver if row.get("closed_at") else "",
            "sys_created_on": created,
            "sys_created_by": _user_name(row.get("opened_by") or row.get("caller_id", "")) or "system",
            "sys_updated_on": row.get("sys_updated_on") or created,
            "sys_updated_by": _user_name(row.get("assigned_to", "")) or "system",
        }
        self._new.setdefault("incident", []).append(record)

    def store(self) -> int:
        """Insert everything collected; return how many incidents there were."""
        with self._storage.transaction():
            for table, rows in self._new.items():
                self._storage.insert_many(table, rows)
        return len(self._new.get("incident", []))

    def _person(self, name: str, email: str, since: str, *, caller: bool = False) -> str:
        """Return the sys_id of a user, made on first sight; callers are in the directory, too."""
        if not name:
            return ""
        email = email or f"{_user_name(name)}@{DOMAIN}"
        known = self._people.get(email.casefold())
        if known:
            return known
        key = self._people[email.casefold()] = sys_id(self._seed, "imported user", email.casefold())
        first, _, last = name.rpartition(" ")
        self._new.setdefault("sys_user", []).append(
            {
                **SYS_USER_DEFAULTS,
                "sys_id": key,
                "user_name": self._unused_user_name(email),
                "name": name,
                "first_name": first,
                "last_name": last,
                "email": email,
                "source": _SOURCE,
                "sys_created_on": since,
                "sys_updated_on": since,
            }
        )
        if caller:
            self._new.setdefault("entra_user", []).append(self._directory_entry(name, email, since, key))
        return key

    def _unused_user_name(self, email: str) -> str:
        """Return the part before the @, or the whole address where somebody has that name already."""
        local = email.partition("@")[0]
        name = email if local.casefold() in self._user_names else local
        self._user_names.add(name.casefold())
        return name

    def _directory_entry(self, name: str, email: str, since: str, user: str) -> dict[str, str]:
        object_id = guid(self._seed, "imported entra_user", email.casefold())
        first, _, last = name.rpartition(" ")
        return {
            "sys_id": object_id.replace("-", ""),
            "id": object_id,
            "displayName": name,
            "givenName": first,
            "surname": last,
            "mail": email,
            "userPrincipalName": email,
            "businessPhones": "[]",
            "accountEnabled": "true",
            "userType": "Member",
            "createdDateTime": since.replace(" ", "T") + "Z",
            "proxyAddresses": json.dumps([f"SMTP:{email}"]),
            "app_roles": "[]",
            "wids": json.dumps([MEMBER_WID]),
            "service_now_user": user,
        }

    def _named(self, table: str, name: str, **columns: str) -> str:
        """Return the sys_id of a group, place or configuration item by its name, made on first sight."""
        if not name:
            return ""
        if (table, name) not in self._names:
            key = self._names[table, name] = sys_id(self._seed, f"imported {table}", name)
            self._new.setdefault(table, []).append({"sys_id": key, "name": name, **columns})
        return self._names[table, name]

    def _choice(self, element: str, label: str, dependent: str = "") -> str:
        """Return the stored value of a category or subcategory; a customer's own one is its own label."""
        if not label:
            return ""
        if (element, label) not in self._choices:
            self._choices[element, label] = label
            self._new.setdefault("sys_choice", []).append(
                {
                    "sys_id": sys_id(self._seed, f"imported {element}", label),
                    "name": "incident",
                    "element": element,
                    "value": label,
                    "label": label,
                    "language": "en",
                    "sequence": "100",
                    "inactive": "false",
                    "dependent_value": dependent,
                }
            )
        return self._choices[element, label]


def _user_name(name: str) -> str:
    """Return the user name that an imported person's name gives: ``Resolver 89`` is ``resolver.89``."""
    return re.sub(r"\W+", ".", name.casefold()).strip(".")
