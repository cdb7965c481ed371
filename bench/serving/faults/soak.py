"""A mixed load for a long time: memory, connections and open files of the whole stack, before and after."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from bench.serving.faults import honest
from bench.serving.faults.stack import Stack, memory_mb, open_files, whole_stack
from bench.serving.faults.visitors import visiting

WARM_S = 45.0
# What may be more at the end: a tenth, for caches that are still filling, and a few of what comes in small numbers.
GROWTH, FEW = 1.1, 10
# Those of the job worker and of this look too.
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"


@dataclass(frozen=True, slots=True)
class Look:
    """What the stack takes at a moment: MB and open files by kind of process, connections of the database."""

    memory: Mapping[str, float]
    files: Mapping[str, int]
    connections: int


def run(size: str, *, minutes: float) -> int:
    """Print both looks; return 1 when something has grown."""
    with whole_stack(size) as stack:
        idle = look(stack)
        print(f"idle: {sum(idle.memory.values()):,.0f} MB in all (goal 900)", flush=True)
        with visiting(stack, each=0) as record, honest.at_work(stack, WARM_S + 60 * minutes) as running:
            time.sleep(WARM_S)
            before = look(stack)
            time.sleep(max(0.0, 60 * minutes - 10))
            after = look(stack)
            loads = honest.results(running)
    for door, load in loads.items():
        print(
            f"  {door:<10} {load.rate:>5.0f}/s p50 {load.p50_ms:.1f} ms, p95 {load.p95_ms:.1f}, {dict(load.statuses)}"
        )
    print(f"  {len(record.acknowledged)} reports; torn: {record.torn[:3] or 'none'}")
    _print(before, after)
    wrong = grown(before, after)
    print(f"soak of {minutes:g} minutes: " + ("; ".join(wrong) if wrong else "nothing grows"))
    return int(bool(wrong or record.torn))


def look(stack: Stack) -> Look:
    """Return what the stack takes now."""
    kinds = stack.by_kind()
    with psycopg.connect(stack.url) as connection:
        row = connection.execute(CONNECTIONS).fetchone()
    assert row is not None  # noqa: S101 -- a count
    return Look(
        {kind: memory_mb(pids) for kind, pids in kinds.items()},
        {kind: open_files(pids) for kind, pids in kinds.items()},
        int(row[0]),
    )


def grown(before: Look, after: Look) -> list[str]:
    """Return what has grown by more than it may. Pure."""
    pairs = {
        "memory (MB)": (sum(before.memory.values()), sum(after.memory.values())),
        "open files": (sum(before.files.values()), sum(after.files.values())),
        "connections of the database": (before.connections, after.connections),
    }
    return [
        f"{what} grew from {first:,.0f} to {last:,.0f}"
        for what, (first, last) in pairs.items()
        if last > GROWTH * first + FEW
    ]


def _print(before: Look, after: Look) -> None:
    print(f"  {'':<26} {'MB':>7} {'then':>7} {'files':>7} {'then':>7}")
    for kind in sorted({*before.memory, *after.memory}):
        print(
            f"  {kind:<26} {before.memory.get(kind, 0):>7.0f} {after.memory.get(kind, 0):>7.0f} "
            f"{before.files.get(kind, 0):>7} {after.files.get(kind, 0):>7}"
        )
    print(f"  connections of the database: {before.connections}, then {after.connections}")
