"""kill -9 of one process after another, whichever it is, under a mixed load with reports that carry keys.

Afterwards every acknowledged report is there exactly once, no answer was torn or an error 500, and it is said how long
each door was without a good answer. Only the supervisor is left alone: the system that started it
would have to start it again.
"""

import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

import psycopg

from bench.serving.faults.stack import Stack, whole_stack
from bench.serving.faults.visitors import MARK, Record, visiting
from bench.serving.figures import gaps, percentile
from gisserver.runtime import processes

SEED = 7
WARM_S, BACK_S = 10.0, 60.0
# Between a kill after which all doors answer again, and the next.
REST_S = (0.5, 2.0)
GAP_S = 1.0
QUIET = 5
REPORTS = "SELECT title, count(*), min(id) FROM incidents_incident WHERE title LIKE %s GROUP BY title"
Kill = tuple[str, float, float]


def run(size: str, *, kills: int) -> int:
    """Kill, then judge; return 1 when a report was lost or doubled, an answer torn, or a gap too long."""
    chance, done = random.Random(SEED), []
    with whole_stack(size) as stack:
        with visiting(stack) as record:
            time.sleep(WARM_S)
            done += [_left_alone() for _ in range(QUIET)]
            for number in range(1, kills + 1):
                done.append(_killed(stack, record, chance))
                if number % 10 == 0:
                    print(f"  {number} kills, {len(record.acknowledged)} reports acknowledged", flush=True)
        stack.wait()
        stored = _stored(stack)
    print(f"{kills} kills; answers: " + ", ".join(f"{times} {what}" for what, times in sorted(record.told.items())))
    false = [*faults_of(record.acknowledged, stored), *(f"torn: {each}" for each in record.torn)]
    false += [f"{times} answers {what}" for what, times in sorted(record.told.items()) if what.endswith(": 500")]
    late = _gaps(done, record)
    if not false:
        print(f"  right: {len(record.acknowledged)} acknowledged reports are there once each, nothing torn")
    for what in (*false, *late):
        print(f"  WRONG: {what}")
    return int(bool(false or late))


def faults_of(acknowledged: Mapping[str, int], stored: Mapping[str, tuple[int, int]]) -> list[str]:
    """Return which reports are lost, doubled, or another than was said; ``stored`` is title to count and id. Pure."""
    lost = [f"lost: {title}" for title in acknowledged if title not in stored]
    doubled = [f"{count} times: {title}" for title, (count, _) in stored.items() if count != 1]
    other = [
        f"acknowledged as {said}, stored as {stored[title][1]}: {title}"
        for title, said in acknowledged.items()
        if title in stored and stored[title][1] != said
    ]
    return [*lost, *doubled, *other]


def _left_alone() -> Kill:
    """Return as long a time in which nothing is killed: what the load alone does to the doors."""
    begin = time.time()
    time.sleep(REST_S[1] + GAP_S)
    return "nothing", begin, time.time()


def _killed(stack: Stack, record: Record, chance: random.Random) -> Kill:
    """Kill one process of a random kind; return the kind, when that was, and when all doors had answered again."""
    time.sleep(chance.uniform(*REST_S))
    there = stack.by_kind()
    kind = chance.choice(sorted(there))
    victim = chance.choice(there[kind])
    moment = time.time()
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        kind = "one that had ended"

    def back() -> bool:
        return all(moments[-1] > moment for moments in record.good.values())

    if not processes.wait_until(back, timeout_s=BACK_S, poll_s=0.05):
        print(f"  after the {kind} was killed, doors stay shut: {_shut(record, moment)}", flush=True)
    time.sleep(GAP_S)
    return kind, moment, time.time()


def _shut(record: Record, moment: float) -> str:
    return ", ".join(door for door, moments in record.good.items() if moments[-1] <= moment)


def _stored(stack: Stack) -> dict[str, tuple[int, int]]:
    with psycopg.connect(stack.url) as connection:
        rows = connection.execute(REPORTS, [f"{MARK}%"]).fetchall()
    return {title: (count, identity) for title, count, identity in rows}


def _gaps(done: Sequence[Kill], record: Record) -> list[str]:
    """Print how long doors were without a good answer, by what was killed; return which kind has its p95 too long."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    by_door: dict[str, list[float]] = defaultdict(list)
    for kind, begin, end in done:
        for door, moments in record.good.items():
            longest = max(gaps(moments, begin, end))
            by_kind[kind].append(longest)
            by_door[door].append(longest)
    print(f"  {'without a good answer, seconds':<34} {'times':>6} {'p50':>7} {'p95':>7} {'max':>7}")
    for name, found in [*sorted(by_kind.items()), *sorted(by_door.items())]:
        p50, p95 = percentile(found, 0.5), percentile(found, 0.95)
        print(f"  {name:<34} {len(found):>6} {p50:>7.2f} {p95:>7.2f} {max(found):>7.2f}")
    return [
        f"{kind} killed: p95 of the gaps {percentile(found, 0.95):.2f} s, above {GAP_S:g}"
        for kind, found in by_kind.items()
        if percentile(found, 0.95) > GAP_S
    ]
