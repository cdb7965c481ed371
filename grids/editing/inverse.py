"""The commands that take a step back: a published redraw is reversed by a new one, made of these."""

from collections.abc import Sequence

from grids.editing.coverage.coverage import Coverage
from grids.editing.refusals import EditRefused
from grids.editing.rules import REVERSAL
from grids.editing.verbs.steps import Step, metres
from grids.editing.verbs.verb import Edit, edit, edit_verb


class NoInverse(Exception):
    """No list of commands was found that gives the coverage before, byte for byte."""


def inverse(before: Coverage, command: Edit, step: Step) -> tuple[Edit, ...]:
    """Return the commands that, under the rules `REVERSAL`, turn ``step.coverage`` into ``before`` again.

    They are tried and compared here; raises `NoInverse` if they don't.
    """
    exact = command.exact(step)
    commands = edit_verb(exact).inverse(before, exact, step)
    try:
        commands = [*commands, *_vertices_out(before, replayed(step.coverage, commands), step)]
        if replayed(step.coverage, commands) == before:
            return tuple(commands)
    except EditRefused as refused:
        raise NoInverse(str(refused)) from refused
    raise NoInverse(command.verb)


def replayed(coverage: Coverage, commands: Sequence[Edit]) -> Coverage:
    """Return the coverage after commands under the rules for reversals."""
    for command in commands:
        coverage = command.step(coverage, REVERSAL).coverage
    return coverage


def _vertices_out(before: Coverage, coverage: Coverage, step: Step) -> list[Edit]:
    """Return commands that remove what vertices there are too many."""
    keys = [key for key in step.changed if key in before and key in coverage]
    extra = {vertex for key in keys for vertex in coverage[key].vertices - before[key].vertices}
    return [edit("remove_node", node=place, snap_m=0.0) for place in metres(sorted(extra))]
