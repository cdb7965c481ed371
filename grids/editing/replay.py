"""Replay: a list of commands on a base, as publishing does it on what is current; and the proof that it is exact."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from grids.editing.commands import from_json
from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.diff import diff
from grids.editing.refusals import Code, EditRefused, Refusal
from grids.editing.rules import DEFAULT, RECORDED, Rules
from grids.editing.verbs.steps import Step
from grids.editing.verbs.verb import Edit


@dataclass(frozen=True, slots=True)
class Failure:
    """The first command that no longer goes: its place in the list (from 0), and why."""

    number: int
    command: Edit
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Replay:
    """The coverage after the commands that went, their steps, and the failure that ended it if any."""

    coverage: Coverage
    steps: tuple[Step, ...]
    failure: Failure | None = None


def replay(coverage: Coverage, commands: Sequence[Edit], rules: Rules = DEFAULT) -> Replay:
    """Take commands one after the other; end at the first that is refused."""
    steps: list[Step] = []
    for number, command in enumerate(commands):
        try:
            step = command.step(coverage, rules)
        except EditRefused as refused:
            return Replay(coverage, tuple(steps), Failure(number, command, refused.refusal))
        steps.append(step)
        coverage = step.coverage
    return Replay(coverage, tuple(steps))


def recorded(coverage: Coverage, command: Edit, rules: Rules = DEFAULT) -> tuple[Step, Edit]:
    """Return the step of a command, and the exact command that a log keeps of it, proved to give the same bytes again.

    Raises `EditRefused`, also with `NOT_REPEATABLE` where the exact command, written and read, is refused or makes
    another partition: what is logged must be what was done.
    """
    step = command.step(coverage, rules)
    exact = from_json(json.loads(json.dumps(command.exact(step).to_json())))
    again = replay(coverage, [exact], RECORDED)
    if again.failure is not None:
        why = again.failure.refusal
        raise EditRefused(Code.NOT_REPEATABLE, why.geometry, refusal=why.code.value)
    if again.coverage != step.coverage:
        other = diff(step.coverage, again.coverage)
        raise EditRefused(Code.NOT_REPEATABLE, shapely.union_all(list(other.polygons.values())), grids=[*other.after])
    return step, exact
