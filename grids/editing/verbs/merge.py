"""Merge: grids that share borders become one, under one of their keys.

The inverse is `grids.editing.verbs.split` by the areas of the grids that went.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.shapes import Shape, to_polygon
from grids.editing.refusals import Code, EditRefused
from grids.editing.rules import DEFAULT, Rules
from grids.editing.verbs.arguments import GRID, GRIDS
from grids.editing.verbs.carving import together
from grids.editing.verbs.steps import Move, Step, known, refuse_locked, take
from grids.editing.verbs.verb import Edit, EditVerb, argument, edit, register


@dataclass(frozen=True)
class Merge(Edit):
    """Make several grids one."""

    verb: ClassVar[str] = "merge"
    grids: tuple[str, ...] = field(metadata=argument(GRIDS))
    keep: str = field(metadata=argument(GRID))


def step(coverage: Coverage, *, grids: Sequence[str], keep: str, rules: Rules = DEFAULT) -> Step:
    """Merge ``grids`` into ``keep``, which is one of them. Refused with `EditRefused`."""
    keys = list(dict.fromkeys(grids))
    for key in (*keys, keep):
        known(coverage, key)
    if len(keys) < 2 or keep not in keys:
        raise EditRefused(Code.MALFORMED, grids=list(grids), keep=keep)
    refuse_locked(coverage, keys, rules)
    shape = coverage[keep]
    order = joining_order(coverage, keys, keep)
    for key in order:
        shape = together(shape, coverage[key])
    after, changed = take(coverage, {**dict.fromkeys(order), keep: shape}, rules)
    moves = tuple(Move(key, keep, coverage[key]) for key in order)
    return Step(after, changed, moves, {"grids": tuple(keys), "keep": keep})


def joining_order(coverage: Coverage, keys: Sequence[str], keep: str) -> list[str]:
    """Return the other keys so that each shares a border with those before it, or with ``keep``."""
    waiting, order = [key for key in keys if key != keep], []
    reach = {(b, a) for a, b in coverage[keep].edges}
    while waiting:
        key = next((key for key in waiting if not reach.isdisjoint(coverage[key].edges)), None)
        if key is None:
            raise _not_adjacent(coverage, keys, waiting)
        waiting.remove(key)
        order.append(key)
        reach |= {(b, a) for a, b in coverage[key].edges}
    return order


def _not_adjacent(coverage: Coverage, keys: Sequence[str], waiting: list[str]) -> EditRefused:
    joined: list[Shape] = [coverage[key] for key in keys if key not in waiting]
    touch = any(not shape.vertices.isdisjoint(coverage[key].vertices) for shape in joined for key in waiting)
    code = Code.TOUCHES_ONLY if touch else Code.NOT_ADJACENT
    return EditRefused(code, to_polygon(coverage[waiting[0]]), grids=sorted(waiting))


def _inverse(before: Coverage, exact: Merge, step: Step) -> list[Edit]:
    return [
        edit("split", grid=exact.keep, new_key=move.source, area=to_polygon(move.area), snap_m=0.0)
        for move in reversed(step.moves)
    ]


register(EditVerb(command=Merge, step=step, inverse=_inverse))
