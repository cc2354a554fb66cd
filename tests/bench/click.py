"""What a click costs: the dashboard, and beside it a bare page that draws the same elements from constants.

    uv run --group bench python -m tests.bench.click             # the tables of docs/performance.md
    uv run --group bench python -m tests.bench.click --growth    # memory over 2,000 reruns
    uv run --group bench python -m tests.bench.click --quick     # a little of both: whether it works

Both are served by ``streamlit run`` with the project's configuration and asked over the WebSocket, in turns. Nothing
that is clicked asks ServiceNow. CPU is that of the server's own process, without the demo instance.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from tests.bench.served import Served, serving
from tests.bench.sessions import Session
from tests.bench.visitors import address, find_person, sign_in
from tests.browser.running import dashboard_of

HERE = Path(__file__).resolve().parent
CALLER = "amelie.fon"
INCIDENTS = "ServiceNow incidents"
CLICK, RERUN, TAB = "click in the list", "whole rerun", "change of tab"
STEPS: dict[str, list[tuple[str, Any] | None]] = {
    CLICK: [("columns", ["State"]), ("columns", ["State", "Priority"])],
    RERUN: [None],
    TAB: [("tab", "Summary"), ("tab", INCIDENTS)],
}
"""For each interaction what is done in turns: a widget's label or user key and its new value; None reruns the page."""
UNDER_LOAD = (CLICK, RERUN)
ALONE_THINK, ALONE_TIMES = 0.1, 10
CACHED_SECONDS = 240
"""Shorter than the dashboard keeps what ServiceNow answered, so that no run asks again."""
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """A page to measure: its server, the query of its address, and a cookie for each session (or none at all)."""

    name: str
    server: Served
    query: str
    cookies: Sequence[str]


@dataclass(slots=True)
class Sample:
    """What was measured of one interaction: milliseconds until the answer was there, and CPU milliseconds in all."""

    latencies: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0

    @property
    def cpu(self) -> float:
        """CPU milliseconds a run."""
        return self.cpu_ms / len(self.latencies)

    @property
    def p50(self) -> float:
        """The median latency in milliseconds."""
        return statistics.median(self.latencies)

    @property
    def p95(self) -> float:
        """The latency in milliseconds that 95 of 100 runs stay below."""
        return statistics.quantiles(self.latencies, n=20, method="inclusive")[-1]


@asynccontextmanager
async def subjects(folder: Path, sessions: int) -> AsyncIterator[tuple[Subject, Subject]]:
    """Start both pages; sign in once for each session, and authenticate the agent with ServiceNow."""
    with serving(Path("app.py"), folder / "dashboard") as ours, serving(HERE / "bare_app.py", folder / "bare") as bare:
        ours.wait_for("/healthz")
        bare.wait_for("/")
        dashboard_of(ours.url, ours.log).start_afresh()  # with a verified connector
        cookies = [await asyncio.to_thread(sign_in, ours.url, connect=not number) for number in range(sessions)]
        person = await find_person(ours.url, cookies[0], CALLER)
        query = address(person, INCIDENTS)
        yield Subject("dashboard", ours, query, cookies), Subject("bare page", bare, query, [""] * sessions)


@asynccontextmanager
async def opened(subject: Subject, sessions: int) -> AsyncIterator[list[Session]]:
    """Open the page in so many browsers, a few at a time, until each shows the list."""
    few = asyncio.Semaphore(4)

    async def first_run(session: Session) -> None:
        async with few:
            await session.rerun()

    async with AsyncExitStack() as stack:
        tabs = [
            await stack.enter_async_context(
                Session(subject.server.url, page="troubleshooting", query=subject.query, cookie=cookie)
            )
            for cookie in subject.cookies[:sessions]
        ]
        await asyncio.gather(*map(first_run, tabs))
        yield tabs
        if problems := [problem for tab in tabs for problem in tab.exceptions]:
            raise RuntimeError(f"{subject.name}: {problems[0]}")


async def act(session: Session, step: tuple[str, Any] | None) -> float:
    """Do one step of `STEPS` and return its milliseconds."""
    return await (session.set(*step) if step else session.rerun())


async def measure(subject: Subject, interaction: str, sessions: int, runs: int, think: float) -> Sample:
    """Let so many sessions click, each ``runs`` times, thinking ``think`` seconds on average before each."""
    sample = Sample()

    async def clicks(session: Session) -> None:
        for step in islice(cycle(STEPS[interaction]), runs):
            await asyncio.sleep(think * random.uniform(0.5, 1.5))
            sample.latencies.append(await act(session, step))

    async with opened(subject, sessions) as tabs:
        for step in islice(cycle(STEPS[interaction]), WARM_UP):
            await asyncio.gather(*(act(tab, step) for tab in tabs))
        before = subject.server.cpu_ms()
        await asyncio.gather(*map(clicks, tabs))
        sample.cpu_ms = subject.server.cpu_ms() - before
    return sample


