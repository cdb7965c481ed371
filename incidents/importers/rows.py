"""What the rows of a file say of incidents: when, what, in which state, and by which id they are known again."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import shapely

from gisserver.common.codes import CodeKind
from gisserver.common.errors import Invalid
from gisserver.common.imports.command import Rejects
from gisserver.common.reading import Field, Table
from gisserver.common.reading.times import Moments
from gisserver.common.sentences import Sentence
from incidents.importers.types import MAX_CODE, NamedType
from incidents.importers.vocabulary import CommunityNames, StatusNames

FIELDS = (
    Field(
        "external_id",
        ("servicerequestid", "service_request_id", "rec_id", "case_id", "request_id", "事件编号"),
        code=CodeKind.REFERENCE,
    ),
    Field("occurred_at", ("adddate", "create_time", "requested_datetime", "reported_at", "发生时间"), required=True),
    Field("received_at", ("received_datetime", "受理时间")),
    Field("type", ("servicecode", "service_code", "sub_type_id", "事件类型代码"), code=CodeKind.REFERENCE),
    Field("type_name", ("servicecodedescription", "service_name", "sub_type_name", "事件小类", "事件类型")),
    Field("main_type", ("main_type_id", "事件大类代码"), code=CodeKind.REFERENCE),
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
_MAX_ID = 100
_MAX_ACCURACY_M = 1e7
_Values = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """How the values of a file are to be read; ``status`` and ``type_code`` hold for rows that have none."""

    moments: Moments
    statuses: StatusNames
    status: str = "new"
    type_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a row gives of its incident; ``values`` are its texts by field."""

    occurred_at: datetime
    received_at: datetime
    external_id: str
    type: NamedType
    values: _Values
    status: str
    community_id: int | None
    accuracy_m: float | None


def incident_rows(
    table: Table, columns: Mapping[str, str], rejects: Rejects, *, meaning: Meaning, moment: datetime
) -> dict[int, Row]:
    """Return what each row says, by index; rows that say too little, or something unreadable, are rejected.

    ``moment`` is now: nothing has occurred or been received later.
    """
    texts = {name: [_cell(text) for text in table.text(column)] for name, column in columns.items()}
    communities = CommunityNames(moment)
    keys = list(_keys(table, texts.get("external_id") or [""] * len(table)))
    seen: set[str] = set()
    rows: dict[int, Row] = {}
    for index, key in enumerate(keys):
        values = {name: column[index] for name, column in texts.items()}
        try:
            row = _read(values, key, communities, meaning)
            _refuse_future(row, moment)
            if key in seen:
                raise Invalid("duplicate_external_id", Sentence("{key} stands in an earlier row.", key=key[:60]))
        except Invalid as reason:
            rejects.add(index, reason.code, reason.detail)
            continue
        seen.add(key)
        rows[index] = row
    return rows


def _keys(table: Table, ids: Sequence[str]) -> Iterator[str]:
    """Yield what recognises each row: its own id, else all that it says, equal rows numbered within the file."""
    times: Counter[str] = Counter()
    for index, own in enumerate(ids):
        if own:
            yield own
            continue
        key = f"row:{_digest(table, index)}"
        times[key] += 1
        yield key if times[key] == 1 else f"{key}#{times[key]}"


def _digest(table: Table, index: int) -> str:
    values = "\x1f".join(f"{name}={value}" for name, value in table.original(index).items())
    shape = "" if table.geometry is None else shapely.to_wkt(table.geometry[index])
    return hashlib.sha256(f"{values}\x1f{shape}".encode()).hexdigest()[:32]


def _read(values: _Values, key: str, communities: CommunityNames, meaning: Meaning) -> Row:
    """Return what a row says; raises Invalid for what it does not say or can't mean."""
    if len(key) > _MAX_ID:
        raise Invalid(
            "external_id_too_long",
            Sentence(
                "An id has at most {max_id} characters, not {count}: {key!r}….",
                max_id=_MAX_ID,
                count=len(key),
                key=key[:40],
            ),
        )
    occurred = meaning.moments.read(values["occurred_at"])
    received = values.get("received_at", "")
    return Row(
        occurred_at=occurred,
        received_at=meaning.moments.read(received) if received else occurred,
        external_id=key,
        type=_type(values, meaning.type_code),
        values=values,
        status=meaning.statuses.of(values["status"]) if values.get("status") else meaning.status,
        community_id=_community(values.get("community", ""), communities),
        accuracy_m=_metres(values.get("accuracy_m", "")),
    )


def _refuse_future(row: Row, moment: datetime) -> None:
    for name, value in (("occurred_at", row.occurred_at), ("received_at", row.received_at)):
        if value > moment + _AHEAD:
            raise Invalid(
                "time_in_future", Sentence("{name}: {value} has not been yet.", name=name, value=value.isoformat())
            )


def _type(values: _Values, otherwise: str) -> NamedType:
    name = values.get("type_name", "")
    code = values.get("type") or _short(name) or otherwise
    if not code:
        raise Invalid("no_type", "The row names no type; --type CODE holds for such rows.")
    main_name = values.get("main_type_name", "")
    main_code = values.get("main_type") or _short(main_name)
    # A type that is its own main type would be above itself.
    if main_code == code:
        main_code = f"{main_code}/" if values.get("type") else ""
    if max(len(code), len(main_code)) > MAX_CODE:
        raise Invalid(
            "type_too_long",
            Sentence(
                "The code of a type has at most {max_code} characters: {code!r}.", max_code=MAX_CODE, code=code[:70]
            ),
        )
    return NamedType(code, name[:200], main_code, main_name[:200])


def _short(name: str) -> str:
    """Return a name that has to serve as a code, too: long ones end in a digest, so that no two become one."""
    if len(name) < MAX_CODE:
        return name
    return f"{name[: MAX_CODE - 10]}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _community(name: str, communities: CommunityNames) -> int | None:
    if not name:
        return None
    found = communities.of(name)
    if found is None:
        raise Invalid("unknown_community", Sentence("No one community is called {name!r}.", name=name[:40]))
    return found


def _metres(text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text.lower().removesuffix("m").strip()[:20])
    except ValueError:
        value = -1.0
    if not 0 <= value < _MAX_ACCURACY_M:
        raise Invalid("bad_accuracy", Sentence("Not an accuracy in metres: {text!r}.", text=text[:20]))
    return value


def _cell(text: str) -> str:
    return "" if text.lower() in _NOTHING else text
