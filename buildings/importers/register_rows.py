"""The rows of a household register: which home each names, by code or in words, and what it says of the household."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from buildings.importers.homes import EndedHome, HomeRow
from buildings.importers.register_words import MAX_NUMBER, Residence, cleaned, is_registered, residence, whole
from buildings.masking import quotable
from buildings.models import Building, BuildingCode
from gisserver.common.codes import CodeKind
from gisserver.common.db import sql
from gisserver.common.imports.command import Rejects
from gisserver.common.reading import Field, Table
from gisserver.common.sentences import Sentence

SQL = Path(__file__).parent / "sql"
FIELDS = (
    Field("building", ("building_code", "楼栋编码", "building_ref", "楼栋"), code=CodeKind.REFERENCE),
    Field("unit_code", ("house_code", "房屋编码", "房屋代码", "25位编码", "房编码"), code=CodeKind.REFERENCE),
    Field("address", ("addr", "地址", "住址", "详细地址", "居住地址")),
    Field("entrance", ("stair", "单元", "单元号")),
    Field("unit", ("unit_number", "room", "flat", "door", "房号", "房屋编号", "室", "室号", "房间号")),
    Field("floor", ("storey", "楼层")),
    Field("source_ref", ("household_id", "id", "户号", "户编号"), code=CodeKind.REFERENCE),
    Field("head_name", ("name", "head", "户主", "户主姓名", "姓名")),
    Field("phone", ("tel", "mobile", "电话", "联系电话", "手机", "手机号")),
    Field("residents", ("persons", "members", "人口", "人数", "居住人数", "家庭人数")),
    Field("registered", ("hukou", "户籍", "是否户籍", "人口类型", "户籍类型", "居住类型")),
    Field("children", ("minors", "儿童", "儿童数", "未成年人数")),
    Field("elderly", ("seniors", "老人", "老人数", "老年人数", "60岁以上")),
    Field("floating", ("流动人口数", "流动人数", "暂住人数")),
    Field("status", ("state", "状态", "居住状态", "房屋状态", "变动情况", "备注状态")),
)
_NUMBERS = ("residents", "children", "elderly", "floating")


@dataclass(frozen=True, slots=True)
class Places:
    """What the codes and references of a file mean: standing buildings and units, and those that have ended."""

    buildings: Mapping[str, int]
    units: Mapping[str, tuple[int, int]]
    ended_buildings: Mapping[str, int] = field(default_factory=dict)
    ended_units: Mapping[str, int] = field(default_factory=dict)


def read_rows(
    table: Table, columns: Mapping[str, str], rejects: Rejects
) -> tuple[dict[int, HomeRow], dict[int, EndedHome]]:
    """Return the rows by index, those of homes that have ended apart; what is no row of a register is rejected."""
    said = {name: table.text(column) for name, column in columns.items()}
    places = _places(said.get("building", ()), said.get("unit_code", ()))
    rows: dict[int, HomeRow] = {}
    ended: dict[int, EndedHome] = {}
    names = list(said)
    for index, cells in enumerate(zip(*said.values(), strict=True)):
        words = dict(zip(names, cells, strict=True))
        reason = _why_not(words, places)
        if reason is not None:
            rejects.add(index, *reason)
            continue
        row = _row(words, places)
        gone = None if row.building_id or row.unit_id else _ended(row, words, places)
        if gone is None:
            rows[index] = row
        else:
            ended[index] = gone
    return rows, ended


def _row(words: Mapping[str, str], places: Places) -> HomeRow:
    unit, building = places.units.get(words.get("unit_code", ""), (0, 0))
    numbers = {name: whole(words[name]) if words.get(name) else None for name in _NUMBERS}
    head, phone = cleaned(words.get("head_name", "")), cleaned(words.get("phone", ""))
    status = _residence(words) or Residence.LIVES
    named = head if residence("", words.get("head_name", "")) is Residence.LIVES else ""
    if numbers["residents"] == 0 and status is Residence.LIVES:
        status = Residence.LEFT if words.get("source_ref") or named else Residence.VACANT
    return HomeRow(
        building_id=building or places.buildings.get(words.get("building", ""), 0),
        unit_id=unit,
        address=words.get("address", "")[:300],
        entrance=words.get("entrance", "")[:50],
        unit=words.get("unit", "")[:50],
        floor=_floor(words.get("floor", "")),
        source_ref=words.get("source_ref", "")[:100],
        head_name=named[:100],
        phone=phone[:40],
        residents=numbers["residents"] or None,
        registered=is_registered(words.get("registered", "")),
        children=numbers["children"],
        elderly=numbers["elderly"],
        floating=numbers["floating"],
        residence=status.value,
    )


def _residence(words: Mapping[str, str]) -> Residence | None:
    return residence(words.get("status", ""), words.get("registered", ""), words.get("head_name", ""))


def _ended(row: HomeRow, words: Mapping[str, str], places: Places) -> EndedHome | None:
    unit = places.ended_units.get(words.get("unit_code", ""))
    if unit is not None:
        return EndedHome(row, "unit", unit)
    building = places.ended_buildings.get(words.get("building", ""))
    return None if building is None else EndedHome(row, "building", building)


def _why_not(words: Mapping[str, str], places: Places) -> tuple[str, str] | None:
    return _why_no_home(words, places) or _why_no_words(words)


def _why_no_home(words: Mapping[str, str], places: Places) -> tuple[str, str] | None:
    code, building = words.get("unit_code", ""), words.get("building", "")
    if code in places.units or code in places.ended_units or words.get("address"):
        return None
    if building in places.buildings or building in places.ended_buildings:
        return None if words.get("unit") else ("no_unit", Sentence("The row names no unit."))
    if code and not building:
        return "unknown_code", Sentence("No unit has, or ever had, the code {code!r}.", code=quotable(code))
    sentence = Sentence("No one building has the code or reference {code!r}.", code=quotable(building))
    return "unknown_building", sentence


def _why_no_words(words: Mapping[str, str]) -> tuple[str, str] | None:
    for name in _NUMBERS:
        if words.get(name) and whole(words[name]) is None:
            text = quotable(words[name])
            sentence = Sentence("Not a number of people up to {most}: {text!r}.", most=MAX_NUMBER, text=text)
            return "bad_number", sentence
    if _residence(words) is None:
        sentence = Sentence("No word for living there, vacancy or leaving: {text!r}.", text=quotable(words["status"]))
        return "bad_status", sentence
    try:
        is_registered(words.get("registered", ""))
    except ValueError:
        return "bad_yes_or_no", Sentence("Not a yes or no: {text!r}.", text=quotable(words["registered"]))
    numbers = {name: whole(words.get(name, "")) or 0 for name in _NUMBERS}
    if words.get("residents") and numbers["residents"] < max(
        numbers["children"] + numbers["elderly"], numbers["floating"]
    ):
        sentence = Sentence(
            "Children, elderly and floating are of the {residents} residents.", residents=numbers["residents"]
        )
        return "more_than_residents", sentence
    return None


def _floor(text: str) -> int | None:
    try:
        value = int(text[:9])
    except ValueError:
        return None
    return value if -100 < value < 1000 else None


def _places(buildings: Iterable[str], units: Iterable[str]) -> Places:
    """Return what the words mean: a building by any code it had, else by the only one of a reference; units by code."""
    wanted = set(buildings) - {""}
    by_ref: dict[str, set[int]] = {}
    for ref, pk in Building.objects.filter(source_ref__in=wanted, valid__upper_inf=True).values_list(
        "source_ref", "id"
    ):
        by_ref.setdefault(ref, set()).add(pk)
    standing = {ref: next(iter(ids)) for ref, ids in by_ref.items() if len(ids) == 1}
    coded = BuildingCode.objects.filter(code__in=wanted).order_by("valid")
    standing |= dict(coded.filter(building__valid__upper_inf=True).values_list("code", "building_id"))
    ended = dict(coded.filter(building__valid__upper_inf=False).values_list("code", "building_id"))
    refs = Building.objects.filter(source_ref__in=wanted - set(standing) - set(by_ref), valid__upper_inf=False)
    ended |= dict(refs.values_list("source_ref", "id"))
    held = sql.tuples(SQL / "coded_units.sql", codes=list(set(units) - {""}))
    return Places(
        standing,
        {code: (unit, house) for code, unit, house, stands in held if stands},
        {code: pk for code, pk in ended.items() if code not in standing},
        {code: unit for code, unit, _, stands in held if not stands},
    )
