"""Giving buildings away: which ground goes with them, so that it lies beside its new grid and leaves no scraps."""

from collections.abc import Callable, Collection, Iterable

from grids.balancing.basic_units import Atoms


def ground_with(atoms: Atoms, chosen: Collection[int], source: int, target: int) -> set[int]:
    """Return the atoms that go from ``source`` to ``target`` (grids by position) with the chosen ones.

    Ground without buildings goes too where it ties them to their new grid, and where it would be cut off from
    its old one. What still lies apart, the engine refuses.
    """
    own = {atom for atom, home in enumerate(atoms.home.tolist()) if home == source}
    empty = {atom for atom in own if not atoms.buildings[atom]}
    moved = set(chosen)
    for piece in pieces_of(atoms, moved):
        moved |= _way(atoms, piece, empty, target)
    rest = pieces_of(atoms, own - moved)
    kept = max(rest, key=lambda piece: (sum(len(atoms.buildings[atom]) for atom in piece), len(piece)), default=set())
    return moved.union(*(piece for piece in rest if piece is not kept and piece <= empty))


def pieces_of(atoms: Atoms, members: Collection[int]) -> list[set[int]]:
    """Return the connected pieces of some atoms, in order."""
    left, pieces = set(members), []
    while left:
        pieces.append(_reach(atoms, [min(left)], left.__contains__))
        left -= pieces[-1]
    return pieces


def _reach(atoms: Atoms, start: Iterable[int], may: Callable[[int], bool]) -> set[int]:
    seen = set(start)
    waiting = sorted(seen)
    while waiting:
        fresh = {each for each in atoms.borders.neighbours[waiting.pop()] if may(each)} - seen
        seen |= fresh
        waiting.extend(sorted(fresh))
    return seen


def _way(atoms: Atoms, piece: set[int], empty: set[int], target: int) -> set[int]:
    """Return the fewest empty atoms that tie a piece to the target's ground; none if it lies there, or none lead."""
    before: dict[int, int] = {}
    ring = sorted(piece)
    while ring:
        beyond: list[int] = []
        for atom in ring:
            if any(atoms.home[other] == target for other in atoms.borders.neighbours[atom]):
                return _traced(before, atom)
            for other in sorted(atoms.borders.neighbours[atom].keys() & empty):
                if other not in before and other not in piece:
                    before[other] = atom
                    beyond.append(other)
        ring = beyond
    return set()


def _traced(before: dict[int, int], atom: int) -> set[int]:
    way = set()
    while atom in before:
        way.add(atom)
        atom = before[atom]
    return way
