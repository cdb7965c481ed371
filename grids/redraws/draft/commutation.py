"""Whether redraws commute, that is give the same partition in either order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.diff import diff
from grids.editing.geometry.shapes import to_polygon
from grids.redraws.draft.community_draft import CommunityDraft, Drafts, Numbered, replayed

Commands = Sequence[Numbered]


@dataclass(frozen=True, slots=True)
class OrderDependence:
    """A command whose result depends on the order of two redraws; ``other`` is the index of the other redraw.

    ``grids`` are the codes of the grids that would differ; ``place`` is in the survey CRS.
    """

    numbered: Numbered
    other: int
    grids: tuple[str, ...]
    place: BaseGeometry | None


def order_dependence(base: Drafts, others: Sequence[Commands], mine: Commands) -> OrderDependence | None:
    """Return where ``mine`` does not commute with ``others``, which are applied in order to ``base``; else None.

    ``mine`` must apply after them. It commutes with them when it also applies before them, they apply after it, and
    the partition is the same.
    """
    if _differs(base, others, mine) is None:
        return None
    other = next(number for number in range(len(others)) if _differs(base, others[: number + 1], mine))
    for count in range(1, len(mine) + 1):
        found = _differs(base, others[: other + 1], mine[:count])
        if found is not None:
            return OrderDependence(mine[count - 1], other, *found)
    raise AssertionError("a whole that differs has a first part that does")


def _differs(
    base: Drafts, others: Sequence[Commands], mine: Commands
) -> tuple[tuple[str, ...], BaseGeometry | None] | None:
    """Return the grids that depend on the order, and their area; None when none does."""
    theirs = [numbered for each in others for numbered in each]
    last, failed = replayed(base, [*theirs, *mine])
    first, failure = replayed(base, [*mine, *theirs])
    failure = failed or failure
    if failure is not None:
        grid = failure.refusal.data.get("grid")
        place = failure.refusal.geometry or failure.numbered.command.place
        return ((grid,) if isinstance(grid, str) else ()), place
    grids = {key: area for draft in last.values() for key, area in _between(draft, first[draft.community_id])}
    return (tuple(sorted(grids)), shapely.union_all(list(grids.values()))) if grids else None


def _between(one: CommunityDraft, other: CommunityDraft) -> list[tuple[str, BaseGeometry]]:
    """Return the grids that differ, each with its area in ``one``, else in ``other``."""
    renamed = {
        key
        for key in {*one.attributes, *other.attributes}
        if key not in one.attributes or key not in other.attributes or _shown(one, key) != _shown(other, key)
    }
    keys = sorted({*diff(one.coverage, other.coverage).after, *renamed})
    return [(key, to_polygon(one.coverage.get(key) or other.coverage[key])) for key in keys]


def _shown(draft: CommunityDraft, key: str) -> tuple[str, str, str]:
    attributes = draft.attributes[key]
    return attributes.name, attributes.kind, attributes.officer
