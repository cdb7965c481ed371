"""Incidents from a file: each recorded once, with its type and place, and assigned to its one grid or to the queue."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from buildings.importers.doubts import crs_notes
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.geo.millimetres import round_to_millimetres
from gisserver.common.imports.command import Outcome, Rejects
from gisserver.common.reading import Table, place_rows
from incidents.importers.rows import Meaning, Row, incident_rows
from incidents.importers.types import ensure_types
from incidents.importers.ungridded import refuse_ungridded
from incidents.services import NewIncident, Recorded, record_incidents

# As wide as the columns that keep them.
_TITLE, _ADDRESS = 200, 300


@transaction.atomic
def import_incidents(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    meaning: Meaning,
    without_grids: bool = False,
    partial: bool = False,
) -> Outcome:
    """Record the incidents of a file that are not yet known, and assign each (law 3).

    An incident is recognised by ``source`` and its external id, or else by all that its row says, equal rows by their
    number. One without coordinates is recorded with its community only and waits in the queue of the unassigned.
    One that is known stays as it is. Raises Invalid or RowsRejected, and Refused ``no_grids_here`` for new ones on
    areas that have no grids yet, unless ``without_grids``.
    """
    moment = take_turn("incidents", source[:100])
    rejects = Rejects(table)
    points = _points(table, rejects)
    rows = incident_rows(table, columns, rejects, meaning=meaning, moment=moment)
    rejected = rejects.finish(partial=partial)
    good = {index: row for index, row in rows.items() if index not in rejects}
    types = ensure_types([row.type for row in good.values()], source=source[:100], moment=moment)
    doubts = crs_notes(table, [rows[index].community_id if index in rows else None for index in range(len(table))])
    recorded = record_incidents(_incidents(good, table, points, types, source=source[:100]))
    new = {index: row for (index, row), each in zip(good.items(), recorded, strict=True) if each.new}
    if not without_grids:
        refuse_ungridded([points[index] for index in new if points[index] is not None], moment)
    return Outcome(
        read=len(table),
        begun=len(new),
        unchanged=len(good) - len(new),
        rejected=rejected,
        notes=[
            *_place_notes(new, points, declared="community" in columns),
            *_text_notes(new),
            *_other_notes(recorded),
            *_time_notes(meaning),
            *doubts,
        ],
    )


def _points(table: Table, rejects: Rejects) -> NDArray[np.object_]:
    """Return the place of each row (survey CRS, whole millimetres), None for rows without one."""
    if table.geometry is None:
        return np.full(len(table), None, dtype=object)
    placed, problems = place_rows(table, survey_srid=settings.SURVEY_SRID)
    rejects.update(problems)
    present = ~shapely.is_missing(placed)
    present[present] = ~shapely.is_empty(placed[present])
    points = np.full(len(table), None, dtype=object)
    points[present] = round_to_millimetres(shapely.centroid(placed[present]))
    return points


def _incidents(
    rows: Mapping[int, Row], table: Table, points: NDArray[np.object_], types: Mapping[str, int], *, source: str
) -> Iterator[NewIncident]:
    crs = table.crs.name[:20] if table.crs else ""
    for index, row in rows.items():
        point = points[index]
        reported = None if point is None or table.geometry is None else shapely.centroid(table.geometry[index])
        yield NewIncident(
            occurred_at=row.occurred_at,
            received_at=row.received_at,
            type_id=types[row.type.code],
            source=source,
            external_id=row.external_id,
            title=row.values.get("title", "")[:_TITLE],
            text=row.values.get("text", ""),
            address=row.values.get("address", "")[:_ADDRESS],
            location_ewkb=None if point is None else _ewkb(point),
            declared_crs="" if point is None else crs,
            reported_x=None if reported is None else reported.x,
            reported_y=None if reported is None else reported.y,
            accuracy_m=row.accuracy_m,
            status=row.status,
            declared_community_id=row.community_id,
        )


def _ewkb(point: shapely.Point) -> str:
    return str(shapely.to_wkb(shapely.set_srid(point, settings.SURVEY_SRID), hex=True, include_srid=True))


def _place_notes(rows: Mapping[int, Row], points: NDArray[np.object_], *, declared: bool) -> list[str]:
    placeless = sum(1 for index in rows if points[index] is None)
    nowhere = sum(1 for index, row in rows.items() if points[index] is None and row.community_id is None)
    notes = []
    if placeless:
        notes.append(f"{placeless} incidents have no coordinates: they wait in the queue of the unassigned")
    if nowhere and declared:
        notes.append(f"{nowhere} of them name no community either")
    return notes


def _text_notes(rows: Mapping[int, Row]) -> list[str]:
    notes = []
    for name, longest in (("title", _TITLE), ("address", _ADDRESS)):
        cut = sum(1 for row in rows.values() if len(row.values.get(name, "")) > longest)
        if cut:
            notes.append(f"{cut} incidents have a longer {name} than {longest} characters: the rest of it is left out")
    return notes


def _other_notes(recorded: Sequence[Recorded]) -> list[str]:
    """Return a note on what the file reports differently of known incidents."""
    others = [each for each in recorded if each.differs]
    if not others:
        return []
    counts = Counter(name for each in others for name in each.differs)
    changes = ", ".join(f"{name} of {count}" for name, count in sorted(counts.items()))
    return [
        f"{len(others)} incidents are known and stay as first recorded, though the file says otherwise now: {changes}"
    ]


def _time_notes(meaning: Meaning) -> list[str]:
    doubtful = meaning.moments.doubtful
    if not doubtful:
        return []
    choice = "the first of an hour that came twice, from before the gap for one that was left out"
    return [f"{doubtful} local times fall where clocks were changed: taken as {choice}"]