async def compare(pair: tuple[Subject, Subject], options: argparse.Namespace) -> None:
    """Measure both pages in turns and print the table."""
    await print_elements(pair)
    print(f"\nThink time {options.think:g} s ({ALONE_THINK:g} s for one session); one sign-in a session.\n")
    print("| sessions | interaction | dashboard p50 / p95 ms | bare page p50 / p95 ms | ratio p95 ", end="")
    print("| dashboard CPU ms | bare page CPU ms | ratio CPU |\n|---|---|---|---|---|---|---|---|")
    for sessions in options.sessions:
        for interaction in STEPS if sessions == 1 else UNDER_LOAD:
            think, runs = (options.think, options.runs) if sessions > 1 else (ALONE_THINK, options.runs * ALONE_TIMES)
            taken = [Sample(), Sample()]
            for turn in range(options.rounds):
                for which in (0, 1) if turn % 2 == 0 else (1, 0):
                    more = await measure(pair[which], interaction, sessions, runs, think)
                    taken[which].latencies += more.latencies
                    taken[which].cpu_ms += more.cpu_ms
            print(_row(sessions, interaction, *taken), flush=True)


async def print_elements(pair: tuple[Subject, Subject]) -> None:
    """Print how many elements each page draws, and in which kinds they differ."""
    drawn = []
    for subject in pair:
        async with opened(subject, 1) as (tab,):
            drawn.append(tab.drawn)
    ours, bare = drawn
    kinds = {kind: (ours[kind], bare[kind]) for kind in sorted(ours | bare) if ours[kind] != bare[kind]}
    differ = ", ".join(f"{kind} {here} and {there}" for kind, (here, there) in kinds.items())
    print(f"Elements drawn: dashboard {ours.total()}, bare page {bare.total()}; different: {differ or 'none'}.")


async def growth(pair: tuple[Subject, Subject], reruns: int) -> None:
    """Print the resident memory of both servers over so many reruns of one session, all interactions in turns."""
    steps = [step for steps in STEPS.values() for step in steps]
    print("\n| reruns | dashboard RSS MiB | bare page RSS MiB |\n|---|---|---|")
    async with opened(pair[0], 1) as (ours,), opened(pair[1], 1) as (bare,):
        for done in range(reruns + 1):
            if done % max(1, reruns // 8) == 0:
                print(f"| {done:,} | " + " | ".join(f"{one.server.rss_mib():.1f}" for one in pair) + " |", flush=True)
            for tab in (ours, bare):
                await act(tab, steps[done % len(steps)])


def _row(sessions: int, interaction: str, ours: Sample, bare: Sample) -> str:
    return (
        f"| {sessions} | {interaction} | {ours.p50:,.0f} / {ours.p95:,.0f} | {bare.p50:,.0f} / {bare.p95:,.0f} "
        f"| {ours.p95 / bare.p95:.1f} | {ours.cpu:.1f} | {bare.cpu:.1f} | {ours.cpu / bare.cpu:.1f} |"
    )


async def run(options: argparse.Namespace) -> None:
    """Do what the command line asks for."""
    with tempfile.TemporaryDirectory(prefix="snlib-bench-") as folder:
        async with subjects(Path(folder), max(options.sessions)) as pair:
            if not options.growth:
                await compare(pair, options)
            if options.growth or options.quick:
                await growth(pair, options.reruns)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 20, 50, 100])
    parser.add_argument("--think", type=float, default=4.0, help="mean seconds between two clicks of a session")
    parser.add_argument("--runs", type=int, default=8, help="clicks of each session in a round; one alone does more")
    parser.add_argument("--rounds", type=int, default=2, help="how often the two pages take turns")
    parser.add_argument("--growth", action="store_true", help="measure memory instead")
    parser.add_argument("--reruns", type=int, default=2000, help="of --growth")
    parser.add_argument("--quick", action="store_true", help="a few clicks and reruns only")
    options = parser.parse_args(arguments)
    if options.growth:
        options.sessions = [1]
    if options.quick:
        options.sessions, options.think, options.runs, options.rounds, options.reruns = [1, 2], 0.1, 2, 1, 8
    if options.runs * options.think > CACHED_SECONDS:
        parser.error(f"runs × think must stay below {CACHED_SECONDS} s")
    asyncio.run(run(options))


if __name__ == "__main__":
    main()
