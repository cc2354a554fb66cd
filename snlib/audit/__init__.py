"""The access log: who did what to whom, when, from where, and how it ended. Append-only, and every row chained."""

from snlib.audit.chain import Head
from snlib.audit.event import MAX_TEXT_CHARS, AuditEvent
from snlib.audit.keys import check_keys
from snlib.audit.log import AuditFilter, AuditLog, Named
from snlib.audit.verify import Verdict, verify

__all__ = [
    "MAX_TEXT_CHARS",
    "AuditEvent",
    "AuditFilter",
    "AuditLog",
    "Head",
    "Named",
    "Verdict",
    "check_keys",
    "verify",
]
