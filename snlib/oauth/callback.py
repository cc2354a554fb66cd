"""What the service sent the browser back with; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from snlib.errors import AuthorizationExpired

_ONCE = ("state", "code", "error", "iss")
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Callback:
    """The parameters of an authorization response (RFC 6749 section 4.1.2).

    Attributes:
        code: The authorization code, empty when there is an error.
        error: The error code, only if it looks like one of RFC 6749; "unknown" for another text; empty for none.
        issuer: ``iss`` (RFC 9207), empty when not sent.
    """

    state: str = field(repr=False)
    code: str = field(repr=False)
    error: str
    issuer: str

    @property
    def denied(self) -> bool:
        """Whether the agent pressed Deny."""
        return self.error == "access_denied"


def read_callback(params: Sequence[tuple[str, str]], *, service: str = "ServiceNow") -> Callback:
    """Return the parameters of the response; a repeated one is refused: readers disagree on which of the two counts.

    Raises:
        AuthorizationExpired: No state, a parameter given twice, or neither a code nor an error.
    """
    incomplete = f"{service} returned an incomplete answer. Please connect again."
    counts = Counter(name for name, _ in params)
    values = dict(params)
    if any(counts[name] > 1 for name in _ONCE):
        raise AuthorizationExpired(incomplete, log="authorization response repeats a parameter")
    error = values.get("error", "")
    if not values.get("state") or not (error or values.get("code")):
        raise AuthorizationExpired(incomplete, log="authorization response without state, code or error")
    return Callback(
        state=values["state"],
        code="" if error else values["code"],
        error=error if not error or _ERROR_CODE.fullmatch(error) else "unknown",
        issuer=values.get("iss", ""),
    )
