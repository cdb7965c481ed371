"""Which borders are disputed, and what shift of each would give its incidents to the grid that they are given to."""

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gisserver.common.db import sql
from grids.assigning.borders import shared_borders
from grids.redraws.storage.geojson import to_lonlat
from incidents.learning.asked import Answer, Asked, Row, measure
from incidents.learning.disputed import Beside, Disputed, beside, disputed, shift_of
from incidents.learning.rates import false_discovery

SQL = Path(__file__).parents[1] / "sql"
MOST_BORDERS = 200


@measure("borders")
def disputed_borders(asked: Asked) -> Answer:
    """The borders between grids, the most disputed first; with a ``command`` for a redraw where a shift would help."""
    index = asked.ground.partition.index
    known = np.flatnonzero((asked.placed >= 0) & ~np.isnan(asked.events.xy[:, 0]))
    if index is None or not len(known):
        return Answer([])
    sides, lines = shared_borders(index.edges)
    sides, lines = _visible(asked, sides, lines)
    if not lines:
        return Answer([])
    found = beside(lines, asked.placed[known].astype(np.intp), asked.events.xy[known], _given_to(asked)[known])
    ranked = disputed(found, sides)
    q = false_discovery([row.p if row.given else 1.0 for row in ranked])
    return Answer(
        [_row(asked, row, rate, found, lines[row.border]) for row, rate in zip(ranked[:MOST_BORDERS], q, strict=False)],
        {"borders": len(lines), "given_by_hand": int((found.given_to >= 0).sum())},
    )


def _visible(asked: Asked, sides: NDArray[np.intp], lines: list[Any]) -> tuple[NDArray[np.intp], list[Any]]:
    """Return the borders with visible grids on both sides, these as positions in the ground."""
    own = {row.code: number for number, row in enumerate(asked.ground.rows)}
    position = np.array([own.get(code, -1) for code in asked.ground.partition.codes], dtype=np.intp)
    theirs = position[sides]
    kept = np.flatnonzero((theirs >= 0).all(axis=1))
    return theirs[kept], [lines[at] for at in kept.tolist()]


def _given_to(asked: Asked) -> NDArray[np.intp]:
    """Return for each incident the position of the grid that somebody gave it to, -1 for none."""
    own = {row.grid_id: number for number, row in enumerate(asked.ground.rows)}
    given = {
        incident: own.get(grid, -1)
        for incident, grid in sql.tuples(SQL / "decisions.sql", since=asked.since, until=asked.until)
    }
    return np.array([given.get(incident, -1) for incident in asked.events.ids.tolist()], dtype=np.intp)


def _row(asked: Asked, row: Disputed, q: float, found: Beside, line: Any) -> Row:
    source, target = asked.ground.rows[row.source], asked.ground.rows[row.target]
    partition = asked.ground.partition
    middle = to_lonlat(shapely.line_interpolate_point(line, 0.5, normalized=True))
    lon, lat = middle["coordinates"] if middle else (None, None)
    area = None
    if row.given and source.community_id == target.community_id and partition.index is not None:
        shape = partition.index.shapes[partition.codes.index(source.code)]
        area = to_lonlat(shift_of(row, found, line, shape))
    command = {"verb": "transfer", "from": source.code, "to": target.code, "area": area} if area else None
    return {
        "from": source.code, "to": target.code, "given": row.given, "of": row.of, "low_margins": row.low,
        "p": float(f"{row.p:.3g}"), "q": float(f"{q:.3g}"), "p_low_margins": float(f"{row.p_low:.3g}"),
        "length_m": round(float(line.length), 1), "lon": lon, "lat": lat, "command": command,
    }  # fmt: skip
