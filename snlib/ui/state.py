"""Every session-state key and every query parameter, in one place."""

from __future__ import annotations

from typing import Final

PERSON: Final = "person"
"""Query parameter: the object id of the person that is open."""
TAB: Final = "tab"
"""Query parameter and key: the tab that is open."""
COLUMNS: Final = "columns"
"""Query parameter and key: the columns of the incident list."""
FILTERS: Final = "filters"
"""Query parameter: the filters of the incident list, as JSON."""
SINCE: Final = "since"
"""Query parameter and key: the period of the incident counts."""

PAGE: Final = "sn.page"
SEARCH: Final = "sn.search"
CONNECT: Final = "sn.connect"
READ_AT: Final = "sn.read_at"
CONNECT_MESSAGE: Final = "sn.connect_message"
ADD_FILTERS: Final = "sn.filters.add"
FILTER_FIELD: Final = "sn.filters.field"
FILTER_VALUES: Final = "sn.filters.values"
FILTER_SINCE: Final = "sn.filters.since"
CONNECTOR_ENABLED: Final = "sn.connector.enabled"
CONNECTOR_HOST: Final = "sn.connector.host"
CONNECTOR_API: Final = "sn.connector.api"
CONNECTOR_CLIENT: Final = "sn.connector.client"
CONNECTOR_SECRET: Final = "sn.connector.secret"  # noqa: S105  (the widget's key, not a secret)
CONNECTOR_SHOWN: Final = "sn.connector.shown"
CONNECTOR_VERSION: Final = "sn.connector.version"
CONNECTOR_PROBLEMS: Final = "sn.connector.problems"
CONNECTOR_ERROR: Final = "sn.connector.error"
CONNECTOR_NONCE: Final = "sn.connector.nonce"
CONNECTOR_TARGET: Final = "sn.connector.target"
CONNECTOR_SAVED: Final = "sn.connector.saved"
