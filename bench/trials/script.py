"""What a campaign draws: a seeded script of splits, merges, reshapes and transfers, each on grids of its own."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from django.conf import settings

from grids.editing.coverage.coverage import Coverage
from grids.editing.refusals import EditRefused
from grids.editing.verbs.steps import Step
from grids.editing.verbs.verb import Edit
from grids.redraws.commands.schema import MAX_SNAP_M
from tests.partitions import Supervisor

# 60 + 2·10 + 2·25 + 2·30 = 190 grids whose area changes; 60 - 10 = 50 more than before.
QUOTA = {"split": 60, "merge": 10, "reshape": 25, "transfer": 30}
GRIDS_A_COMMAND = {"split": 1, "merge": 2, "reshape": 2, "transfer": 2}


@dataclass(frozen=True, slots=True)
class Script:
    """The bodies of the commands in order, and the grids whose area they change."""

    bodies: list[dict[str, Any]]
    changed: set[str]


def written(partitions: Mapping[str, Coverage], *, seed: int) -> Script:
    """Return the script for a district; every community has its share, no grid is drawn twice."""
    left, used = Counter(QUOTA), set[str]()
    now = dict(partitions)
    supervisors = {
        code: Supervisor(seed + n, start=len(each), hostile=0.0) for n, (code, each) in enumerate(now.items())
    }
    bodies: list[dict[str, Any]] = []
    for code in cycle(now):
        if not +left:
            return Script(bodies, used)
        for command, step in _tries(supervisors[code], now[code]):
            changed = moved(step)
            if left[command.verb] and len(changed) == GRIDS_A_COMMAND[command.verb] and not changed & used:
                left[command.verb] -= 1
                used |= changed
                now[code] = step.coverage
                bodies.append(body_of(command))
                break
    raise AssertionError("cycle() ends never")


def _tries(supervisor: Supervisor, coverage: Coverage, most: int = 12) -> Iterator[tuple[Edit, Step]]:
    for _ in range(most):
        command = supervisor.command(coverage)
        if command.verb in QUOTA and getattr(command, "snap_m", 0.0) <= MAX_SNAP_M:
            try:
                yield command, command.step(coverage)
            except EditRefused:
                continue


def moved(step: Step) -> set[str]:
    """Return the grids that were there before and whose area a step changed."""
    changed = {key for move in step.moves for key in (move.source, move.target)}
    return {key for key in changed if not key.startswith("n")}


def body_of(command: Edit) -> dict[str, Any]:
    """Return a command as a door takes it, in the survey CRS; the server gives a new grid its code."""
    body = {name: value for name, value in command.to_json().items() if name != "new"}
    return {"crs": f"EPSG:{settings.SURVEY_SRID}", **body}
