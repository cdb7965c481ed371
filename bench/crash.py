"""Publishing struck down by kill -9, of the server or of the database, at 200 random moments.

The contract (issue 3): the old state or the new one, never between; asked again with the same Idempotency-Key, the
server gives a true answer. The cluster forces its commits to the disk, as `make run` has it; its files
lie in memory, for what is killed is a process and not the machine. A second server stands by to take the place of the
one that falls: a server needs seconds to start, and the blows are many.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import Ratio
from bench.trials import district
from bench.trials.client import Answer, Client
from bench.trials.crashing import Blow, State, state_of
from bench.trials.district import District, Size
from bench.trials.judging import Judge, misplaced, partition_faults
from bench.trials.people import person
from bench.trials.script import body_of
from bench.trials.server import Relay, relayed
from bench.trials.town import Clock, Database, town
from gisserver.common.access.roles import Role
from grids.editing.coverage.coverage import Coverage
from grids.editing.refusals import EditRefused
from grids.redraws.commands.schema import MAX_SNAP_M
from grids.redraws.storage.loading import load_drafts
from tests.partitions import Supervisor

SIZE = Size(across=2, up=1, units=4_000, incidents=2_000)
ROUNDS, WARM_UP = 200, 5
TOLD_EVERY = 20
STEP = 1.2
# The database gets up within a second, a server needs several.
SERVER_EVERY = 3
COMMANDS = 2
SEED = 9


def run(rounds: int = ROUNDS) -> Iterator[Ratio]:
    """Strike the database twice and the server once, and so on, each time at another moment of a publication."""
    clock, judge = Clock(), Judge()
    with town(in_memory=True) as database:
        made = district.load(SIZE, seed=SEED)
        tokens = [person(role.value, role, made.id) for role in (Role.SUPERVISOR, Role.REVIEWER)]
        with relayed(database) as servers:
            author, reviewer = (Client(servers.port, token) for token in tokens)
            trial = Trial(made, author, reviewer, servers, database)
            usual = trial.span_s = max(trial.unharmed(seed) for seed in range(WARM_UP))
            clock.lap(f"{made.grids} grids, {SIZE.units:,} units; a publication takes {usual * 1000:.0f} ms")
            for number in range(1, rounds + 1):
                trial.blow(WARM_UP + number, servers if number % SERVER_EVERY == 0 else database)
                if number % TOLD_EVERY == 0:
                    clock.lap(f"{number} blows, {len(trial.wrong)} wrong")
        outcomes = trial.outcomes
        print(f"  {rounds} blows: " + ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items())))
        judge.wrong += trial.wrong
        judge.that(
            not trial.wrong, "the old state or the new one, never between; asked again, the server told the truth"
        )
        judge.that(min(outcomes["old"], outcomes["new"]) > rounds // 10, "blows fell on both sides of the commit")
        judge.that(partition_faults() == 0, "the independent checker finds the partition exact")
        judge.that(misplaced() == 0, "every building and open incident has the one grid of law 3")
    yield Ratio("publishing, slowest of those unharmed", usual, "goal", 3.0)
    judge.close()


@dataclass(slots=True)
class Trial:
    """A town whose redraws are published under blows; what each blow left, and what was wrong.

    A blow falls within ``span_s`` of the request. It grows when the publication had not come to its commit, and shrinks
    when it had: so half the blows fall before it and half after it, however busy the machine is.
    """

    made: District
    author: Client
    reviewer: Client
    servers: Relay
    database: Database
    span_s: float = 1.0
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    outcomes: "Counter[str]" = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def blow(self, seed: int, victim: Relay | Database) -> None:
        """One publication, one blow, what is there afterwards, and what a retry with the same key is answered."""
        redraw = self._approved(seed)
        before = state_of(redraw)
        blow = Blow(self.author, redraw, victim.kill, victim.start, self.chance.uniform(0, self.span_s))
        blow.fall()
        for client in (self.author, self.reviewer):
            client.hang_up()
            client.port = self.servers.port
        found = state_of(redraw)
        left = _left(before, found)
        self.span_s *= STEP if left == "old" else 1 / STEP
        self.outcomes[left] += 1
        self.outcomes[f"{left} after the {'database' if victim is self.database else 'server'} fell"] += 1
        again = blow.again()
        if not _true(blow, again, before, found, state_of(redraw)) or left == "between" or partition_faults():
            self.wrong.append(f"redraw {redraw}: {left}, {blow.answer}, then {again.status} {again.body[:200]!r}")

    def unharmed(self, seed: int) -> float:
        """Return the seconds of a publication that nobody strikes down."""
        return self.author.post(f"/api/redraws/{self._approved(seed)}/publish/", {}).seconds

    def _approved(self, seed: int) -> int:
        """Draw a few commands in each community, have them approved, and return the redraw's number."""
        codes = self.made.communities
        body = {"title": f"{seed}", "reason": "调整", "communities": list(codes)}
        number = int(self.author.done("/api/redraws/", body)["id"])
        drafts = load_drafts(list(codes.values()))
        for community in codes.values():
            self._draw(number, drafts[community].coverage, seed)
        self.author.done(f"/api/redraws/{number}/submit/", {})
        self.reviewer.done(f"/api/redraws/{number}/approve/", {})
        return number

    def _draw(self, number: int, coverage: Coverage, seed: int) -> None:
        """Draw commands that move borders."""
        supervisor, taken = Supervisor(seed, start=12, hostile=0.0), 0
        while taken < COMMANDS:
            command = supervisor.command(coverage)
            try:
                moves = command.step(coverage).moves
            except EditRefused:
                continue
            if moves and getattr(command, "snap_m", 0.0) <= MAX_SNAP_M:
                taken += self.author.post(f"/api/redraws/{number}/commands/", body_of(command)).status == 201


def _left(before: State, found: State) -> str:
    """Return ``old``, ``new``, or ``between`` for a state that is neither."""
    if found == before:
        return "old"
    logged = (found.status, found.published) == ("published", 1)
    return "new" if found.versions != before.versions and logged and misplaced() == 0 else "between"


def _true(blow: Blow, again: Answer, before: State, found: State, after: State) -> bool:
    """Say whether the answers, before the blow and to the retry, are true of what is stored."""
    published = again.status == 200 and again.json()["status"] == "published" and _left(before, after) == "new"
    acknowledged = blow.answer is not None and blow.answer.status == 200
    return published and not (acknowledged and found == before) and (found in (before, after))
