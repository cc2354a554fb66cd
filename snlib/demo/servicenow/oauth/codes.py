"""Authorization codes: short-lived, for one use, bound to what they were asked for.

Neither their lifetime nor their single use is documented by the vendor; RFC 6749 4.1.2 asks for both.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from snlib.demo.core.credentials import s256
from snlib.demo.core.instance import Instance

LIFETIME = timedelta(seconds=60)
_SHELF = "authorization_codes"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, repr=False)
class AuthorizationCode:
    """What a code stands for.

    Args:
        client_sys_id: The ``oauth_entity`` it was issued to.
        user_sys_id: The ``sys_user`` who pressed Allow.
        redirect_uri: Where it was sent.
        code_challenge: The S256 challenge, or an empty string.
        scope: The scope asked for, as sent.
        expires_at: When it ends, aware UTC.
    """

    client_sys_id: str
    user_sys_id: str
    redirect_uri: str
    code_challenge: str
    scope: str
    expires_at: datetime

    def is_answered_by(self, *, redirect_uri: str, code_verifier: str) -> bool:
        """Return whether a token request fits: the same redirect URI, and the verifier of the challenge.

        A verifier without a challenge does not fit either: somebody took the challenge out of the request on its way.
        """
        if redirect_uri != self.redirect_uri:
            return False
        if not self.code_challenge:
            return not code_verifier
        return bool(_VERIFIER.fullmatch(code_verifier)) and secrets.compare_digest(
            s256(code_verifier), self.code_challenge
        )


def issue(
    instance: Instance,
    client: dict[str, str],
    user: dict[str, str],
    *,
    redirect_uri: str,
    code_challenge: str,
    scope: str,
) -> str:
    """Keep a new code for 60 seconds and return it."""
    code = secrets.token_urlsafe(64)
    kept = AuthorizationCode(
        client["sys_id"], user["sys_id"], redirect_uri, code_challenge, scope, instance.clock.now() + LIFETIME
    )
    with instance.lock:
        instance.shelf(_SHELF)[code] = kept
    return code


def take(instance: Instance, code: str, client: dict[str, str]) -> AuthorizationCode | None:
    """Use a code up and return what it stands for; ``None`` when it is unknown, used, too old or another client's.

    Another client's attempt leaves the code to its owner.
    """
    with instance.lock:
        codes = instance.shelf(_SHELF)
        kept: AuthorizationCode | None = codes.get(code)
        if kept is None or kept.client_sys_id != client["sys_id"]:
            return None
        del codes[code]
    return kept if instance.clock.now() < kept.expires_at else None
