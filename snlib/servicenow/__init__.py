"""A reading client for ServiceNow: typed queries out, records or one error of our tree in."""

from snlib.servicenow.aggregate import AggregateClient
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Query, field
from snlib.servicenow.identity import current_user

__all__ = ["AggregateClient", "Query", "TableClient", "current_user", "field"]
