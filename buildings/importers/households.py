"""Households from a file: each in a unit of a building that is known, by code or by address; new units are made."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from buildings.models import Building, BuildingCode, Entrance, Household, Unit
from buildings.review.matching import Matched, match_many
from buildings.review.queue import Waiting, enqueue
from gisserver.common.errors import Invalid
from gisserver.common.history import since
from gisserver.common.importing import Outcome, Rejects, moment_or_now
from gisserver.common.reading import Field, Table

M = TypeVar("M", bound=models.Model)
K = TypeVar("K", bound=Hashable)

FIELDS = (
    Field("building", ("building_code", "楼栋编码", "building_ref", "楼栋")),
    Field("address", ("addr", "地址", "住址", "详细地址", "居住地址")),
    Field("entrance", ("stair", "单元")),
    Field("unit", ("unit_number", "room", "flat", "door", "房号", "房屋编号", "室")),
    Field("floor", ("storey", "楼层")),
    Field("source_ref", ("household_id", "id", "户号", "户编号")),
    Field("head_name", ("name", "head", "户主", "户主姓名")),
    Field("phone", ("tel", "mobile", "电话", "联系电话")),
    Field("residents", ("persons", "members", "人口", "人数")),
    Field("registered", ("hukou", "户籍", "是否户籍")),
)
_BATCH = 2000
_YES = {"1", "true", "yes", "y", "t", "是", "户籍"}
_NO = {"0", "false", "no", "n", "f", "否", "非户籍", ""}


REGISTER = "households"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What a row says; ``building_id`` 0: its address must tell, and perhaps the unit too."""

    building_id: int
    address: str
    entrance: str
    unit: str
    floor: int | None
    source_ref: str
    head_name: str
    phone: str
    residents: int
    registered: bool

    def words(self) -> tuple[str, str, int, bool]:
        """Return what is said of the household itself."""
        return self.head_name, self.phone, self.residents, self.registered


@transaction.atomic
def import_households(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str = "",
    effective_at: datetime | None = None,
    partial: bool = False,
) -> Outcome:
    """Bring the households of a file in; one that says something new ends and begins again, the same changes nothing.

    A building is told by its code (any it has ever had), by its source reference, or by the address, which may
    tell the unit as well. Rows whose address is in doubt wait in the review queue. A household is recognised in
    its unit by its own reference, else by name and phone. Raises Invalid or RowsRejected.
    """
    moment = moment_or_now(effective_at)
    rejects = Rejects(table)
    if not {"building", "address"} & set(columns):
        raise Invalid("missing_column", "No column for the building: name it with --map building=… or --map address=…")
    rows = _rows(table, columns, rejects)
    rejected = rejects.settle(partial=partial)
    good = {index: row for index, row in rows.items() if index not in rejects}
    waiting = _told_by_address(good, run=f"{source} {moment:%Y-%m-%dT%H:%M:%S}", source=source)
    told = list(good.values())
    units = _units(told, moment)
    begun, ended = _write(list(zip(told, units, strict=True)), moment)
    notes = [f"{waiting[0]} rows are in doubt ({waiting[1]} new): decide them at /api/reviews/"] if waiting[0] else []
    return Outcome(
        read=len(table), begun=begun, ended=ended, unchanged=len(told) - begun, rejected=rejected, notes=notes
    )


def receive_household(row: Mapping[str, Any], building: int, unit: int | None, moment: datetime) -> bool:
    """Load a household that waited for review, now that its building or unit is decided; say whether it could be."""
    told = _placed(_Row(**{**row, "building_id": building}), building, unit)
    if not told.unit:
        return False
    _write([(told, _units([told], moment)[0])], moment)
    return True


def _rows(table: Table, columns: Mapping[str, str], rejects: Rejects) -> dict[int, _Row]:
    said = {name: table.text(column) for name, column in columns.items()}
    buildings = _buildings(said.get("building", ()))
    rows = {}
    for index in range(len(table)):
        words = {name: values[index] for name, values in said.items()}
        reason = _why_not(words, buildings)
        if reason is not None:
            rejects.add(index, *reason)
            continue
        rows[index] = _Row(
            building_id=buildings.get(words.get("building", ""), 0),
            address=words.get("address", "")[:300],
            entrance=words.get("entrance", "")[:50],
            unit=words.get("unit", "")[:50],
            floor=_whole(words.get("floor", "")),
            source_ref=words.get("source_ref", "")[:100],
            head_name=words.get("head_name", "")[:100],
            phone=words.get("phone", "")[:40],
            residents=_whole(words.get("residents", "")) or 1,
            registered=words.get("registered", "").lower() in _YES,
        )
    return rows


def _told_by_address(rows: dict[int, _Row], *, run: str, source: str) -> tuple[int, int]:
    """Place the rows that only an address tells; take those in doubt out, into the queue.

    Returns how many are in doubt, and how many of them are new in the queue.
    """
    asked = [index for index, row in rows.items() if not row.building_id or not row.unit]
    texts = [rows[index].address for index in asked]
    found = match_many(texts, to=["building" if rows[index].unit else "unit" for index in asked])
    waiting = []
    for index, match in zip(asked, found, strict=True):
        row = rows.pop(index)
        if isinstance(match, Matched):
            rows[index] = _placed(row, match.building, match.id if match.target == "unit" else None)
        else:
            waiting.append(
                Waiting(number=index + 1, text=row.address, row=asdict(row), doubt=match, source_ref=row.source_ref)
            )
    return len(waiting), enqueue(waiting, register=REGISTER, run=run, source=source)


