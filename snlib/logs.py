"""Logging: one line for each record on standard error, without secrets, whichever library logs.

Records are masked when they are created, before any handler sees them: also those of Streamlit, the server and tests.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

QUIET = ("authlib", "httpcore", "httpx", "oauthlib", "requests_oauthlib", "urllib3", "hpack", "watchdog", "asyncio")
"""Libraries that log requests, some with tokens, at DEBUG or INFO; they stay at WARNING whatever the level."""

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_NAMES = (
    "access_token|refresh_token|id_token|id_token_hint|token|code|code_verifier|client_secret|client_assertion|"
    "password|secret|state|nonce|authorization|sn_session(?:_[0-9]+)?|estsauth|jsessionid"
)
_PATTERNS = (
    # name=value, "name": "value", name: value; a short word after a name is prose or a number, not a secret
    re.compile(
        rf"(?<![A-Za-z])(?:{_NAMES})[\"']?\s*[=:]\s*b?[\"']?(?P<secret>[^\s\"'&,;)}}\]<>]{{8,}})", re.IGNORECASE
    ),
    re.compile(r"\b(?:Bearer|Basic)\s+(?P<secret>[A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE),
    re.compile(r"(?P<secret>\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*)"),  # a JWT
    re.compile(r"(?P<secret>\bgAAAA[A-Za-z0-9_-]{20,}={0,2})"),  # a Fernet token
    re.compile(r"(?P<secret>\bsndemo_[ar]t_[A-Za-z0-9_-]{8,})"),  # the demo instance's tokens
    re.compile(r"://[^\s/@:]+:(?P<secret>[^\s/@]+)@"),  # user:password@host
)


def configure(level: str = "info") -> None:
    """Set up the process's logging: mask secrets, quiet libraries, log uncaught exceptions, ignored ones too.

    A second call changes only the level.
    """
    logging.setLogRecordFactory(masked_record)
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    if not any(getattr(handler, "is_snlib", False) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter(FORMAT))
        handler.is_snlib = True  # type: ignore[attr-defined]  # marks our own, for the check above
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("snlib").setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _log_uncaught
    sys.unraisablehook = _log_unraisable
    threading.excepthook = _log_uncaught_in_thread


def masked(text: str) -> str:
    """Return ``text`` with everything that looks like a secret replaced by a short fingerprint of it."""
    for pattern in _PATTERNS:
        text = pattern.sub(_replace, text)
    return text


def masked_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Return a log record without secrets in message and traceback; a replacement for ``logging.LogRecord``."""
    record = logging.LogRecord(*args, **kwargs)
    try:
        message = record.getMessage()
    except (TypeError, ValueError):
        return record  # a faulty call, which logging reports by itself
    clean = masked(message)
    if clean != message:
        if isinstance(record.args, tuple) and record.name == "uvicorn.access":
            # uvicorn's formatter needs the arguments one by one.
            record.args = tuple(masked(arg) if isinstance(arg, str) else arg for arg in record.args)
        else:
            record.msg, record.args = clean, ()
    if record.exc_info:
        # Formatters print this text instead of formatting the exception themselves.
        record.exc_text = masked("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
    return record


def _replace(match: re.Match[str]) -> str:
    whole, secret = match.group(0), match["secret"]
    if secret.startswith("‹redacted:"):
        return whole
    start = match.start("secret") - match.start()
    fingerprint = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{whole[:start]}‹redacted:{fingerprint}›{whole[start + len(secret) :]}"


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("snlib").critical("uncaught %s", kind.__name__, exc_info=(kind, error, trace))


def _log_unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        info = (args.exc_type, args.exc_value, args.exc_traceback)
        logging.getLogger("snlib").error("%s %r", args.err_msg or "exception ignored in", args.object, exc_info=info)


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        name = args.thread.name if args.thread else "?"
        logging.getLogger("snlib").critical(
            "uncaught %s in thread %s",
            args.exc_type.__name__,
            name,
            exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
        )
