"""Incidents from a file: each recorded once, with its type and place, and assigned to its one grid or to the queue."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import shapely
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from buildings.importers.doubts import crs_notes
from gisserver.common.importing import Outcome, Rejects
from gisserver.common.millimetres import round_to_millimetres
from gisserver.common.reading import Field, Table, place_rows
from gisserver.common.turns import take_turn
from incidents.importers.types import TypeWords, ensure_types
from incidents.importers.words import CommunityNames, moment_of, status_of
from incidents.models import EARLIEST, Incident
from incidents.services import NewIncident, record_incidents

FIELDS = (
    Field("external_id", ("servicerequestid", "service_request_id", "rec_id", "case_id", "request_id", "事件编号")),
    Field("occurred_at", ("adddate", "create_time", "requested_datetime", "reported_at", "发生时间"), required=True),
    Field("received_at", ("received_datetime", "受理时间")),
    Field("type", ("servicecode", "service_code", "sub_type_id", "事件类型代码")),
    Field("type_name", ("servicecodedescription", "service_name", "sub_type_name", "事件小类", "事件类型")),
    Field("main_type", ("main_type_id", "事件大类代码")),
    Field("main_type_name", ("main_type_name", "servicetypecodedescription", "事件大类")),
    Field("title", ("subject", "标题")),
    Field("text", ("description", "event_desc", "内容", "描述")),
    Field("address", ("streetaddress", "occur_place", "地址", "发生地点")),
    Field("status", ("serviceorderstatus", "状态")),
    Field("community", ("community_name", "community_code", "社区")),
    Field("accuracy_m", ("accuracy", "精度")),
)
# Clocks differ; a report from tomorrow does not exist.
_AHEAD = timedelta(days=1)
# What files write for nothing.
_NOTHING = {"-", "--", "/", "null", "none", "nan", "n/a", "无"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    occurred_at: datetime
    received_at: datetime
    external_id: str
    type: TypeWords
    words: Mapping[str, str]
    status: str
    community_id: int | None


@transaction.atomic
def import_incidents(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    status: str = "new",
    type_code: str = "",
    partial: bool = False,
) -> Outcome:
    """Record the incidents of a file that are not yet known, and assign each (law 3).

    An incident is recognised by ``source`` and its external id, or else by all that its row says. ``status``
    and ``type_code`` hold for rows that say none. One without coordinates is recorded with its community
    only and waits in the queue of the unassigned. Raises Invalid or RowsRejected.
    """
    moment = take_turn("incidents", source[:100])
    rejects = Rejects(table)
    points = _points(table, rejects)
    rows = _rows(table, columns, rejects, status=status, type_code=type_code, moment=moment)
    rejected = rejects.settle(partial=partial)
    good = {index: row for index, row in rows.items() if index not in rejects}
    types = ensure_types([row.type for row in good.values()], source=source[:100], moment=moment)
    doubts = crs_notes(table, [rows[index].community_id if index in rows else None for index in range(len(table))])
    known = _known([row.external_id for row in good.values()], source[:100])
    new = {index: row for index, row in good.items() if row.external_id not in known}
    if new:
        record_incidents(_incidents(new, table, points, types, source=source[:100]))
    return Outcome(
        read=len(table),
        begun=len(new),
        unchanged=len(good) - len(new),
        rejected=rejected,
        notes=[*_notes(new, points, said="community" in columns), *doubts],
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


def _rows(
    table: Table, columns: Mapping[str, str], rejects: Rejects, *, status: str, type_code: str, moment: datetime
) -> dict[int, _Row]:
    said = {name: [_word(text) for text in table.text(column)] for name, column in columns.items()}
    communities = CommunityNames(moment)
    keys = said.get("external_id") or [""] * len(table)
    keys = [key or f"row:{_digest(table, index)}" for index, key in enumerate(keys)]
    seen: set[str] = set()
    rows: dict[int, _Row] = {}
    for index, key in enumerate(keys):
        words = {name: values[index] for name, values in said.items()}
        row = _read(words, key[:100], communities, status=status, type_code=type_code)
        if isinstance(row, tuple):
            rejects.add(index, *row)
        elif key in seen:
            rejects.add(index, "duplicate_external_id", f"{key[:60]} stands in an earlier row.")
        elif row.occurred_at > moment + _AHEAD:
            rejects.add(index, "time_in_future", f"{words['occurred_at']} has not been yet.")
        else:
            seen.add(key)
            rows[index] = row
    return rows


def _read(
    words: Mapping[str, str], key: str, communities: CommunityNames, *, status: str, type_code: str
) -> _Row | tuple[str, str]:
    """Return what a row says, or the code and sentence of why it can't be taken."""
    occurred = moment_of(words["occurred_at"])
    if occurred is None or occurred < EARLIEST:
        return "bad_time", f"Not a time since {EARLIEST:%Y}: {words['occurred_at'][:40]!r}."
    kind = _type(words, type_code)
    if kind is None:
        return "no_type", "The row names no type; --type CODE holds for such rows."
    found = status_of(words.get("status", "")) if words.get("status") else status
    if found is None:
        return "unknown_status", f"Not a status: {words['status'][:40]!r}."
    community = words.get("community", "")
    community_id = communities.of(community) if community else None
    if community and community_id is None:
        return "unknown_community", f"No one community is called {community[:40]!r}."
    return _Row(
        occurred_at=occurred,
        received_at=moment_of(words.get("received_at", "")) or occurred,
        external_id=key,
        type=kind,
        words=words,
        status=found,
        community_id=community_id,
    )


