"""``outStatistics`` and ``returnDistinctValues``: the statistics of `layers.ogc.statistics` in Esri's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import DataError, InternalError, ProgrammingError

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.esri.fields import described, object_id, plain
from layers.esri.query import EsriQuery, known_field, listed
from layers.fields import Field, FieldType
from layers.ogc.statistics.having import ALL
from layers.ogc.statistics.statement import Asked, answered
from layers.ogc.statistics.terms import STATISTICS, Term
from layers.registry import Collection

MAX_STATISTICS = 20
_FUNCTIONS = {"sum": "sum", "min": "min", "max": "max", "avg": "avg", "stddev": "stddev", "var": "stddev"}
_NUMERIC = frozenset({"sum", "avg", "stddev", "var"})


@dataclass(frozen=True, slots=True)
class _Statistic:
    """One of ``outStatistics``: its name in the answer, and the term that computes it."""

    name: str
    kind: str
    term: Term

    def value(self, found: Any) -> Any:
        """Return what is answered of the term's value: a variance is the square of a deviation."""
        return found * found if self.kind == "var" and found is not None else plain(found)


def statistics(collection: Collection, user: Any, query: EsriQuery, given: Mapping[str, str]) -> bytes:
    """Return the answer with a feature for each group. Raises Invalid."""
    names = listed(given.get("groupByFieldsForStatistics") or "")
    groups = [known_field(collection, name, "groupByFieldsForStatistics") for name in names]
    wanted = _statistics(collection, given["outStatistics"])
    columns = [field.name for field in groups] + [each.name for each in wanted]
    order = _order(columns, given.get("orderByFields") or "")
    found = _answered(collection, user, query, groups, [each.term for each in wanted], order)
    rows = [
        [
            *map(plain, row[: len(groups)]),
            *(each.value(value) for each, value in zip(wanted, row[len(groups) :], strict=True)),
        ]
        for row in found
    ]
    fields = described(collection, tuple(groups)) + [_numbered(each.name) for each in wanted]
    return _document(columns, fields, rows, query)


def distinct(collection: Collection, user: Any, query: EsriQuery) -> bytes:
    """Return each combination of the values of the fields shown once. Raises Invalid."""
    fields = list(query.items.presentation.fields or collection.fields)
    columns = [field.name for field in fields]
    order = tuple((columns.index(key.field.name), key.descending) for key in query.sort if key.field in fields)
    found = _answered(collection, user, query, fields, [], order)
    return _document(
        columns, described(collection, tuple(fields)), [[plain(each) for each in row] for row in found], query
    )


def _answered(
    collection: Collection,
    user: Any,
    query: EsriQuery,
    groups: Sequence[Field],
    terms: Sequence[Term],
    order: tuple[tuple[int, bool], ...],
) -> list[tuple[Any, ...]]:
    json = next((field for field in groups if field.type is FieldType.JSON), None)
    if json is not None:
        raise Invalid("bad_value", Sentence("{name} is of a type that cannot be grouped.", name=json.name))
    asked = Asked(
        groups=tuple(Term(field.name, "property", field) for field in groups),
        statistics=tuple(terms),
        having=ALL,
        order=order,
        limit=query.limit,
        is_of_now=query.items.presentation.at is None,
    )
    try:
        return answered(collection, query.rows(collection, user).order_by(), asked, query.items.presentation.crs)
    except (DataError, InternalError, ProgrammingError) as error:
        raise Invalid("cannot_compute", "This cannot be computed for these rows.") from error


def _statistics(collection: Collection, text: str) -> list[_Statistic]:
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid("bad_value", Sentence("{name} is no JSON.", name="outStatistics")) from None
    if (
        not isinstance(said, list)
        or not 0 < len(said) <= MAX_STATISTICS
        or not all(isinstance(each, dict) for each in said)
    ):
        raise Invalid("bad_value", Sentence("outStatistics is a list of at most {most}.", most=MAX_STATISTICS))
    found = [_statistic(collection, each) for each in said]
    if len({each.name for each in found}) < len(found):
        raise Invalid("bad_value", "Each statistic has a name of its own.")
    return found


def _statistic(collection: Collection, said: dict[str, Any]) -> _Statistic:
    kind, on = str(said.get("statisticType")).lower(), str(said.get("onStatisticField"))
    field = known_field(collection, on, "outStatistics")
    name = str(said.get("outStatisticFieldName") or f"{kind}_{field.name}")[:100]
    if kind == "count":
        of_all = field == object_id(collection)
        return _Statistic(name, kind, Term(name, "count") if of_all else Term(name, "values", field))
    if kind not in _FUNCTIONS:
        known = ", ".join(["count", *_FUNCTIONS])
        raise Invalid("bad_value", Sentence("{name} must be one of: {choices}.", name="statisticType", choices=known))
    if field.type not in STATISTICS[_FUNCTIONS[kind]]:
        told = Sentence("{name} is of type {type}; this takes: {types}.", name=field.name, type=field.type,
                        types=", ".join(sorted(STATISTICS[_FUNCTIONS[kind]])))  # fmt: skip
        raise Invalid("bad_value", told, parameter="outStatistics")
    return _Statistic(name, kind, Term(name, _FUNCTIONS[kind], field))


def _order(columns: Sequence[str], text: str) -> tuple[tuple[int, bool], ...]:
    order = []
    for part in listed(text):
        name = part.rpartition(" ")[0].strip() if part.upper().endswith((" ASC", " DESC")) else part
        if name not in columns:
            told = Sentence(
                "{label!r} is no column of the answer: {known}.", label=name[:100], known=", ".join(columns)
            )
            raise Invalid("bad_value", told, parameter="orderByFields")
        order.append((columns.index(name), part.upper().endswith(" DESC")))
    return tuple(order)


def _numbered(name: str) -> dict[str, Any]:
    return {"name": name, "type": "esriFieldTypeDouble", "alias": name, "sqlType": "sqlTypeOther"}


def _document(columns: Sequence[str], fields: Any, rows: Sequence[Sequence[Any]], query: EsriQuery) -> bytes:
    more = {"exceededTransferLimit": True} if len(rows) > query.limit else {}
    made = [{"attributes": dict(zip(columns, row, strict=True))} for row in rows[: query.limit]]
    return orjson.dumps({"displayFieldName": "", "fields": fields, "features": made} | more, default=float)
