"""Remove a node: a border loses a vertex and runs straight between the two beside it.

The inverse is `grids.editing.verbs.insert_node` with that edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.nodes import node_near
from grids.editing.geometry.plane import Point
from grids.editing.geometry.shapes import Shape, part_polygon, without
from grids.editing.refusals import Code, EditRefused, point_at
from grids.editing.rules import DEFAULT, SNAP_M, Rules
from grids.editing.verbs.arguments import PLACE, SNAP, Place
from grids.editing.verbs.lines import read_place
from grids.editing.verbs.steps import Step, metres, refuse_locked, take
from grids.editing.verbs.verb import Edit, EditVerb, argument, edit, register


@dataclass(frozen=True)
class RemoveNode(Edit):
    """Take a vertex out of a border."""

    verb: ClassVar[str] = "remove_node"
    node: Place = field(metadata=argument(PLACE))
    snap_m: float = field(default=SNAP_M, metadata=argument(SNAP))


def step(coverage: Coverage, *, node: Sequence[float], snap_m: float = SNAP_M, rules: Rules = DEFAULT) -> Step:
    """Remove the vertex at ``node``, or the nearest within ``snap_m`` (survey CRS, metres).

    Refused where more than two borders meet, on the frame, and where the straight border would cross another.
    """
    place = node_near(coverage, read_place(coverage, node), snap_m * 1000)
    keys = coverage.grids_at(place)
    edges = {edge for key in keys for edge in coverage[key].edges if place in edge}
    ends = sorted({point for edge in edges for point in edge} - {place})
    if len(ends) != 2:
        raise EditRefused(Code.NODE_HOLDS_BORDERS, point_at(place), borders=len(ends))
    on_frame = not edges.isdisjoint(coverage.border)
    if on_frame and place in coverage.frame.shape.vertices:
        raise EditRefused(Code.NODE_ON_FRAME, point_at(place))
    refuse_locked(coverage, keys, rules)
    changes = {key: _without(coverage[key], place) for key in keys}
    after, changed = take(coverage, changes, rules, Code.NODE_ON_FRAME if on_frame else Code.CROSSES_BORDER)
    return Step(after, changed, (), {"node": metres([place])[0]})


def _without(shape: Shape, place: Point) -> Shape:
    for part in shape.parts:
        if any(place in ring and len(ring) == 3 for ring in part):
            raise EditRefused(Code.COLLAPSES, part_polygon(part))
    return without(shape, {place})


def _inverse(before: Coverage, exact: RemoveNode, step: Step) -> list[Edit]:
    place = round(exact.node[0] * 1000), round(exact.node[1] * 1000)
    ends = {
        point for key in before.grids_at(place) for edge in before[key].edges if place in edge for point in edge
    } - {place}
    first, last = metres(sorted(ends))
    return [edit("insert_node", at=exact.node, edge=(first, last), snap_m=0.0)]


register(EditVerb(command=RemoveNode, step=step, inverse=_inverse, place=("node",)))
