"""The homes of a database with their standard addresses, and whether a noisy address can mean only one of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.addresses.pieces import INSIDE, UPPER, Home, Part, Pieces, pieces_of, stem_of
from gisserver.common.db import sql

SQL: Final = Path(__file__).parent / "homes.sql"
ALIASES: Final = Path(__file__).parent / "aliases.sql"
_NUMBERS: Final = (Part.ALLEY, Part.DOOR, Part.BLOCK)
_FAR: Final = 3

Numbers = tuple[str, ...]


def homes(*, seed: int, count: int, half: int) -> list[Home]:
    """Return about ``count`` buildings and as many units, drawn by ``seed`` from one half (0 or 1) of the buildings.

    The halves are those of the test and of the calibration; no building is in both.
    """
    rows = sql.rows(SQL, seed=str(seed), half=half, limit=count)
    found = []
    for row in rows:
        pieces = pieces_of(row["text"])
        if pieces is not None:
            found.append(Home(row["building"], row["unit"], pieces, row["alike"]))
    return found


class Town:
    """All buildings by their numbers, to tell what an address can mean."""

    def __init__(self, buildings: Iterable[Home], aliases: Iterable[Home] = ()) -> None:
        self._by_numbers: dict[Numbers, list[tuple[str, Mapping[Part, str], int]]] = defaultdict(list)
        self.offices: set[str] = set()
        self.quarters: set[str] = set()
        for home in buildings:
            upper: dict[Part, str] = {p.part: p.stem for p in home.pieces if p.part in UPPER}
            self._by_numbers[_numbers(home.pieces)].append((stem_of(home.pieces, Part.NAME), upper, home.building))
            self.offices.add(upper.get(Part.OFFICE, ""))
            self.quarters.add(upper.get(Part.QUARTER, ""))

        self._called: dict[tuple[str, Numbers], set[int]] = defaultdict(set)
        for home in aliases:
            self._called[stem_of(home.pieces, Part.NAME), _numbers(home.pieces)].add(home.building)

    def shared(self, home: Home) -> bool:
        """Whether the register gives the home's name and numbers to another building too, as a further address."""
        called = self._called.get((stem_of(home.pieces, Part.NAME), _numbers(home.pieces)), set())
        return bool(called - {home.building})

    def determined(self, home: Home, given: Pieces) -> bool:
        """Whether the home's name is the nearest to the name given, with a margin, among houses of these numbers.

        Only those within the divisions given count, and those that are called so exactly.
        """
        name = stem_of(given, Part.NAME)
        upper = [(p.part, p.stem.strip("(（【[〔")) for p in given if p.part in UPPER]
        own, best = _FAR, _FAR
        for other, above, building in self._by_numbers[_numbers(home.pieces)]:
            far = distance(name, other)
            if building == home.building:
                own = min(own, far)
            elif far == 0 or all(
                above.get(part) == stem for part, stem in upper if part in (Part.OFFICE, Part.QUARTER)
            ):
                best = min(best, far)
        return own < best


def town() -> Town:
    """Return all buildings of the database in use."""
    return Town(_read(sql.rows(SQL, seed="", half=-1, limit=None)), _read(sql.rows(ALIASES)))


def _read(rows: Iterable[Mapping[str, Any]]) -> Iterator[Home]:
    for row in rows:
        pieces = pieces_of(row["text"])
        if pieces is not None:
            yield Home(row["building"], None, pieces)


def _numbers(pieces: Pieces) -> Numbers:
    return tuple(stem_of(pieces, part) for part in _NUMBERS)


def distance(one: str, other: str) -> int:
    """Return by how many signs (wrong, missing, surplus, swapped) two names differ, at most 3.

    A name that is the other with more at its end, or less, is one sign away.
    """
    if abs(len(one) - len(other)) > 4:
        return _FAR
    if one and other and (one.startswith(other) or other.startswith(one)) and min(len(one), len(other)) >= 2:
        return min(1, abs(len(one) - len(other)))
    if one.endswith(other) or other.endswith(one):
        return 1
    return min(_FAR, _edits(one, other))


def _edits(one: str, other: str) -> int:
    rows: list[list[int]] = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def split(found: Sequence[Home]) -> tuple[list[Home], list[Home]]:
    """Return the buildings and the units of a list."""
    return [h for h in found if h.unit is None], [h for h in found if h.unit is not None]


def outside(pieces: Pieces) -> Pieces:
    """Return what tells the building: the pieces without those inside it."""
    return tuple(p for p in pieces if p.part not in INSIDE)
