"""Sixteen supervisors and three reviewers at once on one district: 2,000 commands, some sent twice, some cut midway.

The contract (issue 3): nothing lost or doubled; every refusal names a true contradiction; the result does not depend
on the order of arrival; a command over HTTP p95 at most 100 ms. Everybody pauses less than a second between two
commands, which is quicker than hands draw.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np

from bench import Ratio
from bench.trials import district, order, truth
from bench.trials.client import Client
from bench.trials.desk import Author, Office, Reviewer, hand
from bench.trials.district import District, Size
from bench.trials.judging import Judge, misplaced, partition_faults, percentiles
from bench.trials.ledger import Ledger
from bench.trials.people import person
from bench.trials.server import Server, served
from bench.trials.town import Clock, disconnect, town
from gisserver.common.access.roles import Role
from tests.partitions import Supervisor

SIZE = Size(across=4, up=3, units=20_000, incidents=20_000)
SUPERVISORS, REVIEWERS, COMMANDS = 16, 3, 2_000
PAUSE_S = (0.3, 0.9)
SEED = 16


def run(commands: int = COMMANDS) -> Iterator[Ratio]:
    """Let them all work, then judge the ledger, the log and the ground."""
    clock, judge, ledger = Clock(), Judge(), Ledger()
    with town() as database:
        made = district.load(SIZE, seed=SEED)
        clock.said(f"{made.grids} grids in {len(made.communities)} communities")
        with served(database) as server:
            began, worked = time.monotonic(), server.cpu_seconds()
            _work(server, made, ledger, commands)
            seconds, worked = time.monotonic() - began, server.cpu_seconds() - worked
            sent = ledger.of("commands")
            clock.said(f"{len(sent)} commands by {SUPERVISORS} supervisors, {len(sent) / seconds:.0f} a second")
            print(
                f"  {worked / len(sent) * 1000:.0f} ms of a processor for each, with all that goes before and after it"
            )
            judge.that(not server.defects(), "the server logged no error of its own")
        times = [answer.seconds for record in sent for answer in record.answers if not record.cut]
        print(f"  a command over HTTP: {percentiles(times)}")
        yield Ratio("a command over HTTP, p95", float(np.percentile(times, 95)), "goal", 0.1)
        published = [record.answers[-1].seconds for record in ledger.of("publish") if record.status == 200]
        yield Ratio("publishing over HTTP, p95", float(np.percentile(published, 95)), "goal", 3.0)
        truth.judge_statuses(judge, ledger)
        truth.judge_log(judge, ledger)
        truth.judge_refusals(judge, ledger, made)
        order.judge_orders(judge, made, seed=SEED)
        judge.that(partition_faults() == 0, "the independent checker finds the partition exact")
        judge.that(misplaced() == 0, "every building and open incident has the one grid of law 3")
        clock.said("judged")
    judge.close()


def _work(server: Server, made: District, ledger: Ledger, commands: int) -> None:
    """Let everybody work in a thread and a connection of their own."""
    office, codes = Office(), sorted(made.communities)
    authors, reviewers = [], []
    for n in range(SUPERVISORS):
        who = f"supervisor{n}"
        client = Client(server.port, person(who, Role.SUPERVISOR, made.id))
        office.returned[who] = queue.Queue()
        home, beside = codes[n % len(codes)], codes[(n + 1) % len(codes)]
        draws = Supervisor(SEED + n, start=len(made.partitions[home]), hostile=0.1)
        share = commands // SUPERVISORS + (n < commands % SUPERVISORS)
        communities = {home: made.communities[home], beside: made.communities[beside]}
        authors.append(Author(hand(who, client, ledger, n), office, communities, share, PAUSE_S, draws))
    for n in range(REVIEWERS):
        token = person(f"reviewer{n}", Role.REVIEWER, made.id)
        own, twin = (hand(f"reviewer{n}", Client(server.port, token), ledger, 100 + n) for _ in range(2))
        reviewers.append(Reviewer(own, office, twin))
    failures: list[BaseException] = []
    drawing = [_thread(author.work, failures) for author in authors]
    reviewing = [_thread(reviewer.work, failures) for reviewer in reviewers]
    for thread in drawing:
        thread.join()
    office.closed.set()
    for thread in reviewing:
        thread.join()
    if failures:
        raise failures[0]


def _thread(work: Callable[[], None], failures: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            disconnect()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
