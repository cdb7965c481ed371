"""Twenty honest users while a server is attacked with hundreds of files and requests, beside their quiet times.

Quiet and attacked slices of time alternate, so that what else the machine does hits both. The attacked slice lasts as
long as its share of the attack; then the server is left in peace for as long.
"""

import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator

from bench import Broken, Ratio
from bench.attacks.files import hostile_files
from bench.attacks.honest import Crowd, Record
from bench.attacks.requests import hostile_requests
from bench.attacks.sending import Attacker, Outcome
from bench.attacks.target import Target, attacker, crowd, forget, places, target

SLICES = 8
QUIET_S = 8.0
MOST = 2.0
# A difference that nobody notices, and that one more busy process makes.
UNNOTICED_S = 0.01
MOST_GROWN_BYTES = 400 * 1024**2


def run(slices: int = SLICES) -> Iterator[Ratio]:
    """Attack in slices; yield each door's median and its 95th of a hundred, attacked beside quiet."""
    token = attacker()
    files, others = list(hostile_files()), list(hostile_requests(token))
    print(
        f"  {len(files)} hostile files, {len(others)} hostile requests; load {os.getloadavg()[0]:.1f} before",
        flush=True,
    )
    outcomes: list[Outcome] = []
    with target() as server:
        honest = crowd()
        people = Crowd(server.port, honest, places(server.port, honest[0]))
        before = server.workers()
        with people.working():
            time.sleep(QUIET_S)  # the first answers of a new server are no measure
            people.record.seconds.clear()
            for number in range(slices):
                time.sleep(QUIET_S)
                people.attacked = True
                outcomes += Attacker(server.port, token).attack(files[number::slices], others[number::slices])
                people.attacked = False
                time.sleep(2.0)
                print(f"  {number + 1} of {slices} slices, load {os.getloadavg()[0]:.1f}", flush=True)
        after = server.workers()
        wrong = _wrong(server, outcomes, people.record, before, after)
    forget()
    print(f"  outcomes: {dict(Counter(each.status for each in outcomes))}; load {os.getloadavg()[0]:.1f} after")
    for each in sorted(outcomes, key=lambda each: -each.seconds)[:8]:
        print(f"  {each.seconds:6.1f} s  {each.status} {each.code:<24} {each.kind}")
    ratios = list(_ratios(people.record))
    yield from ratios
    wrong += [f"slow: {each.work}" for each in ratios if each.ours_s > MOST * each.peer_s + UNNOTICED_S]
    if wrong:
        raise Broken("; ".join(f"{count} × {what}" for what, count in Counter(wrong).most_common(40)))


def _wrong(
    server: Target, outcomes: list[Outcome], record: Record, before: dict[int, int], after: dict[int, int]
) -> list[str]:
    wrong = [f"{each.kind}: {each.status} {each.code}" for each in outcomes if each.status in {500, 502, 504}]
    wrong += [f"an honest user got {failure}" for failure in record.failures]
    if set(before) != set(after):
        wrong.append("a process was killed")
    grown = sum(after.values()) - sum(before.values())
    print(f"  the server had {sum(before.values()) >> 20} MiB before and {sum(after.values()) >> 20} MiB after")
    if grown > MOST_GROWN_BYTES:
        wrong.append(f"the server grew by {grown >> 20} MiB")
    wrong += [f"left behind: {path}" for path in server.left()]
    return wrong + [f"logged: {line[:200]}" for line in server.defects()]


def _ratios(record: Record) -> Iterator[Ratio]:
    for door in sorted({door for door, _ in record.seconds}):
        quiet, attacked = (record.seconds[door, state] for state in (False, True))
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            yield Ratio(
                work=f"{door}, {name}, attacked ({len(attacked)})",
                ours_s=_quantile(attacked, share),
                peer=f"quiet ({len(quiet)})",
                peer_s=_quantile(quiet, share),
            )


def _quantile(seconds: list[float], share: float) -> float:
    return statistics.quantiles(seconds, n=100)[int(share * 100) - 1]
