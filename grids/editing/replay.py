"""Replay: a list of commands on a base, as publishing does it on what is current."""

from collections.abc import Sequence
from dataclasses import dataclass

from grids.editing.commands import Command
from grids.editing.coverage import Coverage
from grids.editing.refusals import EditRefused, Refusal
from grids.editing.rules import DEFAULT, Rules
from grids.editing.steps import Step


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


def commute(base: Coverage, mine: Sequence[Command], theirs: Sequence[Command], rules: Rules = DEFAULT) -> bool:
    """Return whether two lists of exact commands give the same partition in either order.

    If not, they contradict each other: one of them fails after the other, or who came first would decide.
    """
    orders = [replay(base, [*mine, *theirs], rules), replay(base, [*theirs, *mine], rules)]
    return all(order.failure is None for order in orders) and orders[0].coverage == orders[1].coverage
