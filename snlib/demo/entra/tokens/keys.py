"""The demo Entra's signing key, made anew by every start of the process."""

from __future__ import annotations

from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ALGORITHM = "RS256"


@cache
def signing_key() -> RSAKey:
    """Return this process's RSA key (2048 bit) with its thumbprint as ``kid``."""
    return RSAKey.generate_key(2048, parameters={"use": "sig"}, private=True, auto_kid=True)


def published_keys(issuer: str) -> dict[str, Any]:
    """Return the JWKS document: the public half only, with Entra's extra ``issuer`` member."""
    return {"keys": [{**signing_key().as_dict(private=False), "issuer": issuer}]}


def sign(claims: dict[str, Any]) -> str:
    """Return ``claims`` as a signed compact JWT."""
    key = signing_key()
    return jwt.encode({"typ": "JWT", "alg": ALGORITHM, "kid": key.kid}, claims, key)


def read(token: str) -> dict[str, Any] | None:
    """Return the claims of a JWT that this process signed, else ``None``; dates and audience are not looked at."""
    try:
        decoded = jwt.decode(token, signing_key(), algorithms=[ALGORITHM])
    except (JoseError, ValueError):
        return None
    return dict(decoded.claims)
