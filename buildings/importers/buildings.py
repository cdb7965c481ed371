"""Buildings from a file: new ones begin, changed ones are corrected, the same change nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.conf import settings
from django.db import transaction

from buildings.importers.addresses import AddressText, address_text, write_building_addresses
from buildings.importers.doubts import crs_notes
from buildings.importers.events import record_import
from buildings.importers.footprints import Communities, Places, places
from buildings.importers.kinds import building_kind
from buildings.importers.placeless import Placeless, match_placeless
from buildings.models import Building, BuildingCode, Target
from buildings.services import assign_buildings
from gisserver.common.geometry import to_geos, to_multipolygon, to_shapely
from gisserver.common.history import since
from gisserver.common.importing import Outcome, Rejects, moment_or_now
from gisserver.common.reading import Field, Table

ADDRESS_FIELDS = (
    Field("address", ("addr_full", "full_address", "地址", "标准地址")),
    Field("road", ("addr_street", "street", "street_name", "道路", "路名")),
    Field("place", ("addr_place",)),
    Field("number", ("addr_housenumber", "housenumber", "house_number", "门牌号", "门牌")),
)
FIELDS = (
    Field("source_ref", ("osm_id", "building_id", "objectid", "gml_id", "id", "fid")),
    Field("code", ("building_code", "楼栋编码")),
    Field("name", ("building_name", "楼栋名称", "名称")),
    Field("kind", ("building", "building_kind", "use", "type", "用途", "类型")),
    Field("floors", ("building_levels", "levels", "storeys", "层数", "楼层")),
    Field("height_m", ("height", "高度")),
    Field("community", ("community_code", "社区代码", "社区编码")),
    *ADDRESS_FIELDS,
)
ADDRESSED = {field.name for field in ADDRESS_FIELDS}
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What a row says of its building; ``key`` tells the same building in the next file."""

    key: str
    code: str
    words: Mapping[str, Any]
    address: AddressText | None


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
    moment = moment_or_now(effective_at)
    rejects = Rejects(table)
    where = places(table, rejects, repair=repair, all_placeless=ADDRESSED & set(columns) != set())
    communities = Communities(moment)
    keys, notes = _keys(table, columns, where, rejects, ref_told=ref_told)
    rows = _rows(table, columns, keys, where, rejects, communities=communities, community=community)
    addressed = _placeless(table, columns, keys, rejects, communities)
    _refuse_ended(rows, rejects, source[:100])
    rejected = rejects.settle(partial=partial)
    good = {index: row for index, row in rows.items() if index not in rejects}
    notes += crs_notes(table, communities.named(table, columns.get("community")))
    ids, changed = _write(good, where, source=source[:100], moment=moment)
    addresses = {ids[index]: row.address for index, row in good.items() if row.address is not None}
    changed |= write_building_addresses(addresses, source=source[:100], moment=moment)
    changed |= _issue_codes(good, ids, scheme=scheme, issuer=source[:100], moment=moment)
    new = len(set(ids.values()) & changed)
    told, waiting = match_placeless(addressed, source=source[:100], moment=moment)
    notes += [f"{waiting} rows are in doubt: decide them at /api/reviews/"] if waiting else []
    assign_buildings(ids=sorted(changed), moment=None if effective_at is None else max(moment, moment_or_now(None)))
    notes += [f"{where.mended} footprints crossed themselves and were mended"] if where.mended else []
    return Outcome(read=len(table), begun=new + len(told), unchanged=len(good) - new, rejected=rejected, notes=notes)


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
) -> dict[int, _Row]:
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
        rows[index] = _Row(
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


def _refuse_ended(rows: Mapping[int, _Row], rejects: Rejects, source: str) -> None:
    """Reject the rows of buildings that have ended: a file does not bring them back."""
    keys = [row.key for row in rows.values()]
    ended = Building.objects.filter(source=source, source_ref__in=keys, valid__upper_inf=False)
    gone = set(ended.values_list("source_ref", flat=True))
    for index, row in rows.items():
        if row.key in gone:
            rejects.add(index, "building_ended", f"The building {row.key[:60]!r} has ended; a new one needs a new id.")


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


def _write(
    rows: Mapping[int, _Row], where: Places, *, source: str, moment: datetime
) -> tuple[dict[int, int], set[int]]:
    """Return the id of each row's building, and the ids of those that are new or were corrected."""
    stored = {
        building.source_ref: building
        for building in Building.objects.filter(source=source, source_ref__in=[row.key for row in rows.values()])
    }
    ids: dict[int, int] = {}
    corrected: set[int] = set()
    new: list[tuple[int, Building]] = []
    for index, row in rows.items():
        building = stored.get(row.key)
        if building is None:
            new.append((index, _building(row, where, index, source=source, moment=moment)))
            continue
        ids[index] = building.pk
        if _correct(building, row, where, index):
            building.changed_at = max(moment, building.changed_at or building.valid.lower)
            building.save()
            corrected.add(building.pk)
    for created, (index, _) in zip(
        Building.objects.bulk_create([building for _, building in new], batch_size=_BATCH), new, strict=True
    ):
        ids[index] = created.pk
    begun = {ids[index] for index, _ in new}
    record_import(Target.BUILDING, source=source, moment=moment, begun=begun, changed=corrected)
    return ids, corrected | begun


def _building(row: _Row, where: Places, index: int, *, source: str, moment: datetime) -> Building:
    building = Building(source=source, source_ref=row.key, valid=since(moment), **row.words)
    _place(building, where, index)
    return building


def _place(building: Building, where: Places, index: int) -> None:
    footprint = where.footprints[index]
    building.footprint = None if footprint is None else to_multipolygon(footprint, settings.SURVEY_SRID)
    building.location = to_geos(where.points[index], settings.SURVEY_SRID)


def _correct(building: Building, row: _Row, where: Places, index: int) -> bool:
    """Set on ``building`` what the row says differently; return whether anything was."""
    words = {word: value for word, value in row.words.items() if value not in ("", None)}
    differs = any(getattr(building, word) != value for word, value in words.items())
    footprint = where.footprints[index]
    old = None if building.footprint is None else to_shapely(building.footprint)
    new = None if footprint is None else shapely.multipolygons(shapely.get_parts(footprint))
    moved = old != new or to_shapely(building.location) != where.points[index]
    for word, value in words.items():
        setattr(building, word, value)
    if moved:
        _place(building, where, index)
    return differs or moved


def _issue_codes(
    rows: Mapping[int, _Row], ids: Mapping[int, int], *, scheme: str, issuer: str, moment: datetime
) -> set[int]:
    """Issue the codes that buildings don't have yet; return the buildings concerned."""
    wanted = {ids[index]: row.code for index, row in rows.items() if row.code}
    current = {
        code.building_id: code for code in BuildingCode.objects.at(moment).filter(building_id__in=wanted, scheme=scheme)
    }
    changed = {
        building: code for building, code in wanted.items() if building not in current or current[building].code != code
    }
    ending = [current[building].pk for building in changed if building in current]
    BuildingCode.objects.filter(pk__in=ending).end(moment)
    BuildingCode.objects.bulk_create(
        [
            BuildingCode(building_id=building, code=code, scheme=scheme, issuer=issuer, valid=since(moment))
            for building, code in changed.items()
        ],
        batch_size=_BATCH,
    )
    return set(changed)
