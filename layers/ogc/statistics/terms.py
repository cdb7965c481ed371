"""The words of a request for statistics: ``count``, ``sum(floors)``, ``month(occurred_at)``, ``hexagon(500)``.

The names of statistics are those of Esri's query form where it has them; OGC API has none yet.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.fields import Field, FieldType, GeometryType
from layers.ogc.statistics.having import shown_number
from layers.registry import Collection

MAX_TERMS = 20
SMALLEST_CELL_M, LARGEST_CELL_M = 1.0, 1_000_000.0
_TERM = re.compile(r"(?P<function>[a-z_]+)\((?P<inside>.*)\)|(?P<name>.+)", re.DOTALL)
_PARTS = re.compile(r'(?:[^,()"]|"[^"]*"|\((?:[^()"]|"[^"]*")*\))+')
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
_TIMES = frozenset({FieldType.DATE, FieldType.DATETIME})
_ANY = frozenset(FieldType) - {FieldType.JSON}
_ORDERED = _ANY - {FieldType.BOOLEAN}

# What each function takes: types of a property, if any.
GROUPS: Mapping[str, frozenset[FieldType]] = {
    "property": _ANY,
    **dict.fromkeys(("year", "quarter", "month", "week", "day", "weekday"), _TIMES),
    **dict.fromkeys(("hour", "hour_of_day"), frozenset({FieldType.DATETIME})),
}
CELLS = ("square", "hexagon")
STATISTICS: Mapping[str, frozenset[FieldType]] = {
    **dict.fromkeys(("sum", "avg", "stddev", "median", "percentile"), _NUMBERS),
    **dict.fromkeys(("min", "max"), _ORDERED),
    "distinct": _ANY,
}
SHAPES = ("envelope", "centroid", "hull")


@dataclass(frozen=True, slots=True)
class Term:
    """One column of the answer: its ``label`` as it was asked for, a function, and what that is of.

    ``number`` is the size of a cell in metres, or a percentile's part (0 to 1).
    """

    label: str
    function: str
    field: Field | None = None
    number: float = 0.0

    @property
    def is_cell(self) -> bool:
        """Whether it is a group of what lies in one square or hexagon."""
        return self.function in CELLS

    @property
    def is_shape(self) -> bool:
        """Whether its values are geometries."""
        return self.is_cell or self.function in SHAPES


def parse_groups(collection: Collection, text: str) -> tuple[Term, ...]:
    """Read ``group-by``. Raises Invalid."""
    return _checked([_group(collection, part) for part in split(text, "group-by")], "group-by")


def parse_statistics(collection: Collection, text: str) -> tuple[Term, ...]:
    """Read ``statistics``; ``count`` where nothing is said. Raises Invalid."""
    terms = [_statistic(collection, part) for part in split(text or "count", "statistics")]
    return _checked(terms, "statistics")


def parse_order(text: str, labels: Sequence[str]) -> tuple[tuple[int, bool], ...]:
    """Read ``orderby``: positions among ``labels``, and whether the greatest comes first. Raises Invalid."""
    keys = [(_bare(part.lstrip("+- ")), part.startswith("-")) for part in split(text, "orderby")]
    positions = {_bare(label): position for position, label in enumerate(labels)}
    strange = next((label for label, _ in keys if label not in positions), None)
    if strange is not None:
        told = Sentence("{label!r} is no column of the answer: {known}.", label=strange[:100], known=", ".join(labels))
        raise Invalid("bad_value", told, parameter="orderby")
    return tuple((positions[label], descends) for label, descends in keys)


def _bare(label: str) -> str:
    """Return a label without the quotation marks that a name in it may need where it is asked for."""
    return label.replace('"', "")


def split(text: str, parameter: str) -> list[str]:
    """Return the parts of a list, each with its brackets. Raises Invalid."""
    parts = [part.strip() for part in _PARTS.findall(text)]
    if ",".join(parts).replace(" ", "") != text.replace(" ", ""):
        raise _bad(parameter, text)
    return parts


def _group(collection: Collection, text: str) -> Term:
    function, inside = _taken_apart(text, "group-by")
    if function in CELLS:
        size = _number(inside, "group-by", SMALLEST_CELL_M, LARGEST_CELL_M)
        return Term(f"{function}({inside})", _on_the_map(collection, function, "group-by"), number=size)
    if function not in GROUPS:
        raise _bad("group-by", text)
    field = _field(collection, inside, GROUPS[function], "group-by")
    return Term(field.name if function == "property" else f"{function}({field.name})", function, field)


def _statistic(collection: Collection, text: str) -> Term:
    if text == "count":
        return Term("count", "count")
    if text in SHAPES:
        return Term(text, _on_the_map(collection, text, "statistics"))
    function, inside = _taken_apart(text, "statistics")
    if function not in STATISTICS:
        raise _bad("statistics", text)
    name, _, part = inside.rpartition(",") if function == "percentile" else (inside, "", "0")
    field = _field(collection, name, STATISTICS[function], "statistics")
    number = _number(part.strip(), "statistics", 0.0, 1.0)
    inside = f"{field.name},{shown_number(number)}" if function == "percentile" else field.name
    return Term(f"{function}({inside})", function, field, number)


def _taken_apart(text: str, parameter: str) -> tuple[str, str]:
    match = _TERM.fullmatch(text)
    if match is None:
        raise _bad(parameter, text)
    return (match["function"], match["inside"].strip()) if match["function"] else ("property", match["name"])


def _field(collection: Collection, name: str, types: frozenset[FieldType], parameter: str) -> Field:
    name = _unquoted(name.strip())
    groupings = collection.groupings if parameter == "group-by" else ()
    field = next((each for each in groupings if each.name == name), collection.field(name))
    if field is None or not field.queryable:
        told = Sentence("{id} has no property {name!r}.", id=collection.id, name=name[:100])
        raise Invalid("unknown_property", told, parameter=parameter)
    if field.type not in types:
        told = Sentence("{name} is of type {type}; this takes: {types}.", name=name, type=field.type,
                        types=", ".join(sorted(types)))  # fmt: skip
        raise Invalid("bad_value", told, parameter=parameter)
    return field


def _unquoted(name: str) -> str:
    """Return a name as CQL2 text has it: in quotation marks where it holds other signs, its own ones doubled."""
    is_quoted = len(name) > 1 and name[0] == name[-1] == '"'
    return name[1:-1].replace('""', '"') if is_quoted else name


def _number(text: str, parameter: str, least: float, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        raise _bad(parameter, text) from None
    if not least <= number <= most:
        told = Sentence("{text} is not between {least:g} and {most:g}.", text=text[:40], least=least, most=most)
        raise Invalid("bad_value", told, parameter=parameter)
    return number


def _on_the_map(collection: Collection, function: str, parameter: str) -> str:
    if collection.geometry_type is GeometryType.NONE:
        told = Sentence("{id} has no geometry for {function}.", id=collection.id, function=function)
        raise Invalid("bad_value", told, parameter=parameter)
    return function


def _checked(terms: Sequence[Term], parameter: str) -> tuple[Term, ...]:
    labels = [term.label for term in terms]
    if len(set(labels)) < len(labels) or len(terms) > MAX_TERMS or sum(term.is_cell for term in terms) > 1:
        told = Sentence("Each once, at most {most}, and one kind of cell.", most=MAX_TERMS)
        raise Invalid("bad_value", told, parameter=parameter)
    return tuple(terms)


def _bad(parameter: str, text: str) -> Invalid:
    groups, statistics = [*GROUPS, *CELLS], ["count", *STATISTICS, *SHAPES]
    known = ", ".join(groups if parameter == "group-by" else statistics)
    told = Sentence("{text!r} is not understood; there are: {known}.", text=text[:100], known=known)
    return Invalid("bad_value", told, parameter=parameter)
