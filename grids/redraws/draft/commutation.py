"""Whether drafts give the same in either order: if not, who came first would decide, and nobody would notice. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.diff import diff
from grids.editing.geometry.shapes import to_polygon
from grids.redraws.draft.community_draft import Numbered, Sheet, Sheets, replayed

Commands = Sequence[Numbered]


@dataclass(frozen=True, slots=True)
class Disorder:
    """A command that gives something else before than after what another did: the place of it, and of ``others`` which.

    ``grids`` are the codes of the grids that would differ; the place is in the survey CRS.
    """

    numbered: Numbered
    other: int
    grids: tuple[str, ...]
    place: BaseGeometry | None


def disorder(base: Sheets, others: Sequence[Commands], mine: Commands) -> Disorder | None:
    """Return where ``mine`` contradicts ``others``, which have been taken one after the other on ``base``; else None.

    ``mine`` must go after them. It does not contradict them when it goes before them as well, they go then, and
    the partition is the same.
    """
    if _differs(base, others, mine) is None:
        return None
    other = next(number for number in range(len(others)) if _differs(base, others[: number + 1], mine))
    for count in range(1, len(mine) + 1):
        found = _differs(base, others[: other + 1], mine[:count])
        if found is not None:
            return Disorder(mine[count - 1], other, *found)
    raise AssertionError("a whole that differs has a first part that does")


def _differs(
    base: Sheets, others: Sequence[Commands], mine: Commands
) -> tuple[tuple[str, ...], BaseGeometry | None] | None:
    """Return the grids and the ground that the order decides, None when it decides nothing."""
    theirs = [numbered for each in others for numbered in each]
    last, failed = replayed(base, [*theirs, *mine])
    first, failure = replayed(base, [*mine, *theirs])
    failure = failed or failure
    if failure is not None:
        grid = failure.refusal.data.get("grid")
        place = failure.refusal.geometry or failure.numbered.command.place
        return ((grid,) if isinstance(grid, str) else ()), place
    grids = {key: ground for sheet in last.values() for key, ground in _between(sheet, first[sheet.community_id])}
    return (tuple(sorted(grids)), shapely.union_all(list(grids.values()))) if grids else None


def _between(one: Sheet, other: Sheet) -> list[tuple[str, BaseGeometry]]:
    """Return the grids that differ, each with its ground as it is in ``one``, else in ``other``."""
    words = {
        key
        for key in {*one.traits, *other.traits}
        if key not in one.traits or key not in other.traits or _words(one, key) != _words(other, key)
    }
    keys = sorted({*diff(one.coverage, other.coverage).after, *words})
    return [(key, to_polygon(one.coverage.get(key) or other.coverage[key])) for key in keys]


def _words(sheet: Sheet, key: str) -> tuple[str, str, str]:
    traits = sheet.traits[key]
    return traits.name, traits.kind, traits.officer
