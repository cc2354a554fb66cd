"""How long a start takes: from ``streamlit run`` to a page one can use, beside an empty Streamlit page.

    uv run --group bench python -m tests.bench.startup

Usable means: the page's HTML is served, the WebSocket is connected, and the script's first run is finished; on the
dashboard that shows the notice to sign in. Ready means: ``/healthz`` says so, and whoever presses "Sign in" is sent on.
Both start in turns with the project's configuration, after one start each that leaves bytecode and files in the caches
and is not counted. In demo mode the dashboard starts a demo instance beside itself and is not ready before it.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from tests.bench.served import Served, serving
from tests.bench.sessions import Session

DASHBOARD = Path("app.py")
EMPTY = 'import streamlit as st\n\nst.title("Empty")\n'
STANDARD_LIBRARY = "(standard library)"
_DEMO_READY = re.compile(r"^(\S+ [\d:]+,\d+) .*demo instance ready on", re.MULTILINE)
_IMPORT = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \| +(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Start:
    """One start, in milliseconds.

    Attributes:
        served: From the start of the process until the page's HTML was read.
        usable: From the start of the process until the first run of the script was finished.
        ready: From the start of the process until it says that it is ready; an empty page says nothing.
        demo: Of ``ready``, how long the demo instance took from its own start until it was ready.
    """

    served: float
    usable: float
    ready: float
    demo: float


def start(script: Path, folder: Path, *, python_options: Sequence[str] = ()) -> tuple[Start, str]:
    """Start a server, wait until its page can be used, stop it; return the times and what it wrote."""
    with serving(script, folder, python_options=python_options) as server:
        served = server.wait_for("/")
        asyncio.run(_first_run(server.url))
        usable = server.running_ms()
        ready = server.wait_for("/healthz") if script == DASHBOARD else 0.0
        return Start(served, usable, ready, _demo_ms(server)), server.log.read_text(encoding="utf-8")


async def _first_run(url: str) -> None:
    async with Session(url) as session:
        await session.rerun()
        if session.exceptions:
            raise RuntimeError(session.exceptions[0])


def _demo_ms(server: Served) -> float:
    """From the moment the demo instance's process was created to the line in the log that says it is ready."""
    ready = _DEMO_READY.search(server.log.read_text(encoding="utf-8"))
    if not ready:
        return 0.0
    (instance,) = server.process.children()
    logged = datetime.strptime(ready[1], "%Y-%m-%d %H:%M:%S,%f").timestamp()
    return (logged - instance.create_time()) * 1000


def imports(log: str) -> Counter[str]:
    """Return the milliseconds that importing took by top-level package, from the output of ``-X importtime``."""
    taken: Counter[str] = Counter()
    for microseconds, name in _IMPORT.findall(log):
        package = name.partition(".")[0]
        taken[STANDARD_LIBRARY if package in sys.stdlib_module_names else package] += int(microseconds)
    return Counter({name: round(value / 1000) for name, value in taken.items()})


def compare(scripts: dict[str, Path], folder: Path, rounds: int) -> None:
    """Start each script in turns and print the medians as a table."""
    taken: dict[str, list[Start]] = {name: [] for name in scripts}
    for turn in range(rounds + 1):
        for name, script in scripts.items():
            times, _ = start(script, folder / name)
            if turn:
                taken[name].append(times)
    medians = {
        name: Start(*(statistics.median(getattr(one, part.name) for one in starts) for part in fields(Start)))
        for name, starts in taken.items()
    }
    print("| | page served ms | page usable ms | ready ms | of which the demo instance ms |")
    print("|---|---|---|---|---|")
    for name, one in medians.items():
        print(f"| {name} | {one.served:,.0f} | {one.usable:,.0f} | {one.ready:,.0f} | {one.demo:,.0f} |")
    empty, ours = medians.values()
    print(f"\nUntil usable, dashboard : empty page = {ours.usable / empty.usable:.2f}.")


def print_imports(scripts: dict[str, Path], folder: Path, top: int) -> None:
    """Print what importing took by package, in the process that serves each script, the slowest packages first."""
    empty, ours = (
        imports(start(script, folder / name, python_options=["-X", "importtime"])[1])
        for name, script in scripts.items()
    )
    print("\n| imports | dashboard ms | empty page ms |\n|---|---|---|")
    for name, milliseconds in ours.most_common(top):
        print(f"| {name} | {milliseconds:,} | {empty[name]:,} |")
    print(f"| all | {ours.total():,} | {empty.total():,} |")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="starts of each that are counted")
    parser.add_argument("--top", type=int, default=15, help="how many packages to list")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="snlib-bench-") as name:
        folder = Path(name)
        page = folder / "empty.py"
        page.write_text(EMPTY, encoding="utf-8")
        scripts = {"empty page": page, "dashboard": DASHBOARD}
        compare(scripts, folder, options.rounds)
        print_imports(scripts, folder, options.top)


if __name__ == "__main__":
    main()
