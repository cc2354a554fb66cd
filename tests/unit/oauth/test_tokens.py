"""The token as a value; how it is kept is in the contract suite."""

from datetime import timedelta

from snlib.oauth.tokens import StoredToken, Token
from tests.stores import START


def test_a_printed_token_shows_presence_and_expiry_only():
    """Neither of the two secrets is in the repr, inside what holds it either."""
    token = Token("sentinel-access", "sentinel-refresh", START + timedelta(minutes=15), 900, "useraccount")
    stored = StoredToken(token, 1, None)
    assert "sentinel" not in f"{token} {token!r} {stored!r} {[token]}"
    assert repr(token) == "Token(access_token present, refresh_token=True, expires_at=2026-11-23T09:15:00+00:00)"
