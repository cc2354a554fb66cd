"""How long reading 10,000 incidents into a frame takes, and how much memory: the floor, this project, and the peers.

    uv sync --group bench && uv run python -m tests.bench.fetch

Every client reads the same rendered pages from a loopback server (`tests.bench.peers.canned`) and makes a frame of 14
columns, with the same labels or without any. The clients take turns in one run, each in a process of its own, and the
median of five counts. Peak memory is what the first large read adds to a new process at most. Prints Markdown.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import IO, Any

import requests

from snlib.demo.server import running
from tests.bench.peers.clients import CLIENTS, FIELDS, QUERY

USER = ("admin", "admin")
ROWS = 10_000
ROUNDS = 5
LATENCIES_SECONDS = (0.0, 0.05)
PAGES_ROWS = (1_000, 10_000)
FLOORS = ("floor, one", "floor, four")

Situation = tuple[bool, float, int]
"""Whether with labels, seconds of latency, rows a page."""


def render(folder: Path, rows: int) -> None:
    """Write the demo instance's incidents into ``folder``, one rendered row a line, in either mode."""
    with running(incidents=rows) as demo:
        for name, mode in (("labels", "all"), ("plain", "false")):
            params = {
                "sysparm_query": QUERY,
                "sysparm_fields": ",".join(FIELDS),
                "sysparm_display_value": mode,
                "sysparm_exclude_reference_link": "true",
                "sysparm_limit": str(rows),
            }
            answer = requests.get(f"{demo.origin}/api/now/table/incident", params=params, auth=USER, timeout=120)
            lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in answer.json()["result"]]
            (folder / name).write_text("\n".join(lines), encoding="utf-8")


@contextmanager
def program(module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run one of our modules as a program, with its input and output in hand."""
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def memory_bytes(name: str) -> int:
    """Return a line of this process's status: VmRSS (now), VmHWM (the most since it was reset)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def work(client: str) -> None:
    """Read whenever a line asks for it; answer with seconds, bytes and rows."""
    read = CLIENTS[client]
    for line in sys.stdin:
        asked = json.loads(line)
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before = memory_bytes("VmRSS")
        begun = time.perf_counter()
        frame = read(asked["origin"], USER, asked["page_rows"], labels=asked["labels"])
        seconds = time.perf_counter() - begun
        print(json.dumps([seconds, memory_bytes("VmHWM") - before, len(frame)]), flush=True)
        del frame


def ask(process: subprocess.Popen[str], **asked: Any) -> tuple[float, int, int]:
    """Let a client read once."""
    inward, outward = _pipes(process)
    inward.write(json.dumps(asked) + "\n")
    inward.flush()
    seconds, peak_bytes, rows = json.loads(outward.readline())
    return seconds, peak_bytes, rows


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


@contextmanager
def canned(folder: Path, latency_seconds: float) -> Iterator[str]:
    """Serve the rows of a folder, and give the address."""
    with program("tests.bench.peers.canned", str(folder), str(latency_seconds)) as server:
        yield f"http://127.0.0.1:{_pipes(server)[1].readline().strip()}"


def seconds_taken(names: list[str], folder: Path, rounds: int) -> Iterator[tuple[Situation, dict[str, float]]]:
    """Yield each situation with the median seconds of each client."""
    with ExitStack() as stack:
        workers = {name: stack.enter_context(program("tests.bench.fetch", "--client", name)) for name in names}
        for labels, latency_seconds in product((True, False), LATENCIES_SECONDS):
            with canned(folder, latency_seconds) as origin:
                for page_rows in PAGES_ROWS:
                    asked = {"origin": origin, "page_rows": page_rows, "labels": labels}
                    taken: dict[str, list[float]] = {name: [] for name in names}
                    for _ in range(rounds + 1):
                        for name, process in workers.items():
                            taken[name].append(ask(process, **asked)[0])
                    # The first one warms up.
                    medians = {name: statistics.median(seconds[1:]) for name, seconds in taken.items()}
                    yield (labels, latency_seconds, page_rows), medians


def peaks_bytes(names: list[str], folder: Path) -> Iterator[tuple[Situation, dict[str, int]]]:
    """Yield each situation without latency, with the peak bytes of each client."""
    few = folder / "few"
    few.mkdir()
    for name in ("labels", "plain"):
        (few / name).write_bytes(b"\n".join((folder / name).read_bytes().splitlines()[:10]))
    with canned(folder, 0) as origin, canned(few, 0) as origin_of_few:
        for labels, page_rows in product((True, False), PAGES_ROWS):
            found = {}
            for name in names:
                with program("tests.bench.fetch", "--client", name) as process:
                    ask(process, origin=origin_of_few, page_rows=page_rows, labels=labels)  # imports
                    found[name] = ask(process, origin=origin, page_rows=page_rows, labels=labels)[1]
            yield (labels, 0, page_rows), found


def table(unit: str, names: list[str], found: Iterator[tuple[Situation, dict[str, float]]], scale: float) -> None:
    """Print the figures as they come; the floor is the better of its two."""
    print(f"\n| {unit} | {' | '.join(names)} | snlib ÷ floor |\n|---|{'--:|' * (len(names) + 1)}", flush=True)
    for (labels, latency_seconds, page_rows), figures in found:
        title = f"{'labels' if labels else 'no labels'}, {latency_seconds * 1000:.0f} ms, {page_rows:,} a page"
        against = figures["snlib"] / min(figures[name] for name in FLOORS)
        cells = " | ".join(f"{figures[name] * scale:.0f}" for name in names)
        print(f"| {title} | {cells} | {against:.2f} |", flush=True)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", choices=CLIENTS)
    parser.add_argument("--only", nargs="*", choices=CLIENTS, default=list(CLIENTS))
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    if asked.client:
        work(asked.client)
        return
    with tempfile.TemporaryDirectory() as folder:
        render(Path(folder), asked.rows)
        table("milliseconds", asked.only, seconds_taken(asked.only, Path(folder), asked.rounds), 1_000)
        table("peak MB", asked.only, peaks_bytes(asked.only, Path(folder)), 2**-20)


if __name__ == "__main__":
    main()
