"""``python -m snlib.demo``: start a demo instance and keep it running."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from snlib.demo.core.instance import DEFAULT_AS_OF, OAuthClient, OidcClient, Setup
from snlib.demo.seed.incident_log.importer import ImportReport
from snlib.demo.seed.incident_log.reading import ImportFailed
from snlib.demo.server import HOST, USUAL_PORT, Server, build_instance, listen


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status: 0 after a stop, 2 where something given cannot be used."""
    parser = _parser()
    options = parser.parse_args(arguments)
    client = _oauth_client(parser, options)
    oidc = _oidc_client(parser, options)
    try:
        listener = listen(options.port)
    except OSError as error:
        _say(
            f"Port {options.port} of {HOST} cannot be used ({error.strerror}). "
            "Choose another one with --port, or --port 0 for any free one.",
            to_stderr=True,
        )
        return 2
    origin = f"http://{HOST}:{listener.getsockname()[1]}"
    setup = Setup(
        options.seed, options.incidents, options.as_of, options.import_path, client, oidc, options.date_format or ""
    )
    try:
        instance, report, filled = build_instance(origin, setup, control=options.control, database=options.database)
    except (ImportFailed, ValueError) as failure:
        listener.close()
        _say(str(failure), to_stderr=True)
        return 2
    if not filled:
        _say(f"{options.database} holds data already; it is used as it is, nothing was made up or imported.")
    if report is not None:
        _tell(report, options.import_path)
    server = Server(instance, lambda: _say(f"Demo instance ready on {origin}"))
    if options.exit_with_parent:
        threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m snlib.demo",
        description="A stand-in for ServiceNow, Entra and Microsoft Graph on 127.0.0.1, filled with made-up data. "
        "Administrator: admin / admin.",
    )
    parser.add_argument(
        "--port",
        type=_port,
        help=f"port to listen on; 0 takes a free one (default {USUAL_PORT}, or a free one where that is taken)",
    )
    parser.add_argument("--seed", type=int, default=7, help="what everything made up follows from (default 7)")
    parser.add_argument(
        "--incidents", type=_count, default=5000, help="incidents to make up; 0 for none (default 5000)"
    )
    parser.add_argument("--import", dest="import_path", type=Path, metavar="FILE.csv", help="an incident log to load")
    parser.add_argument(
        "--date-format",
        type=_date_format,
        metavar="FORMAT",
        help="how its dates are written that are not as 2016-02-29 01:16:00, such as '%%d/%%m/%%Y %%H:%%M'",
    )
    parser.add_argument(
        "--as-of",
        type=_as_of,
        default=DEFAULT_AS_OF,
        metavar="DATE",
        help="when the newest made-up incidents are from: YYYY-MM-DD or today (default 2026-11-20)",
    )
    parser.add_argument("--client-id", default="", help="register this OAuth application in ServiceNow")
    parser.add_argument("--client-secret", default="", help="its secret")
    parser.add_argument("--redirect-uri", default="", help="its redirect URL, or several separated by commas")
    parser.add_argument("--oidc-client-id", default="", help="register this application in Entra")
    parser.add_argument("--oidc-client-secret", default="", help="its secret")
    parser.add_argument("--oidc-redirect-uri", default="", help="its redirect URL")
    parser.add_argument("--oidc-post-logout-uri", default="", help="where a sign-out may lead")
    parser.add_argument("--control", action="store_true", help="open the control plane under /demo/")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when standard input ends")
    parser.add_argument("--database", type=Path, help="keep the data in this file instead of in memory")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _count(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 1_000_000:
        raise argparse.ArgumentTypeError("from 0 to 1000000 incidents can be made up")
    return count


def _as_of(text: str) -> datetime:
    if text == "today":
        return datetime.now(UTC)
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(hour=12, tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a date as YYYY-MM-DD nor the word today") from None


def _date_format(text: str) -> str:
    leap_day = datetime(2016, 2, 29, tzinfo=UTC)
    try:
        right = datetime.strptime(leap_day.strftime(text), text).date() == leap_day.date()  # noqa: DTZ007
    except ValueError:
        right = False
    if not right:
        raise argparse.ArgumentTypeError(
            f"{text!r} gives no date; write %d for the day, %m for the month, %Y for the year, %H:%M for the time"
        )
    return text


def _oauth_client(parser: argparse.ArgumentParser, options: argparse.Namespace) -> OAuthClient | None:
    given = (options.client_id, options.client_secret, options.redirect_uri)
    if not any(given):
        return None
    if not all(given):
        parser.error("--client-id, --client-secret and --redirect-uri belong together")
    return OAuthClient(*given)


def _oidc_client(parser: argparse.ArgumentParser, options: argparse.Namespace) -> OidcClient | None:
    given = (options.oidc_client_id, options.oidc_client_secret, options.oidc_redirect_uri)
    if not any(given) and not options.oidc_post_logout_uri:
        return None
    if not all(given):
        parser.error("--oidc-client-id, --oidc-client-secret and --oidc-redirect-uri belong together")
    return OidcClient(*given, options.oidc_post_logout_uri)


def _tell(report: ImportReport, path: Path) -> None:
    for line, reason in report.refused:
        _say(f"{path.name} line {line}: {reason}", to_stderr=True)
    _say(f"Imported {report.loaded} incidents from {path.name}; {len(report.refused)} rows could not be read.")


def _stop_at_end_of_input(server: Server) -> None:
    """Wait until whoever started this process closes its standard input, or ends, then stop the server."""
    while sys.stdin.buffer.read(65536):
        pass
    server.should_exit = True


def _say(text: str, *, to_stderr: bool = False) -> None:
    # Flushed: whoever started this process waits for the line.
    print(text, file=sys.stderr if to_stderr else sys.stdout, flush=True)


if __name__ == "__main__":
    sys.exit(main())