def _type(words: Mapping[str, str], otherwise: str) -> TypeWords | None:
    name = words.get("type_name", "")
    code = words.get("type") or name or otherwise
    main_name = words.get("main_type_name", "")
    main_code = words.get("main_type") or main_name
    # A type that is its own main type would be above itself.
    if main_code == code:
        main_code = f"{main_code}/" if words.get("type") else ""
    return TypeWords(code[:60], name[:200], main_code[:60], main_name[:200]) if code else None


def _word(text: str) -> str:
    return "" if text.lower() in _NOTHING else text


def _digest(table: Table, index: int) -> str:
    values = "\x1f".join(f"{name}={value}" for name, value in table.original(index).items())
    shape = "" if table.geometry is None else shapely.to_wkt(table.geometry[index])
    return hashlib.sha256(f"{values}\x1f{shape}".encode()).hexdigest()[:32]


def _known(keys: Sequence[str], source: str) -> set[str]:
    stored = Incident.objects.filter(source=source, external_id__in=keys)
    return set(stored.values_list("external_id", flat=True))


def _incidents(
    rows: Mapping[int, _Row], table: Table, points: NDArray[np.object_], types: Mapping[str, int], *, source: str
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
            title=row.words.get("title", "")[:200],
            text=row.words.get("text", ""),
            address=row.words.get("address", "")[:300],
            location_ewkb=None if point is None else _ewkb(point),
            declared_crs="" if point is None else crs,
            reported_x=None if reported is None else reported.x,
            reported_y=None if reported is None else reported.y,
            accuracy_m=_metres(row.words.get("accuracy_m", "")),
            status=row.status,
            declared_community_id=row.community_id,
        )


def _ewkb(point: shapely.Point) -> str:
    return str(shapely.to_wkb(shapely.set_srid(point, settings.SURVEY_SRID), hex=True, include_srid=True))


def _metres(text: str) -> float | None:
    try:
        value = float(text[:20])
    except ValueError:
        return None
    return value if 0 <= value < 1e7 else None


def _notes(rows: Mapping[int, _Row], points: NDArray[np.object_], *, said: bool) -> list[str]:
    placeless = sum(1 for index in rows if points[index] is None)
    nowhere = sum(1 for index, row in rows.items() if points[index] is None and row.community_id is None)
    notes = []
    if placeless:
        notes.append(f"{placeless} incidents have no coordinates: they wait in the queue of the unassigned")
    if nowhere and said:
        notes.append(f"{nowhere} of them name no community either")
    return notes
