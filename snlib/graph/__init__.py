"""Microsoft Graph: people of the tenant, read with the dashboard's own application token."""

from __future__ import annotations

from snlib.graph.app_token import AppToken
from snlib.graph.client import GraphClient, TokenSource, UserPage
from snlib.graph.users import GraphUser

__all__ = ["AppToken", "GraphClient", "GraphUser", "TokenSource", "UserPage"]