def _placed(row: _Row, building: int, unit: int | None) -> _Row:
    """Return the row with its building, and with entrance and number of the unit when that is told."""
    if unit is None:
        return replace(row, building_id=building)
    flat = Unit.objects.select_related("entrance").get(pk=unit)
    door = flat.entrance.name if flat.entrance is not None else ""
    return replace(row, building_id=flat.building_id, entrance=door, unit=flat.number, floor=flat.floor)


def _why_not(words: Mapping[str, str], buildings: Mapping[str, int]) -> tuple[str, str] | None:
    building, residents = words.get("building", ""), words.get("residents", "")
    if building not in buildings and not words.get("address"):
        return "unknown_building", f"No one building has the code or reference {building[:60]!r}."
    if not words.get("unit") and not words.get("address"):
        return "no_unit", "The row names no unit."
    if residents and not 0 <= (_whole(residents) or -1) <= 32_000:
        return "bad_number", f"Not a number of residents: {residents[:20]!r}."
    if words.get("registered", "").lower() not in _YES | _NO:
        return "bad_yes_or_no", f"Not a yes or no: {words['registered'][:20]!r}."
    return None


def _whole(text: str) -> int | None:
    try:
        value = int(text[:9])
    except ValueError:
        return None
    return value if -1000 < value < 32_000 else None


def _buildings(words: Iterable[str]) -> dict[str, int]:
    """Return the standing building that each word means: by any code it had, else by the only one of a reference."""
    wanted = set(words) - {""}
    by_ref: dict[str, set[int]] = {}
    for ref, building in Building.objects.filter(source_ref__in=wanted, valid__upper_inf=True).values_list(
        "source_ref", "id"
    ):
        by_ref.setdefault(ref, set()).add(building)
    found = {ref: next(iter(ids)) for ref, ids in by_ref.items() if len(ids) == 1}
    by_code = BuildingCode.objects.filter(code__in=wanted, building__valid__upper_inf=True).values_list(
        "code", "building_id"
    )
    return found | dict(by_code)


def _units(rows: Sequence[_Row], moment: datetime) -> list[int]:
    """Return the id of each row's unit, making entrances and units that are new."""
    buildings = {row.building_id for row in rows}
    entrances = {
        (entrance.building_id, entrance.name): entrance
        for entrance in Entrance.objects.filter(building_id__in=buildings, valid__upper_inf=True)
    }
    wanted = {(row.building_id, row.entrance) for row in rows if row.entrance}
    _make(
        entrances,
        {key: Entrance(building_id=key[0], name=key[1], valid=since(moment)) for key in wanted},
    )
    units = {
        (unit.building_id, unit.entrance_id, unit.number): unit
        for unit in Unit.objects.filter(building_id__in=buildings, valid__upper_inf=True)
    }
    keys = []
    missing: dict[tuple[int, int | None, str], Unit] = {}
    for row in rows:
        entrance = entrances[row.building_id, row.entrance].pk if row.entrance else None
        key = (row.building_id, entrance, row.unit)
        keys.append(key)
        missing[key] = Unit(
            building_id=row.building_id,
            entrance_id=entrance,
            number=row.unit,
            floor=row.floor,
            valid=since(moment),
        )
    _make(units, missing)
    return [units[key].pk for key in keys]


def _make(stored: dict[K, M], wanted: Mapping[K, M]) -> None:
    """Create those of ``wanted`` whose key is not stored yet, and add them."""
    new = {key: row for key, row in wanted.items() if key not in stored}
    if new:
        manager = type(next(iter(new.values())))._default_manager
        created = manager.bulk_create(list(new.values()), batch_size=_BATCH)
        stored.update(zip(new, created, strict=True))


def _write(rows: Sequence[tuple[_Row, int]], moment: datetime) -> tuple[int, int]:
    """Begin the households that are new or changed, ending their former rows; return how many began and ended."""
    stored = Household.objects.at(moment).filter(unit_id__in={unit for _, unit in rows})
    current = {_key(household, household.unit_id): household for household in stored}
    new: dict[tuple[int, str, str, str], Household] = {}
    ending = []
    for row, unit in rows:
        household = Household(
            unit_id=unit,
            head_name=row.head_name,
            phone=row.phone,
            residents=row.residents,
            registered=row.registered,
            source_ref=row.source_ref,
            valid=since(moment),
        )
        key = _key(household, unit)
        former = current.get(key)
        if former is not None and _words(former) == row.words():
            continue
        if former is not None:
            ending.append(former.pk)
        new[key] = household
    Household.objects.filter(pk__in=ending).end(moment)
    Household.objects.bulk_create(list(new.values()), batch_size=_BATCH)
    return len(new), len(set(ending))


def _key(household: Household, unit: int) -> tuple[int, str, str, str]:
    if household.source_ref:
        return unit, household.source_ref, "", ""
    return unit, "", household.head_name, household.phone


def _words(household: Household) -> tuple[str, str, int, bool]:
    return household.head_name, household.phone, household.residents, household.registered
