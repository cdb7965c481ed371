"""Legal persons from a file: each known by its code, and found by code, coordinates or address."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from buildings.importers.legal_places import LegalPlaces
from buildings.importers.legal_writing import REGISTER, LegalRegister, Told
from buildings.legal_persons.credit_code import cleaned, is_credit_code
from buildings.legal_persons.words import Condition, condition_of, kind_of, says_the_same
from buildings.masking import quotable, without_contacts
from buildings.review.queue import Waiting, enqueue
from gisserver.common.codes import CodeKind
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.errors import Refused
from gisserver.common.imports.command import Outcome, Rejects
from gisserver.common.reading import Field, Table
from gisserver.common.sentences import Sentence

FIELDS = (
    Field(
        "credit_code",
        ("uscc", "统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码"),
        required=True,
        code=CodeKind.REFERENCE,
    ),
    Field("name", ("company", "企业名称", "单位名称", "机构名称", "法人名称", "主体名称", "名称", "字号名称")),
    Field("kind", ("type", "企业类型", "主体类型", "单位类型", "机构类型", "法人类型", "类型")),
    Field("status", ("state", "登记状态", "经营状态", "企业状态", "存续状态", "状态")),
    Field("registered_address", ("注册地址", "登记地址", "住所", "注册住所")),
    Field(
        "actual_address",
        ("address", "business_address", "经营地址", "实际地址", "实际经营地址", "经营场所", "办公地址", "地址"),
    ),
    Field("building", ("building_code", "楼栋编码", "楼栋"), code=CodeKind.REFERENCE),
    Field("unit_code", ("house_code", "房屋编码", "房屋代码", "房编码"), code=CodeKind.REFERENCE),
    Field("unit", ("room", "door", "房号", "室号", "房间号", "门牌房号")),
)
TEXT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalRow:
    """What a row says of its legal person; '' is not said."""

    credit_code: str
    name: str
    kind: str
    status: str
    registered_address: str
    actual_address: str

    @property
    def words(self) -> dict[str, str]:
        """What the row says, as fields of a legal person."""
        return words_of(asdict(self))


@transaction.atomic
def import_legal_persons(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str = "",
    effective_at: datetime | None = None,
    partial: bool = False,
) -> Outcome:
    """Bring the legal persons of a file in, as one event that can be taken back; the same file again changes nothing.

    Each is known by its credit code. It is found in the unit or building whose code the row has, at its coordinates, or
    where its address says; a row whose address is in doubt waits in the review queue. An empty cell says nothing. One
    that is struck off or has moved away ends. Imports take turns. Raises Refused or RowsRejected.
    """
    source = source[:100]
    now = take_turn(REGISTER, "")
    if effective_at is not None and effective_at > now:
        raise Refused("effective_in_future", "An event cannot take effect in the future.")
    rejects = Rejects(table)
    said = {name: table.text(column) for name, column in columns.items()}
    rows, gone, repeated = _rows(said, rejects)
    codes = {row.credit_code for row in rows.values()} | set(gone.values())
    register = LegalRegister(codes, source, effective_at or now)
    _refuse_nameless(rows, register, rejects)
    places = LegalPlaces(table, said, {i: row for i, row in rows.items() if i not in rejects}, register.held, rejects)
    register.lock(places.buildings)
    told = _told(rows, places, rejects)
    register.refuse(told, gone, rejects)
    rejects.repeat(repeated)
    rejected = rejects.finish(partial=partial)
    waiting = [_waiting(i, rows[i], places) for i in places.doubts if i not in rejects]
    counts = register.write({i: one for i, one in told.items() if i not in rejects}, _left(gone, rejects))
    new = enqueue(waiting, register=REGISTER, run=f"{source} {register.moment:%Y-%m-%dT%H:%M:%S}", source=source)
    doubted = sum(first in places.doubts and first not in rejects for first in repeated.values())
    counts["unchanged"] += sum(first not in rejects for first in repeated.values()) - doubted
    notes = _notes(table, columns, waiting, new, places)
    outcome = Outcome(read=len(table), rejected=rejected, in_doubt=len(waiting) + doubted, notes=notes, **counts)
    register.record(outcome.counts())
    return outcome


def words_of(row: Mapping[str, str]) -> dict[str, str]:
    """Return what a row says of its legal person, as fields of it; '' is not said."""
    return {name: value for name, value in row.items() if value and name != "credit_code"}


def _rows(said: Mapping[str, Any], rejects: Rejects) -> tuple[dict[int, LegalRow], dict[int, str], dict[int, int]]:
    """Return the rows by index, the codes of those whose legal person is gone, and which only repeat which before."""
    rows: dict[int, LegalRow] = {}
    gone: dict[int, str] = {}
    first: dict[str, tuple[int, LegalRow, Condition]] = {}
    repeated: dict[int, int] = {}
    for index, cells in enumerate(zip(*said.values(), strict=True)):
        words = dict(zip(said, cells, strict=True))
        code = cleaned(words["credit_code"])
        if index in rejects:
            continue
        reason = _why_not(words, code)
        if reason is not None:
            rejects.add(index, *reason)
            continue
        row, condition = _row(words, code), condition_of(words.get("status", "")) or Condition.OPERATING
        number, *same = first.setdefault(code, (index, row, condition))
        if number != index and same == [row, condition]:
            repeated[index] = number
        elif number != index:
            sentence = Sentence("Row {number} says something else of the same legal person.", number=number + 1)
            rejects.add(index, "named_twice", str(sentence))
        elif condition is Condition.GONE:
            gone[index] = code
        else:
            rows[index] = row
    return rows, gone, repeated


def _why_not(words: Mapping[str, str], code: str) -> tuple[str, str] | None:
    if not is_credit_code(code):
        sentence = Sentence(
            "{code!r} is no unified social credit code: its check character tells.", code=quotable(code)
        )
        return "bad_credit_code", str(sentence)
    if kind_of(words.get("kind", ""), code) is None:
        return "bad_kind", str(Sentence("No word for a kind of legal person: {text!r}.", text=quotable(words["kind"])))
    if condition_of(words.get("status", "")) is None:
        text = quotable(words["status"])
        return "bad_status", str(Sentence("No word for a legal person's condition: {text!r}.", text=text))
    return None


def _row(words: Mapping[str, str], code: str) -> LegalRow:
    registered = _address(words.get("registered_address", ""))
    actual = _address(words.get("actual_address", ""))
    return LegalRow(
        credit_code=code,
        name=words.get("name", "").strip()[:200],
        kind=str(kind_of(words["kind"], code) or "") if words.get("kind") else "",
        status=str(condition_of(words["status"]) or "") if words.get("status") else "",
        registered_address=registered,
        actual_address=registered if says_the_same(actual) else actual,
    )


def _address(text: str) -> str:
    """Return an address without what names people: everybody reads it."""
    return "" if text == "-" else without_contacts(text)[:TEXT]


def _refuse_nameless(rows: Mapping[int, LegalRow], register: LegalRegister, rejects: Rejects) -> None:
    """Reject rows without a name of legal persons that nobody knew."""
    for index, row in rows.items():
        if not row.name and row.credit_code not in register.held:
            rejects.add(index, "no_name", "The row has no name, and nobody knew this legal person.")


def _told(rows: Mapping[int, LegalRow], places: LegalPlaces, rejects: Rejects) -> dict[int, Told]:
    told: dict[int, Told] = {}
    for index, row in rows.items():
        if index in rejects or index in places.doubts:
            continue
        told[index] = Told(row.credit_code, {**row.words, **places.fields(index)})
    return told


def _left(gone: Mapping[int, str], rejects: Rejects) -> list[str]:
    return [code for index, code in gone.items() if index not in rejects]


def _waiting(index: int, row: LegalRow, places: LegalPlaces) -> Waiting:
    text, doubt = places.address(index), places.doubts[index]
    return Waiting(number=index + 1, text=text, row=asdict(row), doubt=doubt, source_ref=row.credit_code)


def _notes(
    table: Table, columns: Mapping[str, str], waiting: Collection[Waiting], new: int, places: LegalPlaces
) -> list[str]:
    unused = [name for name in table.fields if name not in columns.values()]
    shown = ", ".join(unused[:20]) + (", …" if len(unused) > 20 else "")
    notes = [f"not read: {shown} (--map FIELD=COLUMN says what a column means)"] if unused else []
    if waiting:
        notes.append(f"{len(waiting)} rows are in doubt ({new} new): decide them at /api/reviews/")
    if places.without_room:
        notes.append(
            f"{places.without_room} rows name a room that their building does not have: they are in the building"
        )
    return notes
