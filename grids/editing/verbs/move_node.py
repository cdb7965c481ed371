"""Move a node: a vertex goes to another place, and every grid that has it follows.

The inverse is the move back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.nodes import node_near
from grids.editing.geometry.plane import Point
from grids.editing.geometry.shapes import Shape, canonical
from grids.editing.refusals import Code, EditRefused, point_at
from grids.editing.rules import DEFAULT, SNAP_M, Rules
from grids.editing.verbs.arguments import PLACE, SNAP, Place
from grids.editing.verbs.lines import read_place
from grids.editing.verbs.steps import Step, metres, refuse_locked, refuse_slivers, take
from grids.editing.verbs.verb import Edit, EditVerb, argument, register


@dataclass(frozen=True)
class MoveNode(Edit):
    """Move a vertex of borders."""

    verb: ClassVar[str] = "move_node"
    node: Place = field(metadata=argument(PLACE))
    to: Place = field(metadata=argument(PLACE))
    snap_m: float = field(default=SNAP_M, metadata=argument(SNAP))


def step(
    coverage: Coverage,
    *,
    node: Sequence[float],
    to: Sequence[float],
    snap_m: float = SNAP_M,
    rules: Rules = DEFAULT,
) -> Step:
    """Move the vertex at ``node``, or the nearest within ``snap_m``, to ``to`` (survey CRS, metres).

    Refused on the frame, onto another vertex, and where a border would be crossed or a grid turned over.
    """
    place = node_near(coverage, read_place(coverage, node), snap_m * 1000)
    target = read_place(coverage, to)
    if any(place in edge for edge in _border_at(coverage, place)):
        raise EditRefused(Code.NODE_ON_FRAME, point_at(place))
    keys = coverage.grids_at(place)
    refuse_locked(coverage, keys, rules)
    if target == place:
        raise EditRefused(Code.NOTHING_CHANGES, point_at(place))
    if any(target in coverage[key].vertices for key in keys):
        raise EditRefused(Code.COLLAPSES, point_at(target))
    changes = {key: _moved(coverage[key], place, target) for key in keys}
    after, changed = take(coverage, changes, rules, Code.CROSSES_BORDER)
    refuse_slivers((part for shape in changes.values() for part in shape.parts), rules)
    return Step(after, changed, (), {"node": metres([place])[0], "to": metres([target])[0]})


def _border_at(coverage: Coverage, place: Point) -> list[tuple[Point, Point]]:
    edges = {edge for key in coverage.grids_at(place) for edge in coverage[key].edges if place in edge}
    return [edge for edge in edges if edge in coverage.border]


def _moved(shape: Shape, place: Point, to: Point) -> Shape:
    return canonical([[to if point == place else point for point in ring] for ring in part] for part in shape.parts)


def _inverse(before: Coverage, exact: MoveNode, step: Step) -> list[Edit]:
    return [MoveNode(exact.to, exact.node, snap_m=0.0)]


register(EditVerb(command=MoveNode, step=step, inverse=_inverse, place=("node",)))
