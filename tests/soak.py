"""Random and hostile commands by the thousand, each result judged by the independent checker: `make soak`.

`python -m tests.soak COMMANDS [GRIDS] [SEED]`. The last word is the undoing of everything, byte for byte.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import shapely

from grids.editing.coverage.checker import violations
from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.diff import Diff, diff
from grids.editing.geometry.shapes import Shape
from grids.editing.inverse import NoInverse, inverse
from grids.editing.refusals import EditRefused
from grids.editing.verbs.steps import Step
from grids.editing.verbs.verb import Edit
from tests.partitions import Supervisor, jittered
from tests.verbs import applied

ROUND = 20_000


@dataclass(slots=True)
class Report:
    """What happened: commands taken and refused by code, what the checker found, whether undoing gave the start."""

    outcomes: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    without_inverse: list[str] = field(default_factory=list)
    undone: bool = False
    seconds: list[float] = field(default_factory=list)
    coverage: Coverage | None = None

    @property
    def taken(self) -> int:
        """How many commands acted."""
        return self.outcomes["taken"]


def soak(coverage: Coverage, supervisor: Supervisor, commands: int, *, inverse_every: int = 50) -> Report:
    """Give a coverage commands; check what each changed, at the end everything, then undo all."""
    report = Report()
    start, undo = coverage.digest(), []
    for number in range(commands):
        command = supervisor.command(coverage)
        step = _tried(command, coverage, report)
        if step is None:
            continue
        undo.append(_light(diff(coverage, step.coverage, step.changed).reversed))
        report.found += [f"{number}: {words}" for words in _around(coverage, step)]
        if number % inverse_every == 0:
            _reverse(coverage, command, step, report)
        coverage = step.coverage
    report.found += _everything(coverage)
    report.coverage = coverage
    report.undone = _undone(coverage, undo).digest() == start
    return report


def _tried(command: Edit, coverage: Coverage, report: Report) -> Step | None:
    began = time.perf_counter()
    try:
        step = command.step(coverage)
    except EditRefused as refused:
        report.outcomes[f"{command.verb} refused {refused.refusal.code}"] += 1
        return None
    finally:
        report.seconds.append(time.perf_counter() - began)
    report.outcomes["taken"] += 1
    report.outcomes[f"{command.verb} taken"] += 1
    return step


def _around(before: Coverage, step: Step) -> list[str]:
    """Check the changed grids alone, against the area that they had together."""
    old = list(before.to_polygons(set(step.changed) & set(before.keys)).values())
    new = step.coverage.to_polygons(set(step.changed) & set(step.coverage.keys))
    return violations(new, shapely.coverage_union_all(old))


def _everything(coverage: Coverage) -> list[str]:
    return violations(coverage.to_polygons(), coverage.frame.polygon)


def _light(back: Diff) -> Diff:
    """Return a difference that holds coordinates only, without what has been derived from them."""
    before, after = (
        {key: shape and Shape(shape.parts) for key, shape in side.items()} for side in (back.before, back.after)
    )
    return Diff(before, after)


def _reverse(before: Coverage, command: Edit, step: Step, report: Report) -> None:
    try:
        inverse(before, command, step)
    except NoInverse as none:
        report.without_inverse.append(f"{command.verb} {none}")
    report.outcomes["inverses tried"] += 1


def _undone(coverage: Coverage, undo: list[Diff]) -> Coverage:
    for back in reversed(undo):
        coverage = applied(back, coverage)
    return coverage


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(commands: int = 1_000_000, grids: int = 12_000, seed: int = 1) -> int:
    """Soak lattices of about so many grids, a new one each round, each undone; return 1 if anything broke.

    A round goes on from each result; the next starts anew, or the random merges and transfers would in the end be all
    about one grid that has swallowed hundreds and encloses as many.
    """
    side = round(grids**0.5)
    _say(f"rounds of {ROUND} commands, {commands} in all, about {grids} grids, seed {seed}")
    total, undone, began = Report(), True, time.perf_counter()
    for first in range(0, commands, ROUND):
        coverage = jittered(side, -(-grids // side), seed + first)
        supervisor = Supervisor(seed + first, start=len(coverage))
        report = soak(coverage, supervisor, min(ROUND, commands - first))
        undone = undone and report.undone
        for ours, theirs in ((total.found, report.found), (total.without_inverse, report.without_inverse)):
            ours.extend(theirs)
        total.outcomes += report.outcomes
        total.seconds += report.seconds
        _say(
            f"{first + ROUND:>9} commands, {report.taken} taken, {len(report.coverage or ())} grids, "
            f"{len(report.found)} violations, undone {report.undone}",
        )
    for outcome, count in sorted(total.outcomes.items()):
        _say(f"{count:>9}  {outcome}")
    times = sorted(total.seconds)
    _say(f"per command: median {times[len(times) // 2] * 1e3:.2f} ms, p99 {times[len(times) * 99 // 100] * 1e3:.2f} ms")
    _say(
        f"violations {len(total.found)}; every round undone to its start: {undone}; "
        f"without inverse {len(total.without_inverse)}; {time.perf_counter() - began:.0f} s"
    )
    for words in (*total.found[:20], *total.without_inverse[:20]):
        _say(words)
    return int(bool(total.found) or not undone)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
