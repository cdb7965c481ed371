"""Insert a node: a border gets a further vertex, in the grids on both sides.

The inverse is `grids.editing.verbs.remove_node`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.nodes import edge_near
from grids.editing.geometry.noding import REACH_MM
from grids.editing.geometry.plane import Edge, distance_to_edge, foot
from grids.editing.geometry.shapes import refined
from grids.editing.refusals import Code, EditRefused, point_at
from grids.editing.rules import DEFAULT, SNAP_M, Rules
from grids.editing.verbs.arguments import EDGE, PLACE, SNAP, Place
from grids.editing.verbs.lines import read_place
from grids.editing.verbs.steps import Step, metres, refuse_locked, take
from grids.editing.verbs.verb import Edit, EditVerb, argument, edit, register


@dataclass(frozen=True)
class InsertNode(Edit):
    """Put a vertex on a border."""

    verb: ClassVar[str] = "insert_node"
    at: Place = field(metadata=argument(PLACE))
    edge: tuple[Place, Place] | None = field(default=None, metadata=argument(EDGE))
    snap_m: float = field(default=SNAP_M, metadata=argument(SNAP))


def step(
    coverage: Coverage,
    *,
    at: Sequence[float],
    edge: Sequence[Sequence[float]] | None = None,
    snap_m: float = SNAP_M,
    rules: Rules = DEFAULT,
) -> Step:
    """Put a vertex on the border nearest to ``at`` within ``snap_m`` (survey CRS, metres).

    With ``edge``, the two ends of a border's edge, the vertex goes to ``at`` itself and the border bends there.
    The frame takes a vertex only exactly on an edge that runs due east or north. Refused with `EditRefused`.
    """
    place = read_place(coverage, at)
    if edge is None:
        a, b = edge_near(coverage, place, max(snap_m * 1000, REACH_MM))
        on_frame = (a, b) in coverage.border
        if on_frame or distance_to_edge(place, a, b) > REACH_MM:
            place = foot(place, a, b)
    else:
        a, b = (read_place(coverage, end) for end in edge)
        refuse_locked(coverage, _sides(coverage, (a, b)), rules)
    if place in (a, b):
        raise EditRefused(Code.NOTHING_CHANGES, point_at(place))
    changes = {key: refined(coverage[key], {(a, b): [place]}) for key in _sides(coverage, (a, b))}
    if not changes:
        raise EditRefused(Code.BORDER_UNKNOWN, point_at(place))
    on_frame = (a, b) in coverage.border or (b, a) in coverage.border
    after, changed = take(coverage, changes, rules, Code.NODE_ON_FRAME if on_frame else Code.CROSSES_BORDER)
    return Step(after, changed, (), {"at": metres([place])[0], "edge": edge and metres([a, b])})


def _sides(coverage: Coverage, edge: Edge) -> list[str]:
    a, b = edge
    return [key for key in coverage.grids_at(a) if {(a, b), (b, a)} & coverage[key].edges]


def _inverse(before: Coverage, exact: InsertNode, step: Step) -> list[Edit]:
    return [edit("remove_node", node=exact.at, snap_m=0.0)]


register(EditVerb(command=InsertNode, step=step, inverse=_inverse, place=("at",)))
