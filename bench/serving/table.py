"""One row of the table: a door, its load and its peer's, what is asked of it; and how rows are printed."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bench.serving.figures import Load, Target, ratio

HEAD = ("door", "ours/s", "p50", "p95 ms", "peer/s", "p50", "p95 ms", "ratio", "target", "reached", "peer")
WIDTHS = (44, 9, 7, 7, 9, 7, 7, 6, 38, 8, 0)


@dataclass(frozen=True, slots=True)
class Peer:
    """A server beside ours: its name, and its address, or why there is none."""

    name: str
    address: str | None = None
    missing: str = ""

    def __str__(self) -> str:
        return self.name if not self.missing else f"{self.name}: NOT MEASURED, {self.missing}"


NO_TARGET = Target()
NO_PEER = Peer("none")


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured at one door."""

    door: str
    ours: Load
    target: Target = NO_TARGET
    peer: Peer = NO_PEER
    theirs: Load | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None if that cannot be said."""
        return self.target.reached(self.ours, self.theirs)

    def notes(self) -> Iterable[str]:
        """Yield what the columns have no room for."""
        for name, load in (("ours", self.ours), ("the peer's", self.theirs)):
            if load is not None and load.largest:
                yield f"{name}: {load.bytes:,.0f} bytes a tile, largest {load.largest:,}, slowest {load.max_ms:,.0f} ms"
            if load is not None and load.wrong:
                yield f"{name}: {load.wrong} WRONG {dict(load.statuses) or ''}"


def head() -> str:
    """Return the line above the rows."""
    return _line(HEAD)


def shown(row: Row) -> str:
    """Return a row as it is printed, its notes below it."""
    factor = ratio(row.ours, row.theirs)
    reached = {True: "yes", False: "NO", None: "-"}[row.reached]
    cells = (row.door, *_load(row.ours), *_load(row.theirs), "-" if factor is None else f"{factor:.2f}")
    line = _line((*cells, str(row.target), reached, str(row.peer)))
    return "\n".join([line, *(f"      {note}" for note in row.notes())])


def _load(load: Load | None) -> tuple[str, str, str]:
    if load is None:
        return "-", "-", "-"
    return f"{load.rate:,.0f}", _ms(load.p50_ms), _ms(load.p95_ms)


def _ms(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:,.1f}"


def _line(cells: Iterable[Any]) -> str:
    return " ".join(
        f"{cell:<{w}}" if n in {0, 8, 9, 10} else f"{cell:>{w}}"
        for n, (cell, w) in enumerate(zip(cells, WIDTHS, strict=True))
    ).rstrip()
