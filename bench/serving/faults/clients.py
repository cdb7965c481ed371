"""Slow clients, waiting queries and a stopped database, each alone and all together, beside honest clients."""

import resource
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from bench.serving.faults import crowd, database, honest
from bench.serving.faults.stack import Stack, memory_mb, whole_stack
from bench.serving.figures import Load

COUNT = 1_000
ANSWERED = 0.9
SLOWER, AWAY_MS, HEALTH_MS = 2.0, 1_000.0, 50.0
LOOK_S = 5.0
WARM_S = 10.0


@dataclass(frozen=True, slots=True)
class Fault:
    """How a fault begins; a crowd has come before honest clients are timed, the rest strikes while they are."""

    begin: Callable[[], AbstractContextManager[None]]
    is_crowd: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What honest clients saw, and the most memory that all processes had."""

    loads: Mapping[str, Load]
    most_mb: float


def run(size: str, *, seconds: float, scale: float) -> int:
    """Print what each fault did; return 1 when honest clients felt more than they may."""
    count = max(1, round(COUNT * scale))
    with whole_stack(size) as stack:
        _allow_files()
        faults = _faults(stack, count)
        _seen(stack, [], WARM_S, scale)
        quiet = _seen(stack, [], seconds, scale)
        _print("quiet", quiet, quiet, [])
        wrong: list[str] = []
        for name, begun in faults.items():
            away = "database" in name or "all" in name
            seen = _seen(stack, begun, seconds * (2 if away else 1), scale)
            found = judged(quiet.loads, seen.loads, away=away)
            _print(name, seen, quiet, found)
            wrong += [f"{name}: {what}" for what in found]
            stack.wait()
    print("faults of clients and database: " + ("; ".join(wrong) if wrong else "all as it must be"))
    return int(bool(wrong))


def _allow_files() -> None:
    """Let this process open as many files as it may; the stack was started with what the shell gives."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _faults(stack: Stack, count: int) -> dict[str, list[Fault]]:
    """Return the faults by what they are called, and at last all of them together."""
    alone = {
        f"{count} slow bodies": Fault(lambda: crowd.slow_bodies(stack, count).there(), is_crowd=True),
        f"{count} slow readers": Fault(lambda: crowd.slow_readers(stack, count).there(), is_crowd=True),
        "4 queries that wait": Fault(lambda: database.waiting_queries(stack)),
        "a stopped database": Fault(lambda: database.stopped_database(stack)),
    }
    return {**{name: [fault] for name, fault in alone.items()}, "all together": list(alone.values())}


def judged(quiet: Mapping[str, Load], seen: Mapping[str, Load], *, away: bool) -> list[str]:
    """Return what honest clients should not have seen; ``away`` when the database cannot answer. Pure."""
    wrong = {
        door: [*_unanswered(quiet[door], load), *_felt(door, quiet[door], load, away=away)]
        for door, load in seen.items()
    }
    return [f"{door} {what}" for door, found in wrong.items() for what in found]


def _unanswered(quiet: Load, load: Load) -> list[str]:
    """Return how many were answered of those who asked; wrk does not count whom it waits for at the end."""
    if load.rate >= ANSWERED * quiet.rate:
        return []
    return [f"{load.rate:.1f} answers a second to those who got {quiet.rate:.1f}"]


def _felt(door: str, quiet: Load, load: Load, *, away: bool) -> list[str]:
    others = sum(times for status, times in load.statuses.items() if int(status) >= 400 and status != "503")
    if door == honest.HEALTH:
        late = load.max_ms > HEALTH_MS or load.wrong
        return [f"took {load.max_ms:.0f} ms at most, {load.wrong} wrong"] if late else []
    if away:
        late = load.p95_ms > AWAY_MS or others
        return [f"p95 {load.p95_ms:.0f} ms (at most {AWAY_MS:.0f}); {others} errors other than 503"] if late else []
    late = load.p95_ms > SLOWER * quiet.p95_ms or load.wrong
    return [f"p95 {load.p95_ms:.1f} ms, quiet {quiet.p95_ms:.1f}; {load.wrong} wrong"] if late else []


def _seen(stack: Stack, faults: list[Fault], seconds: float, scale: float) -> Seen:
    """Return what honest clients see for so long while the faults are there."""
    end, most = threading.Event(), [0.0]

    def watch() -> None:
        while not end.wait(LOOK_S):
            most[0] = max(most[0], _memory(stack))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        with ExitStack() as held:
            for fault in filter(lambda fault: fault.is_crowd, faults):
                held.enter_context(fault.begin())
            running = held.enter_context(honest.at_work(stack, seconds, scale=scale))
            for fault in filter(lambda fault: not fault.is_crowd, faults):
                held.enter_context(fault.begin())
            loads = honest.results(running)
    finally:
        end.set()
        thread.join()
    return Seen(loads, max(most[0], _memory(stack)))


def _memory(stack: Stack) -> float:
    return memory_mb([pid for pids in stack.by_kind().values() for pid in pids])


def _print(name: str, seen: Seen, quiet: Seen, wrong: list[str]) -> None:
    print(f"\n{name}: memory of all processes {seen.most_mb:,.0f} MB at most")
    print(f"  {'door':<10} {'/s':>6} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8} {'quiet p50':>10} {'p95':>8}  statuses")
    for door, load in seen.loads.items():
        before = quiet.loads[door]
        lost = load.wrong - sum(times for status, times in load.statuses.items() if int(status) >= 400)
        print(
            f"  {door:<10} {load.rate:>6.0f} {load.p50_ms:>8.1f} {load.p95_ms:>8.1f} {load.max_ms:>8.0f} "
            f"{before.p50_ms:>10.1f} {before.p95_ms:>8.1f}  {dict(sorted(load.statuses.items()))}"
            + (f", {lost} broken or too late" if lost else "")
        )
    for what in wrong:
        print(f"  WRONG: {what}", flush=True)
