"""Households from a file: each in a unit of a building that is known, by code or by address."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction

from buildings.importers.dating import Begin, TooLate
from buildings.importers.homes import HomeRow, homes_made, place_homes
from buildings.importers.residence import Residents, write
from buildings.models import Building, BuildingCode, Doubt, Household
from buildings.review.queue import Waiting, enqueue
from gisserver.common.codes import CodeKind
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.errors import Invalid
from gisserver.common.imports.command import Outcome, Rejects
from gisserver.common.reading import Field, Table

REGISTER = "households"
FIELDS = (
    Field("building", ("building_code", "楼栋编码", "building_ref", "楼栋"), code=CodeKind.REFERENCE),
    Field("address", ("addr", "地址", "住址", "详细地址", "居住地址")),
    Field("entrance", ("stair", "单元")),
    Field("unit", ("unit_number", "room", "flat", "door", "房号", "房屋编号", "室")),
    Field("floor", ("storey", "楼层")),
    Field("source_ref", ("household_id", "id", "户号", "户编号"), code=CodeKind.REFERENCE),
    Field("head_name", ("name", "head", "户主", "户主姓名")),
    Field("phone", ("tel", "mobile", "电话", "联系电话")),
    Field("residents", ("persons", "members", "人口", "人数")),
    Field("registered", ("hukou", "户籍", "是否户籍")),
)
_YES = {"1", "true", "yes", "y", "t", "是", "户籍"}
_NO = {"0", "false", "no", "n", "f", "否", "非户籍", ""}


@transaction.atomic
def import_households(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str = "",
    effective_at: datetime | None = None,
    partial: bool = False,
    make_units: bool = False,
) -> Outcome:
    """Bring the households of a file in; one that says something new ends and begins again, the same changes nothing.

    A building is told by its code (any it has ever had), by its source reference, or by the address, which may
    tell the unit as well. Rows whose address is in doubt wait in the review queue, and so does one of a unit that its
    building does not have, unless ``make_units``. A household is recognised by its source's reference, else in its unit
    by name and phone. One import of a source waits for another, then for who changes these buildings. Raises Invalid
    or RowsRejected.
    """
    source = source[:100]
    now = take_turn(REGISTER, source)
    moment = effective_at or now
    rejects = Rejects(table)
    if not {"building", "address"} & set(columns):
        raise Invalid("missing_column", "No column for the building: name it with --map building=… or --map address=…")
    homes, waiting = place_homes(_rows(table, columns, rejects), make_units=make_units)
    known = Residents([home.said for home in homes.values()], source)
    begun: dict[int, tuple[Household, Begin]] = {}
    for index, home in homes.items():
        try:
            said = known.begin(home.said, moment=moment, now=now)
        except TooLate as error:
            rejects.add(index, error.code, str(error))
        else:
            begun |= {} if said is None else {index: said}
    rejected = rejects.settle(partial=partial)
    lacking = {index: homes[index] for index in begun if homes[index].unit is None}
    made = homes_made(lacking, begun, source=source, moment=moment)
    ended = write(begun, moment)
    new = enqueue(list(waiting.values()), register=REGISTER, run=f"{source} {moment:%Y-%m-%dT%H:%M:%S}", source=source)
    return Outcome(
        read=len(table),
        begun=len(begun),
        ended=ended,
        unchanged=len(set(homes) - set(begun) - {problem.number - 1 for problem in rejected}),
        rejected=rejected,
        notes=[*_notes(waiting.values(), new), *made],
    )


def _notes(waiting: Collection[Waiting], new: int) -> list[str]:
    strangers = sum(1 for one in waiting if one.doubt.reason == Doubt.UNKNOWN_UNIT)
    notes = [f"{len(waiting)} rows are in doubt ({new} new): decide them at /api/reviews/"] if waiting else []
    if strangers:
        notes.append(f"{strangers} of them name a unit that its building does not have: --make-units makes such units")
    return notes


def _rows(table: Table, columns: Mapping[str, str], rejects: Rejects) -> dict[int, HomeRow]:
    said = {name: table.text(column) for name, column in columns.items()}
    buildings = _buildings(said.get("building", ()))
    rows = {}
    for index in range(len(table)):
        words = {name: values[index] for name, values in said.items()}
        reason = _why_not(words, buildings)
        if reason is not None:
            rejects.add(index, *reason)
            continue
        rows[index] = HomeRow(
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
