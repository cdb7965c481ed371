"""The list of the buildings, units and open incidents that a redraw moves, in pages, as far as a user may see them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import numpy as np
import shapely
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gisserver.common import spreadsheets
from gisserver.common.access.models import Viewer
from gisserver.common.db.projections import LONLAT_DIGITS
from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import WGS84, from_survey
from grids import asset_registry
from grids.asset_registry import Described
from grids.redraws.impact.outcome import Move

BATCH = 2000
START = ("", 0)
HEADER = (
    _("Kind"), _("Id"), _("Code"), _("Name or address"), _("From grid"), _("To grid"),
    _("Longitude"), _("Latitude"),
)  # fmt: skip
KINDS = {"building": _("building"), "unit": _("unit"), "incident": _("incident")}


@dataclass(frozen=True, slots=True)
class Line:
    """An asset that moves: kind, id, code, address or name, the codes of its grids, longitude and latitude (WGS84).

    A grid is None where there is none; ``xy`` is the place in the survey CRS.
    """

    kind: str
    id: int
    code: str
    name: str
    source: str | None
    target: str | None
    lon: float
    lat: float
    xy: tuple[float, float]


def lines(
    user: Viewer,
    moves: Mapping[str, Sequence[Move]],
    at: datetime | None,
    *,
    after: tuple[str, int] = START,
    size: int = BATCH,
    only: str = "",
) -> Iterator[Line]:
    """Yield the lines in order of kind and id, behind the kind and id ``after``; ``size`` are queried at once.

    Of one kind when ``only`` names it. Codes and addresses are those of ``at`` (None: now). Raises Invalid for a kind
    that there is not.
    """
    listings = [listing for listing in asset_registry.listings() if only in ("", listing[0])]
    kinds = [kind for kind, _, _ in listings]
    if after[0] and after[0] not in kinds:
        raise Invalid("bad_cursor", "This cursor was not made here; start from the first page.")
    first = kinds.index(after[0]) if after[0] else 0
    for kind, carrier, find in listings[first:]:
        going = {move.thing.id: move for move in moves.get(carrier, ())}
        behind = after[1] if kind == after[0] else 0
        while going:
            found = find(user, asset_registry.Page(list(going), behind, size, at))
            yield from _located(kind, found, going)
            if len(found) < size:
                break
            behind = found[-1].id


def _located(kind: str, found: Sequence[Described], going: Mapping[int, Move]) -> Iterator[Line]:
    if not found:
        return
    xy = shapely.get_coordinates(shapely.from_wkb([each.place for each in found]))
    lonlat = np.round(from_survey(xy, WGS84, settings.SURVEY_SRID), LONLAT_DIGITS).tolist()
    for each, (lon, lat), (x, y) in zip(found, lonlat, xy.tolist(), strict=True):
        move = going[each.carrier]
        yield Line(kind, each.id, each.code, each.name, move.source, move.target, lon, lat, (x, y))


def page(
    user: Viewer, moves: Mapping[str, Sequence[Move]], at: datetime | None, *, after: tuple[str, int], limit: int
) -> tuple[list[Line], tuple[str, int] | None]:
    """Return up to ``limit`` lines behind ``after``, and the kind and id of the last one if more follow."""
    found = list(islice(lines(user, moves, at, after=after, size=limit + 1), limit + 1))
    if len(found) <= limit:
        return found, None
    return found[:limit], (found[limit - 1].kind, found[limit - 1].id)


def written(found: Iterable[Line]) -> Iterator[bytes]:
    """Write lines as CSV for a spreadsheet."""
    rows = (
        (
            str(KINDS.get(line.kind, line.kind)),
            line.id,
            line.code,
            line.name,
            line.source,
            line.target,
            line.lon,
            line.lat,
        )
        for line in found
    )
    return spreadsheets.written([str(title) for title in HEADER], rows)
