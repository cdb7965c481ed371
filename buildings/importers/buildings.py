"""Buildings from a file: new ones begin, changed ones are corrected, the same change nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction

from buildings.importers.addresses import address_text
from buildings.importers.doubts import community_notes, crs_notes
from buildings.importers.footprints import Communities, Places, places
from buildings.importers.kinds import building_kind
from buildings.importers.placeless import AboutKnown, Placeless
from buildings.importers.writing import BuildingRow, Register, Run
from buildings.services import assign_buildings
from gisserver.common.codes import CodeKind
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.imports.command import Outcome, Rejects
from gisserver.common.reading import Field, Table
from grids.partition_lock import keep_partition

ADDRESS_FIELDS = (
    Field("address", ("addr_full", "full_address", "地址", "标准地址")),
    Field("road", ("addr_street", "street", "street_name", "道路", "路名")),
    Field("place", ("addr_place",)),
    Field("number", ("addr_housenumber", "housenumber", "house_number", "门牌号", "门牌")),
)
FIELDS = (
    Field("source_ref", ("osm_id", "building_id", "objectid", "gml_id", "id", "fid"), code=CodeKind.REFERENCE),
    Field("code", ("building_code", "楼栋编码"), code=CodeKind.BUILDING),
    Field("name", ("building_name", "楼栋名称", "名称")),
    Field("kind", ("building", "building_kind", "use", "type", "用途", "类型")),
    Field("floors", ("building_levels", "levels", "storeys", "层数", "楼层")),
    Field("height_m", ("height", "高度")),
    Field("community", ("community_code", "社区代码", "社区编码"), code=CodeKind.REFERENCE),
    *ADDRESS_FIELDS,
)
ADDRESSED = {field.name for field in ADDRESS_FIELDS}
REGISTER = "buildings"


@transaction.atomic
def import_buildings(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    community: str = "",
    scheme: str = "building",
    ref_told: bool = False,
    effective_at: datetime | None = None,
    partial: bool = False,
    repair: bool = False,
) -> Outcome:
    """Bring the buildings of a file in, each with its address and code, and give each its grid (law 3).

    A building is recognised by ``source`` and its ``source_ref`` column, else by its footprint. ``ref_told``
    says that the user named that column, so a repeated value is an error and not a reason to look elsewhere.
    ``community`` (a code) holds for rows that neither say nor stand in one. A row without coordinates is about
    the building that its address means; one in doubt waits in the review queue. Raises Invalid or RowsRejected.
    """
    run = _run(source[:100], scheme, effective_at)
    moment = run.moment
    rejects = Rejects(table)
    where = places(table, rejects, repair=repair, all_placeless=ADDRESSED & set(columns) != set())
    communities = Communities(moment)
    keys, notes = _keys(table, columns, where, rejects, ref_told=ref_told)
    rows = _rows(table, columns, keys, where, rejects, communities=communities, community=community)
    known = AboutKnown(_placeless(table, columns, keys, rejects, communities), run.source)
    located = {index: row for index, row in rows.items() if index not in rejects}
    register = Register(located, where, run, others=known.buildings)
    register.refuse(rejects)
    known.refuse(rejects, run)
    rejected = rejects.finish(partial=partial)
    good = {index: row for index, row in rows.items() if index not in rejects}
    named = communities.named(table, columns.get("community"))
    notes += crs_notes(table, named) + community_notes(named, communities.of(where.points), set(good))
    changed = register.write(good)
    new = len({register.stored[row.key].pk for row in good.values()} & changed)
    told, waiting = known.write(rejects, run)
    notes += [f"{waiting} rows are in doubt: decide them at /api/reviews/"] if waiting else []
    assign_buildings(ids=sorted(changed), moment=None if effective_at is None else max(moment, run.now))
    notes += [f"{where.mended} footprints crossed themselves and were mended"] if where.mended else []
    return Outcome(read=len(table), begun=new + len(told), unchanged=len(good) - new, rejected=rejected, notes=notes)


def _run(source: str, scheme: str, effective_at: datetime | None) -> Run:
    """Wait for the turn of this source, and keep the partition still; both come before any lock on a building."""
    now = take_turn(REGISTER, source)
    keep_partition()
    return Run(source=source, scheme=scheme, moment=effective_at or now, now=now)


def _keys(
    table: Table, columns: Mapping[str, str], where: Places, rejects: Rejects, *, ref_told: bool
) -> tuple[list[str], list[str]]:
    """Return what recognises each row's building, and a note when the file's ids could not."""
    column = columns.get("source_ref")
    refs = table.text(column) if column else [""] * len(table)
    if column and len(set(refs)) == len(refs) and "" not in refs:
        return refs, []
    if column and ref_told:
        seen: set[str] = set()
        for index, ref in enumerate(refs):
            if not ref:
                rejects.add(index, "no_source_ref", f"The column {column!r} is empty.")
            elif ref in seen:
                rejects.add(index, "duplicate_source_ref", f"{ref[:60]!r} stands in an earlier row.")
            seen.add(ref)
        return refs, []
    notes = [f"the values of {column!r} repeat, so buildings are recognised by their footprints"] if column else []
    return _keys_of_places(where), notes


def _keys_of_places(where: Places) -> list[str]:
    keys = []
    counts: dict[str, int] = {}
    for point, footprint in zip(where.points, where.footprints, strict=True):
        shape = point if footprint is None else footprint
        digest = "" if shape is None else hashlib.sha256(shapely.to_wkb(shapely.normalize(shape))).hexdigest()[:32]
        counts[digest] = counts.get(digest, 0) + 1
        keys.append(digest if counts[digest] == 1 else f"{digest}#{counts[digest]}")
    return keys


def _rows(
    table: Table,
    columns: Mapping[str, str],
    keys: Sequence[str],
    where: Places,
    rejects: Rejects,
    *,
    communities: Communities,
    community: str,
) -> dict[int, BuildingRow]:
    said = {name: table.text(column) for name, column in columns.items()}
    located = communities.of(where.points)
    rows = {}
    for index, key in enumerate(keys):
        row = {name: values[index] for name, values in said.items()}
        code = row.get("community", "")
        if code and code not in communities.by_code:
            rejects.add(index, "unknown_community", f"No community {code} is known.")
        if index in rejects:
            continue
        rows[index] = BuildingRow(
            key=key,
            code=row.get("code", ""),
            address=address_text(row),
            words=_words(row, communities.by_code.get(code) or located[index] or communities.by_code.get(community)),
        )
    return rows


def _words(row: Mapping[str, str], community: int | None) -> dict[str, Any]:
    return {
        "community_id": community,
        "name": row.get("name", "")[:200],
        "kind": building_kind(row.get("kind", "")),
        "floors": _whole(row.get("floors", "")),
        "height_m": _metres(row.get("height_m", "")),
    }


def _placeless(
    table: Table, columns: Mapping[str, str], keys: Sequence[str], rejects: Rejects, communities: Communities
) -> list[Placeless]:
    """Return the rows that have an address and no coordinates; they are rejected no longer."""
    said = {name: table.text(column) for name, column in columns.items()}
    rows = []
    for index in rejects.because("no_geometry"):
        row = {name: values[index] for name, values in said.items()}
        address = address_text(row)
        if address is None:
            continue
        rejects.withdraw(index)
        words = _words(row, communities.by_code.get(row.get("community", "")))
        words["kind"] = words["kind"] if row.get("kind") else ""
        rows.append(Placeless(index=index, source_ref=keys[index], address=address, words=words))
    return rows


def _whole(text: str) -> int | None:
    value = _metres(text)
    return None if value is None or value >= 1000 else round(value)


def _metres(text: str) -> float | None:
    """Return a positive length written as ``12``, ``12.5`` or ``12 m``; None for anything else."""
    try:
        value = float(text.lower().removesuffix("m").strip()[:20])
    except ValueError:
        return None
    return value if 0 < value < 10_000 else None
