"""A reading client for ServiceNow: typed queries out, records or one error of our tree in."""

from snlib.servicenow.aggregate import AggregateClient, GroupCount
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Condition, Field, Query, field
from snlib.servicenow.identity import SignedInUser, current_user
from snlib.servicenow.links import record_url
from snlib.servicenow.paging import Walk
from snlib.servicenow.protocol import Page, decipher
from snlib.servicenow.records import Cell, Record, parse_timestamp

__all__ = [
    "AggregateClient",
    "Cell",
    "Condition",
    "Field",
    "GroupCount",
    "Page",
    "Query",
    "Record",
    "SignedInUser",
    "TableClient",
    "Walk",
    "current_user",
    "decipher",
    "field",
    "parse_timestamp",
    "record_url",
]
