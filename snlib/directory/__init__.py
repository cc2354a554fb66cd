"""People: find one, read one, remember whom an agent looked at."""

from __future__ import annotations

from snlib.directory.graph_directory import GraphDirectory
from snlib.directory.person import Directory, Person, SearchResult
from snlib.directory.recent import RecentPeople, RecentPerson

__all__ = ["Directory", "GraphDirectory", "Person", "RecentPeople", "RecentPerson", "SearchResult"]
