"""Replay: a list of commands on a base, as publishing does it on what is current; and the proof that it is exact."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from grids.editing.commands import Command, from_json
from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.diff import diff
from grids.editing.refusals import Code, EditRefused, Refusal
from grids.editing.rules import DEFAULT, RECORDED, Rules
from grids.editing.verbs.steps import Step


@dataclass(frozen=True, slots=True)
class Failure:
    """The first command that no longer goes: its place in the list (from 0), and why."""

    number: int
    command: Command
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Replay:
    """The coverage after the commands that went, their steps, and the failure that ended it if any."""

    coverage: Coverage
    steps: tuple[Step, ...]
    failure: Failure | None = None


def replay(coverage: Coverage, commands: Sequence[Command], rules: Rules = DEFAULT) -> Replay:
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


def recorded(coverage: Coverage, command: Command, rules: Rules = DEFAULT) -> tuple[Step, Command]:
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


def commute(base: Coverage, mine: Sequence[Command], theirs: Sequence[Command], rules: Rules = DEFAULT) -> bool:
    """Return whether two lists of exact commands give the same partition in either order.

    If not, they contradict each other: one of them fails after the other, or who came first would decide.
    """
    orders = [replay(base, [*mine, *theirs], rules), replay(base, [*theirs, *mine], rules)]
    return all(order.failure is None for order in orders) and orders[0].coverage == orders[1].coverage
