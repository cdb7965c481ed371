"""A plan as commands of the edit engine, each of which leaves a partition."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grids.balancing.basic_units import BasicUnits
from grids.balancing.exact import pieces_of
from grids.balancing.flows import Way
from grids.balancing.plan import Plan
from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.measures import measures
from grids.editing.geometry.shapes import MM_PER_M
from grids.editing.refusals import EditRefused
from grids.editing.rules import DEFAULT, Rules
from grids.editing.verbs.transfer import Transfer

# A vertex so near the frame is taken to lie on it, and is drawn so far outside.
_NEAR_M = 0.002
_OVER_M = 0.01

# How the units to move from one grid to another are divided: all at once or in portions.
Portions = Callable[[Plan, Sequence[int], set[int], Way], Iterable[set[int]]]


@dataclass(frozen=True, slots=True)
class Carried:
    """The transfers in order, the coverage and the owner of each unit after them; no grid is below its floor."""

    commands: tuple[Transfer, ...]
    coverage: Coverage
    owner: tuple[int, ...]


def transfers(
    coverage: Coverage, units: BasicUnits, plan: Plan, owner: Sequence[int], rules: Rules = DEFAULT
) -> Carried:
    """Return the transfers that take each unit from its owner in ``plan`` to its ``owner``.

    One for each pair of grids where possible. No transfer leaves a grid in pieces: what can't move yet waits for the
    others; where they wait for each other, it moves piece by piece, then as much of a piece as can, then with what it
    would cut off and what is to leave anyway. In between grids may fall below their floors; where they would stay
    below, a second try keeps the floors after each transfer.
    """
    easy = _Going(coverage, units, plan, rules)
    easy.all(owner)
    if easy.plan.is_compact:
        return easy.last_compact
    strict = _Going(coverage, units, plan, rules, strict=True)
    strict.all(owner)
    both = (easy.last_compact, strict.last_compact)
    return min(both, key=lambda each: Plan(plan.problem, each.owner).excess)


class _Going:
    """The state while commands are made: a coverage and a plan, and the commands that led to them."""

    def __init__(
        self, coverage: Coverage, units: BasicUnits, plan: Plan, rules: Rules, *, strict: bool = False
    ) -> None:
        self.coverage, self.units, self.rules, self.strict = coverage, units, rules, strict
        self.plan = Plan(plan.problem, plan.owner)
        self.rim = Rim(coverage)
        self.commands: list[Transfer] = []
        self.last_compact = Carried((), coverage, tuple(plan.owner))

    def all(self, owner: Sequence[int]) -> None:
        """Move all that can be moved, in portions of every kind."""
        for portions in (_whole, _pieces, _as_can_go, _with_cut_off, _pieces, _as_can_go):
            while self.once(owner, portions) and portions is not _with_cut_off:
                pass

    def once(self, owner: Sequence[int], portions: Portions) -> bool:
        """Move what can be moved now, border by border; return whether anything moved."""
        before = len(self.commands)
        for pair, members in sorted(_pending(self.plan, owner).items()):
            for chunk in portions(self.plan, owner, members, pair):
                if _can_go(self.plan, chunk, pair):
                    self._carry(chunk, pair)
        return len(self.commands) > before

    def _carry(self, chunk: set[int], pair: Way) -> None:
        command = _command(self.units, self.rim, pair, chunk)
        after = _taken(self.coverage, command, self.rules)
        if after is None:
            return
        self._move(chunk, pair[1])
        if not self._as_compact_as_planned(after, pair):
            self._move(chunk, pair[0])
            return
        self.coverage = after
        self.commands.append(command)
        if self.plan.is_compact:
            self.last_compact = Carried(tuple(self.commands), after, tuple(self.plan.owner))

    def _move(self, chunk: set[int], to: int) -> None:
        for unit in sorted(chunk):
            self.plan.move(unit, to)

    def _as_compact_as_planned(self, after: Coverage, pair: Way) -> bool:
        """Return whether two grids keep the floors that the plan keeps: hairlines at the frame make outlines longer."""
        forms, keys = self.plan.problem.forms, self.units.keys
        return forms is None or all(
            forms.keeps(grid, measures(after[keys[grid]]).compactness)
            for grid in pair
            if self.strict or forms.keeps(grid, self.plan.compactness(grid))
        )


def _can_go(plan: Plan, chunk: set[int], pair: Way) -> bool:
    """Return whether both grids stay connected; the engine refuses those connected at a corner only."""
    given, taking = ([unit for unit, holder in enumerate(plan.owner) if holder == grid] for grid in pair)
    kept = [unit for unit in given if unit not in chunk]
    before = len(pieces_of(plan.problem, given)), len(pieces_of(plan.problem, taking))
    after = len(pieces_of(plan.problem, kept)), len(pieces_of(plan.problem, [*taking, *chunk]))
    return bool(kept) and after[0] <= before[0] and after[1] <= before[1]


def _pending(plan: Plan, owner: Sequence[int]) -> dict[Way, set[int]]:
    """Return the units that are not where they should be, by who holds them and who should."""
    pending: dict[Way, set[int]] = defaultdict(set)
    for unit, (source, to) in enumerate(zip(plan.owner, owner, strict=True)):
        if source != to:
            pending[source, to].add(unit)
    return pending


def _taken(coverage: Coverage, command: Transfer, rules: Rules) -> Coverage | None:
    try:
        return command.step(coverage, rules).coverage
    except EditRefused:
        return None


class Rim:
    """The frame of a coverage, and areas extended to reach it.

    A vertex that rounding has put a fraction of a millimetre inside the frame would leave a sliver there: it is
    drawn a little outside instead, and the engine cuts the area at the frame.
    """

    def __init__(self, coverage: Coverage) -> None:
        edges = np.array([(*a, *b) for a, b in sorted(coverage.border)], dtype=np.float64)
        self._edges = edges.reshape(-1, 4) / MM_PER_M
        self._tree = shapely.STRtree(shapely.linestrings(self._edges.reshape(-1, 2, 2)))
        self._vertices = {tuple(place) for place in self._edges[:, :2].tolist()}

    def reached(self, area: BaseGeometry) -> BaseGeometry:
        """Return the area with its loose vertices on the frame outside (survey CRS, metres)."""
        beyond = shapely.transform(area, self._outside)
        return beyond if shapely.is_valid(beyond) else area

    def _outside(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        rows, hits = self._tree.query(shapely.points(xy), predicate="dwithin", distance=_NEAR_M)
        moved = xy.copy()
        for row, hit in zip(rows.tolist(), hits.tolist(), strict=True):
            if tuple(xy[row].tolist()) not in self._vertices:
                ax, ay, bx, by = self._edges[hit].tolist()
                outward = np.array([by - ay, ax - bx]) / hypot(bx - ax, by - ay)
                moved[row] = xy[row] + outward * _OVER_M
        return np.round(moved, 3)


def _command(units: BasicUnits, rim: Rim, pair: Way, chunk: set[int]) -> Transfer:
    return Transfer(units.keys[pair[0]], units.keys[pair[1]], rim.reached(units.area_of(sorted(chunk))))


def _whole(plan: Plan, owner: Sequence[int], members: set[int], pair: Way) -> Iterable[set[int]]:
    return [members]


def _pieces(plan: Plan, owner: Sequence[int], members: set[int], pair: Way) -> Iterable[set[int]]:
    return pieces_of(plan.problem, sorted(members))


def _as_can_go(plan: Plan, owner: Sequence[int], members: set[int], pair: Way) -> Iterable[set[int]]:
    """Return of each piece what can go one unit after the other, none of which leaves a grid in pieces."""
    to = pair[1]
    for piece in pieces_of(plan.problem, sorted(members)):
        trial = Plan(plan.problem, plan.owner)
        left, gone = sorted(piece), set[int]()
        while ready := [unit for unit in left if to in trial.beside(unit) and trial.may_move(unit, to)]:
            trial.move(ready[0], to)
            gone.add(ready[0])
            left.remove(ready[0])
        if gone:
            yield gone


def _with_cut_off(plan: Plan, owner: Sequence[int], members: set[int], pair: Way) -> Iterable[set[int]]:
    """Return each piece with what its grid would lose hold of, if all of that goes to other grids in the end."""
    source = pair[0]
    for piece in pieces_of(plan.problem, sorted(members)):
        rest = [unit for unit, holder in enumerate(plan.owner) if holder == source and unit not in piece]
        cut_off = set().union(*sorted(pieces_of(plan.problem, rest), key=len)[:-1])
        if cut_off and all(owner[unit] != source for unit in cut_off):
            yield piece | cut_off
