"""People: find one, read one, remember whom an agent looked at."""

from __future__ import annotations

from snlib.directory.directories import Directory, GraphDirectory
from snlib.directory.recent import RecentPeople, RecentPerson
from snlib.directory.service_now_directory import ServiceNowDirectory
from snlib.graph import Person, Photo, SearchResult

__all__ = [
    "Directory",
    "GraphDirectory",
    "Person",
    "Photo",
    "RecentPeople",
    "RecentPerson",
    "SearchResult",
    "ServiceNowDirectory",
]
