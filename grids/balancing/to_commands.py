"""Carrying out: a plan as commands that the edit engine takes, each leaving a partition."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grids.balancing.basic_units import Atoms
from grids.balancing.exact import pieces_of
from grids.balancing.flows import Way
from grids.balancing.plan import Plan
from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.measures import measures
from grids.editing.geometry.shapes import MM_PER_M
from grids.editing.refusals import EditRefused
from grids.editing.rules import DEFAULT, Rules
from grids.editing.verbs.transfer import Transfer

# So near the frame a vertex is meant to lie on it; so far outside it is drawn.
_NEAR_M = 0.002
_OVER_M = 0.01

# How what is to go from one grid to another goes: at once or in parts.
Portions = Callable[[Plan, Sequence[int], set[int], Way], Iterable[set[int]]]


@dataclass(frozen=True, slots=True)
class Carried:
    """The transfers in order, and the coverage and who holds each atom after them: no grid is below its floor then."""

    commands: tuple[Transfer, ...]
    coverage: Coverage
    owner: tuple[int, ...]


def transfers(coverage: Coverage, atoms: Atoms, plan: Plan, owner: Sequence[int], rules: Rules = DEFAULT) -> Carried:
    """Return the transfers that take each atom to its owner from who holds it in a plan.

    One for each pair of grids where that goes. After none of them lies a grid in pieces: what can't go yet waits
    for the others; where they wait for each other, it goes piece by piece, then as much of a piece as can, then
    with what it would cut off and what is to leave anyway. On the way grids may fall below their floors; where that
    does not come right in the end, none ever does.
    """
    easy = _Going(coverage, atoms, plan, rules)
    easy.all(owner)
    if easy.plan.is_compact:
        return easy.last_compact
    strict = _Going(coverage, atoms, plan, rules, strict=True)
    strict.all(owner)
    both = (easy.last_compact, strict.last_compact)
    return min(both, key=lambda each: Plan(plan.problem, each.owner).excess)


class _Going:
    """A coverage and a plan on their way, and the commands that brought them there."""

    def __init__(self, coverage: Coverage, atoms: Atoms, plan: Plan, rules: Rules, *, strict: bool = False) -> None:
        self.coverage, self.atoms, self.rules, self.strict = coverage, atoms, rules, strict
        self.plan = Plan(plan.problem, plan.owner)
        self.rim = Rim(coverage)
        self.commands: list[Transfer] = []
        self.last_compact = Carried((), coverage, tuple(plan.owner))

    def all(self, owner: Sequence[int]) -> None:
        """Carry all that goes, in one portion or another."""
        for portions in (_whole, _pieces, _as_can_go, _with_cut_off, _pieces, _as_can_go):
            while self.once(owner, portions) and portions is not _with_cut_off:
                pass

    def once(self, owner: Sequence[int], portions: Portions) -> bool:
        """Carry what goes now, border by border; say whether anything went."""
        before = len(self.commands)
        for pair, members in sorted(_pending(self.plan, owner).items()):
            for chunk in portions(self.plan, owner, members, pair):
                if _can_go(self.plan, chunk, pair):
                    self._carry(chunk, pair)
        return len(self.commands) > before

    def _carry(self, chunk: set[int], pair: Way) -> None:
        command = _command(self.atoms, self.rim, pair, chunk)
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
        for atom in sorted(chunk):
            self.plan.move(atom, to)

    def _as_compact_as_planned(self, after: Coverage, pair: Way) -> bool:
        """Say whether two grids keep the floors that the plan keeps: hairlines at the frame make outlines longer."""
        forms, keys = self.plan.problem.forms, self.atoms.keys
        return forms is None or all(
            forms.keeps(grid, measures(after[keys[grid]]).compactness)
            for grid in pair
            if self.strict or forms.keeps(grid, self.plan.compactness(grid))
        )


def _can_go(plan: Plan, chunk: set[int], pair: Way) -> bool:
    """Say whether neither grid would fall apart; that they don't touch at a corner only, the engine sees to."""
    given, taking = ([atom for atom, holder in enumerate(plan.owner) if holder == grid] for grid in pair)
    kept = [atom for atom in given if atom not in chunk]
    before = len(pieces_of(plan.problem, given)), len(pieces_of(plan.problem, taking))
    after = len(pieces_of(plan.problem, kept)), len(pieces_of(plan.problem, [*taking, *chunk]))
    return bool(kept) and after[0] <= before[0] and after[1] <= before[1]


def _pending(plan: Plan, owner: Sequence[int]) -> dict[Way, set[int]]:
    """Return the atoms that are not where they should be, by who holds them and who should."""
    pending: dict[Way, set[int]] = defaultdict(set)
    for atom, (source, to) in enumerate(zip(plan.owner, owner, strict=True)):
        if source != to:
            pending[source, to].add(atom)
    return pending


def _taken(coverage: Coverage, command: Transfer, rules: Rules) -> Coverage | None:
    try:
        return command.step(coverage, rules).coverage
    except EditRefused:
        return None


class Rim:
    """The frame of a coverage, and how an area is drawn that must reach it.

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


def _command(atoms: Atoms, rim: Rim, pair: Way, chunk: set[int]) -> Transfer:
    return Transfer(atoms.keys[pair[0]], atoms.keys[pair[1]], rim.reached(atoms.ground(sorted(chunk))))


def _whole(plan: Plan, owner: Sequence[int], members: set[int], pair: Way) -> Iterable[set[int]]:
    return [members]


def _pieces(plan: Plan, owner: Sequence[int], members: set[int], pair: Way) -> Iterable[set[int]]:
    return pieces_of(plan.problem, sorted(members))


def _as_can_go(plan: Plan, owner: Sequence[int], members: set[int], pair: Way) -> Iterable[set[int]]:
    """Return of each piece what can go one atom after the other, none of which leaves a grid in pieces."""
    to = pair[1]
    for piece in pieces_of(plan.problem, sorted(members)):
        trial = Plan(plan.problem, plan.owner)
        left, gone = sorted(piece), set[int]()
        while ready := [atom for atom in left if to in trial.beside(atom) and trial.may_move(atom, to)]:
            trial.move(ready[0], to)
            gone.add(ready[0])
            left.remove(ready[0])
        if gone:
            yield gone


def _with_cut_off(plan: Plan, owner: Sequence[int], members: set[int], pair: Way) -> Iterable[set[int]]:
    """Return each piece with what its grid would lose hold of, if all of that goes to other grids in the end."""
    source = pair[0]
    for piece in pieces_of(plan.problem, sorted(members)):
        rest = [atom for atom, holder in enumerate(plan.owner) if holder == source and atom not in piece]
        cut_off = set().union(*sorted(pieces_of(plan.problem, rest), key=len)[:-1])
        if cut_off and all(owner[atom] != source for atom in cut_off):
            yield piece | cut_off
