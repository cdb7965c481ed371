"""Divisions from a file: districts, subdistricts, communities; codes, names, parents, boundaries."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import shapely
from django.conf import settings
from django.db import transaction

from gisserver.common.codes import CodeKind
from gisserver.common.errors import Invalid
from gisserver.common.geo.millimetres import round_to_millimetres
from gisserver.common.imports.command import Outcome, Rejects, moment_or_now
from gisserver.common.reading import Field, Table, place_rows
from grids.importers.advice import RepairLimits
from grids.importers.division_writing import LEVELS, NewDivision, known_divisions, write_divisions
from grids.importers.mending import Tiling, tile_what_stays
from grids.importers.polygons import Polygons, boundaries
from grids.models import DivisionLevel

FIELDS = (
    Field(
        "code",
        ("code12", "division_code", "adcode", "区划代码", "编码", "代码"),
        required=True,
        code=CodeKind.DIVISION,
    ),
    Field("name", ("name_zh", "division_name", "qh", "名称")),
    Field("name_en", ("english_name", "英文名称")),
    Field("level", ("division_level", "级别", "层级")),
    Field("parent", ("parent_code", "上级代码", "上级"), code=CodeKind.REFERENCE),
    Field("kind", ()),
)
LOST_SENTENCE = "Mending would erase this polygon: others cover all of it."
# What files call a level → (level, kind).
_LEVELS = {
    **{str(level.value): (str(level.value), "") for level in DivisionLevel},
    "区": ("district", ""),
    "街道": ("subdistrict", ""),
    "社区": ("community", ""),
    "zone": ("subdistrict", "zone"),
    "virtual": ("community", "virtual"),
}


@transaction.atomic
def import_divisions(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    level: str = "",
    parent: str = "",
    effective_at: datetime | None = None,
    partial: bool = False,
    limits: RepairLimits | None = None,
) -> Outcome:
    """Bring the divisions of a file in: new ones begin, changed ones give way, the same changes nothing.

    ``level`` and ``parent`` hold for rows that say none. Boundaries of one level are noded against each
    other and may neither overlap nor leave gaps; with ``limits`` small defects are mended. Raises Invalid,
    RowsRejected, PartitionRefused, or Refused.
    """
    rejects = Rejects(table)
    polygons = boundaries(table, rejects, required=False)
    rows = _rows(table, columns, rejects, level=level, parent=parent)
    notes = _resolve_parents(rows, rejects)
    rejects.finish(partial=partial)
    good = {index: row for index, row in rows.items() if index not in rejects}
    new, more = _with_boundaries(good, polygons, rejects, limits, partial=partial)
    tally = write_divisions(new, source=source, moment=moment_or_now(effective_at))
    return Outcome(
        read=len(table),
        begun=tally.begun,
        ended=tally.ended,
        unchanged=tally.unchanged,
        rejected=rejects.finish(partial=partial),
        notes=[*notes, *more],
    )


@transaction.atomic
def import_frame(
    *,
    table: Table,
    division: NewDivision,
    source: str,
    hull_margin_m: float | None = None,
    effective_at: datetime | None = None,
    limits: RepairLimits | None = None,
    keep_holes: bool = False,
    partial: bool = False,
) -> Outcome:
    """Make one division whose boundary comes from all of a file's rows.

    The boundary is the union of the file's polygons, which must tile it; or, with ``hull_margin_m``, the
    convex hull of whatever the file holds, that much wider. Raises as `import_divisions`.
    """
    rejects = Rejects(table)
    notes: list[str] = []
    if hull_margin_m is None:
        polygons = boundaries(table, rejects, required=True)
        rejects.finish(partial=partial)
        stay = [index for index in range(len(table)) if index not in rejects]
        numbers = [f"row {index + 1}" for index in stay]
        tiling, lost = tile_what_stays(numbers, polygons[stay], limits=limits, keep_holes=keep_holes, partial=partial)
        _reject_lost([stay[index] for index in lost], rejects)
        boundary = tiling.frame
        notes = noding_notes(tiling)
    else:
        placed, problems = place_rows(table, survey_srid=settings.SURVEY_SRID)
        rejects.update(problems)
        rejects.finish(partial=partial)
        hull = shapely.convex_hull(shapely.union_all(shapely.convex_hull(placed[~shapely.is_missing(placed)])))
        boundary = round_to_millimetres(shapely.buffer(hull, hull_margin_m, quad_segs=2))
    if shapely.is_empty(boundary):
        raise Invalid("no_geometry", "The file holds nothing to make a boundary of.")
    tally = write_divisions([replace(division, boundary=boundary)], source=source, moment=moment_or_now(effective_at))
    return Outcome(
        read=len(table),
        begun=tally.begun,
        ended=tally.ended,
        unchanged=tally.unchanged,
        rejected=rejects.finish(partial=partial),
        notes=notes,
    )


def noding_notes(tiling: Tiling) -> list[str]:
    """Return what noding and mending did, as sentences."""
    notes = []
    if tiling.inserted or tiling.merged:
        notes.append(f"noding put {tiling.inserted} vertices into neighbours' borders and joined {tiling.merged} twins")
    return notes + tiling.mended.notes


def _rows(
    table: Table, columns: Mapping[str, str], rejects: Rejects, *, level: str, parent: str
) -> dict[int, NewDivision]:
    """Return what each row says, by index; rows that say too little are rejected."""
    texts = {name: table.text(column) for name, column in columns.items()}
    rows: dict[int, NewDivision] = {}
    seen: set[str] = set()
    for index in range(len(table)):
        row = {name: values[index] for name, values in texts.items()}
        stands_for = _LEVELS.get(row.get("level") or level)
        code = row["code"]
        if not code:
            rejects.add(index, "no_code", "The row has no code.")
        elif code in seen:
            rejects.add(index, "duplicate_code", f"The code {code} stands in an earlier row.")
        elif stands_for is None:
            rejects.add(index, "unknown_level", f"A level is one of {', '.join(_LEVELS)}; say it with --level.")
        else:
            seen.add(code)
            rows[index] = NewDivision(
                level=stands_for[0],
                code=code,
                name=row.get("name") or code,
                name_en=row.get("name_en", ""),
                kind=row.get("kind") or stands_for[1],
                parent=row.get("parent") or parent,
            )
    return rows


def _resolve_parents(rows: dict[int, NewDivision], rejects: Rejects) -> list[str]:
    """Give every row its parent's whole code; reject a row whose parent nobody knows, a district's apart.

    Official lists leave the zeros at the end of a parent's code away: 440310 means 440310000000.
    """
    known = set(known_divisions([row.parent for row in rows.values()])) | {row.code for row in rows.values()}
    notes = []
    for index, row in rows.items():
        padded = row.parent.ljust(len(row.code), "0")
        whole = next((code for code in (row.parent, padded) if code in known and code != row.code), "")
        if row.parent and not whole:
            if row.level == DivisionLevel.DISTRICT:
                notes.append(f"{row.code} {row.name}: the division above it, {row.parent}, is not kept here")
            else:
                sentence = f"No division {row.parent} is known: import it first, or put it into the same file."
                rejects.add(index, "unknown_parent", sentence)
        rows[index] = replace(row, parent=whole)
    return notes


def _with_boundaries(
    rows: Mapping[int, NewDivision],
    polygons: Polygons,
    rejects: Rejects,
    limits: RepairLimits | None,
    *,
    partial: bool,
) -> tuple[list[NewDivision], list[str]]:
    """Return the divisions with their boundaries, level by level noded and proved to tile what they cover."""
    notes: list[str] = []
    new = dict(rows)
    for level in LEVELS:
        indexes = [index for index, row in rows.items() if row.level == level and polygons[index] is not None]
        if indexes:
            codes = [rows[index].code for index in indexes]
            tiling, lost = tile_what_stays(codes, polygons[indexes], limits=limits, partial=partial)
            notes += noding_notes(tiling)
            gone = {indexes[each] for each in lost}
            _reject_lost(gone, rejects)
            for index in gone:
                del new[index]
            for index, polygon in zip([i for i in indexes if i not in gone], tiling.polygons, strict=True):
                new[index] = replace(rows[index], boundary=polygon)
    return list(new.values()), notes


def _reject_lost(indexes: Iterable[int], rejects: Rejects) -> None:
    for index in indexes:
        rejects.add(index, "lost_in_repair", LOST_SENTENCE)
