"""Transfer: the part of one grid that lies inside an area goes to another grid beside it.

The inverse is the transfer of the same area back, and `grids.editing.verbs.remove_node` for new vertices.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.shapes import Shape, part_polygon, to_polygon
from grids.editing.refusals import Code, EditRefused
from grids.editing.rules import DEFAULT, SNAP_M, Rules
from grids.editing.verbs.arguments import AREA, GRID, SNAP
from grids.editing.verbs.carving import carve, together
from grids.editing.verbs.steps import (
    Move,
    Step,
    hairline_warnings,
    known,
    refuse_locked,
    refuse_scattering,
    refuse_slivers,
    take,
)
from grids.editing.verbs.verb import Edit, EditVerb, argument, moved_back, register


@dataclass(frozen=True)
class Transfer(Edit):
    """Give the part of one grid that lies inside an area to another."""

    verb: ClassVar[str] = "transfer"
    source: str = field(metadata=argument(GRID, "from"))
    target: str = field(metadata=argument(GRID, "to"))
    area: BaseGeometry = field(metadata=argument(AREA))
    snap_m: float = field(default=SNAP_M, metadata=argument(SNAP))


def step(
    coverage: Coverage,
    *,
    source: str,
    target: str,
    area: BaseGeometry,
    snap_m: float = SNAP_M,
    rules: Rules = DEFAULT,
) -> Step:
    """Give ``target`` what ``area`` (a polygon or multipolygon, metres) covers of ``source``.

    All of it must lie beside the target, and some of the source must stay; ``snap_m`` only says how near a
    vertex of the frame must be for the outline to end there. Refused with `EditRefused`.
    """
    known(coverage, source)
    known(coverage, target)
    if source == target:
        raise EditRefused(Code.MALFORMED)
    refuse_locked(coverage, [source, target], rules)
    carving = carve(coverage, source, area, snap_m * 1000, rules)
    taken = carving.noded.get(target) or coverage[target]
    joined = together(taken, carving.inside)
    if rules.contiguous and len(joined.parts) > len(taken.parts):
        raise _apart(carving.inside, joined, taken, target, beside=target in coverage.neighbours(source))
    refuse_scattering(source, coverage[source], carving.outside, rules)
    refuse_slivers(set(carving.outside.parts) - set(coverage[source].parts), rules)
    after, keys = take(coverage, {**carving.noded, source: carving.outside, target: joined}, rules)
    exact = {"source": source, "target": target, "area": to_polygon(carving.inside)}
    moves = (Move(source, target, carving.inside),)
    return Step(after, keys, moves, exact, hairline_warnings(carving.hairlines))


def _apart(inside: Shape, joined: Shape, taken: Shape, target: str, *, beside: bool) -> EditRefused:
    """Return the refusal of an area that would be an island of its new grid; ``beside``: the grids share a border."""
    lone = next((part for part in joined.parts if part in inside.parts), inside.parts[0])
    if any(point in taken.vertices for ring in lone for point in ring):
        return EditRefused(Code.TOUCHES_ONLY, part_polygon(lone), grid=target)
    return EditRefused(Code.PIECE_NOT_ADJACENT if beside else Code.NOT_ADJACENT, part_polygon(lone), grid=target)


register(EditVerb(command=Transfer, step=step, inverse=moved_back, place=("area",)))
