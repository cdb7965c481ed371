"""A plan being made: who holds each atom, and which single moves keep every grid in one piece."""

from collections.abc import Callable, Iterable, Sequence

from grids.balancing.problem import Problem


class Plan:
    """An assignment of atoms to grids that changes one atom at a time.

    `load`, `moved` (what does not stay where it is today), `excess` (what lies outside the limits) and `price`
    (of borders and of ground that moves, weighted metres) are kept as it changes.
    """

    def __init__(self, problem: Problem, owner: Sequence[int] | None = None) -> None:
        self.problem = problem
        self.owner = list(problem.home if owner is None else owner)
        self.load = [0] * len(problem.free)
        self.native = [0] * len(problem.free)
        self.ground = problem.ground or (0.0,) * len(self.owner)
        self.moved = 0
        self.price = 0.0
        for atom, grid in enumerate(self.owner):
            self.load[grid] += problem.weights[atom]
            stays = grid == problem.home[atom]
            self.native[grid] += stays
            self.moved += 0 if stays else problem.weights[atom]
            self.price += 0 if stays else self.ground[atom]
            own = problem.borders.neighbours[atom].items()
            self.price += sum(cost for other, cost in own if other > atom and self.owner[other] != grid)
        self.excess = sum(problem.excess(grid, load) for grid, load in enumerate(self.load))

    def excess_change(self, atom: int, to: int) -> int:
        """Return by how much the excess would grow."""
        source, weight, of = self.owner[atom], self.problem.weights[atom], self.problem.excess
        before = of(source, self.load[source]) + of(to, self.load[to])
        return of(source, self.load[source] - weight) + of(to, self.load[to] + weight) - before

    def moved_change(self, atom: int, to: int) -> int:
        """Return by how much the load that moves would grow."""
        home, weight = self.problem.home[atom], self.problem.weights[atom]
        return (weight if to != home else 0) - (weight if self.owner[atom] != home else 0)

    def price_change(self, atom: int, to: int) -> float:
        """Return by how much the price of borders would grow."""
        owner, home, ground = self.owner, self.problem.home[atom], self.ground[atom]
        source = owner[atom]
        change = (ground if to != home else 0.0) - (ground if source != home else 0.0)
        for other, cost in self.problem.borders.neighbours[atom].items():
            holder = owner[other]
            if holder == source:
                change += cost
            elif holder == to:
                change -= cost
        return change

    def may_move(self, atom: int, to: int) -> bool:
        """Say whether an atom beside ``to`` may go there: no grid falls apart, touches itself, or ends."""
        problem, source = self.problem, self.owner[atom]
        if not (problem.free[source] and problem.free[to]):
            return False
        if problem.home[atom] == source and self.native[source] < 2:
            return False
        return self._pinches(atom, to) and self._holds_together(atom, source)

    def move(self, atom: int, to: int) -> None:
        """Give an atom to another grid."""
        source, weight, home = self.owner[atom], self.problem.weights[atom], self.problem.home[atom]
        self.excess += self.excess_change(atom, to)
        self.moved += self.moved_change(atom, to)
        self.price += self.price_change(atom, to)
        self.load[source] -= weight
        self.load[to] += weight
        self.native[source] -= source == home
        self.native[to] += to == home
        self.owner[atom] = to

    def beside(self, atom: int) -> set[int]:
        """Return the other grids that border on an atom."""
        own = self.owner[atom]
        return {self.owner[other] for other in self.problem.borders.neighbours[atom]} - {own}

    def _holds_together(self, atom: int, source: int) -> bool:
        """Say whether what lies around an atom in its grid stays connected without it."""
        neighbours, owner = self.problem.borders.neighbours, self.owner
        around = [other for other in neighbours[atom] if owner[other] == source]
        if len(around) < 2:
            return True
        wanted = set(around)
        if _reached(around[0], wanted, lambda each: wanted.intersection(neighbours[each])) == wanted:
            return True

        def inside(each: int) -> Iterable[int]:
            return (other for other in neighbours[each] if owner[other] == source and other != atom)

        return wanted <= _reached(around[0], wanted, inside)

    def _pinches(self, atom: int, to: int) -> bool:
        """Say that no grid comes to touch itself at a corner."""
        source = self.owner[atom]
        for ring in self.problem.borders.corners[atom]:
            before = [self.owner[each] if each >= 0 else -1 for each in ring]
            after = [to if each == atom else holder for each, holder in zip(ring, before, strict=True)]
            if any(_runs(after, grid) > max(_runs(before, grid), 1) for grid in (source, to)):
                return False
        return True


def _runs(ring: list[int], grid: int) -> int:
    """Return in how many stretches a grid appears around a corner."""
    return sum(1 for index, each in enumerate(ring) if each == grid and ring[index - 1] != grid)


def _reached(start: int, wanted: set[int], beside: Callable[[int], Iterable[int]]) -> set[int]:
    """Return what can be reached from ``start``; the search ends once all that is wanted is."""
    seen, waiting, left = {start}, [start], len(wanted) - 1
    while waiting and left:
        fresh = set(beside(waiting.pop())) - seen
        seen |= fresh
        left -= len(fresh & wanted)
        waiting.extend(sorted(fresh))
    return seen
