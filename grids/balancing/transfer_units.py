"""Transfers of buildings: the basic units to transfer, so that they adjoin the new grid and leave no fragments."""

from collections.abc import Callable, Collection, Iterable

from grids.balancing.basic_units import BasicUnits


def units_to_transfer(units: BasicUnits, chosen: Collection[int], source: int, target: int) -> set[int]:
    """Return the units that go from ``source`` to ``target`` (grids by position) with the chosen ones.

    Units without buildings are included where they connect the chosen ones to their new grid, and where they would be
    cut off from the old one. The engine refuses what is not connected even so.
    """
    own = {unit for unit, home in enumerate(units.home.tolist()) if home == source}
    empty = {unit for unit in own if not units.buildings[unit]}
    moved = set(chosen)
    for piece in pieces_of(units, moved):
        moved |= _way(units, piece, empty, target)
    rest = pieces_of(units, own - moved)
    kept = max(rest, key=lambda piece: (sum(len(units.buildings[unit]) for unit in piece), len(piece)), default=set())
    return moved.union(*(piece for piece in rest if piece is not kept and piece <= empty))


def pieces_of(units: BasicUnits, members: Collection[int]) -> list[set[int]]:
    """Return the connected pieces of some units, in order."""
    left, pieces = set(members), []
    while left:
        pieces.append(_reach(units, [min(left)], left.__contains__))
        left -= pieces[-1]
    return pieces


def _reach(units: BasicUnits, start: Iterable[int], may: Callable[[int], bool]) -> set[int]:
    seen = set(start)
    waiting = sorted(seen)
    while waiting:
        fresh = {each for each in units.borders.neighbours[waiting.pop()] if may(each)} - seen
        seen |= fresh
        waiting.extend(sorted(fresh))
    return seen


def _way(units: BasicUnits, piece: set[int], empty: set[int], target: int) -> set[int]:
    """Return the fewest empty units that connect a piece to the target; none if it adjoins, or if there is no way."""
    before: dict[int, int] = {}
    ring = sorted(piece)
    while ring:
        beyond: list[int] = []
        for unit in ring:
            if any(units.home[other] == target for other in units.borders.neighbours[unit]):
                return _traced(before, unit)
            for other in sorted(units.borders.neighbours[unit].keys() & empty):
                if other not in before and other not in piece:
                    before[other] = unit
                    beyond.append(other)
        ring = beyond
    return set()


def _traced(before: dict[int, int], unit: int) -> set[int]:
    way = set()
    while unit in before:
        way.add(unit)
        unit = before[unit]
    return way
