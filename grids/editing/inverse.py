"""The commands that take a step back: a published redraw is reversed by a new one, made of these."""

from grids.editing.commands import Command, InsertNode, Merge, MoveNode, RemoveNode, Split, Transfer
from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.shapes import to_polygon
from grids.editing.refusals import EditRefused
from grids.editing.rules import REVERSAL
from grids.editing.verbs.steps import Move, Step, metres


class NoInverse(Exception):
    """No list of commands was found that gives the coverage before, byte for byte."""


def inverse(before: Coverage, command: Command, step: Step) -> tuple[Command, ...]:
    """Return the commands that, under the rules `REVERSAL`, turn ``step.coverage`` into ``before`` again.

    They are tried and compared here; raises `NoInverse` if they don't.
    """
    commands = _ground_back(before, command, step)
    try:
        coverage = replayed(step.coverage, commands)
        commands += _vertices_out(before, coverage, step)
        if replayed(step.coverage, commands) == before:
            return tuple(commands)
    except EditRefused as refused:
        raise NoInverse(str(refused)) from refused
    raise NoInverse(command.verb)


def replayed(coverage: Coverage, commands: list[Command]) -> Coverage:
    """Return the coverage after commands under the rules for reversals."""
    for command in commands:
        coverage = command.act(coverage, REVERSAL)
    return coverage


def _ground_back(before: Coverage, command: Command, step: Step) -> list[Command]:
    exact = command.exact(step)
    match exact:
        case Split(grid=grid, new_key=new_key):
            return [Merge(grids=(grid, new_key), keep=grid)]
        case MoveNode(node=node, to=to):
            return [MoveNode(node=to, to=node, snap_m=0.0)]
        case InsertNode(at=at):
            return [RemoveNode(node=at, snap_m=0.0)]
        case RemoveNode(node=node):
            return [_insertion(before, node)]
        case Merge(keep=keep):
            return [_carved(keep, move) for move in reversed(step.moves)]
        case _:
            return [
                Transfer(source=move.target, target=move.source, area=to_polygon(move.ground), snap_m=0.0)
                for move in reversed(step.moves)
            ]


def _carved(keep: str, move: Move) -> Command:
    return Split(grid=keep, new_key=move.source, area=to_polygon(move.ground), snap_m=0.0)


def _insertion(before: Coverage, node: tuple[float, float]) -> Command:
    place = round(node[0] * 1000), round(node[1] * 1000)
    ends = {
        point for key in before.grids_at(place) for edge in before[key].edges if place in edge for point in edge
    } - {place}
    first, last = metres(sorted(ends))
    return InsertNode(at=node, edge=(first, last), snap_m=0.0)


def _vertices_out(before: Coverage, coverage: Coverage, step: Step) -> list[Command]:
    """Return commands that remove what vertices there are too many."""
    keys = [key for key in step.changed if key in before and key in coverage]
    extra = {vertex for key in keys for vertex in coverage[key].vertices - before[key].vertices}
    return [RemoveNode(node=place, snap_m=0.0) for place in metres(sorted(extra))]
