"""The filter of a query as SQL: what it says of one collection goes to its rows, what it says of several between them.

A condition about one collection that stands by itself is a condition on its rows, which indexes serve; within an OR it
is a column of them. Values are bound where they stand; every name is looked up, every operator is listed here
or in `cql2`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import BooleanField, F, Q
from django.db.models.expressions import Combinable, ExpressionWrapper

from gisserver.common.sentences import Sentence
from layers.cql2.limits import refuse
from layers.cql2.space import SPATIAL, WITHIN, Space, metres
from layers.cql2.translate import Translator
from layers.fields import Field, FieldType
from layers.ogc.joins.expression import Query, Source
from layers.registry import Rows
from layers.rows import GEOMETRY, Select, identifier, select, select_many
from layers.spatial.distance import WIDEST_BUFFER_M
from layers.spatial.relations import SAME_DEGREES

_COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}
_MERCATOR = "__mercator"
# How much wider than its latitude says a distance is looked for in Web Mercator, where the scale grows within it.
_GROWTH = 1.05


@dataclass(slots=True)
class Table:
    """A source as a table ``name`` of the statement: its rows so far, and the columns that are needed of it."""

    source: Source
    name: str
    rows: Rows
    is_of_now: bool
    columns: dict[str, Field] = field(default_factory=dict)
    computed: dict[str, Combinable] = field(default_factory=dict)
    shape: bool = False

    def column(self, wanted: Field) -> str:
        """Return the SQL of a property, which the table then has."""
        self.columns[wanted.name] = wanted
        return f"{self.name}.{identifier(wanted.name)}"

    def compute(self, expression: Combinable) -> str:
        """Return the SQL of an expression over its rows, which the table then has as a column."""
        name = f"__{len(self.computed)}"
        self.computed[name] = expression
        return f"{self.name}.{identifier(name)}"

    def geometry(self) -> str:
        """Return the SQL of its geometry as stored, which the table then has."""
        self.shape = True
        return f"{self.name}.{identifier(GEOMETRY)}"

    def on_the_map(self) -> str:
        """Return the SQL of its geometry in Web Mercator, which has an index."""
        self.computed[_MERCATOR] = F(self.source.collection.geometry_3857)
        return f"{self.name}.{identifier(_MERCATOR)}"

    def select(self) -> Select:
        """Return the SELECT that makes the table."""
        collection = self.source.collection
        chosen = select_many if self.is_of_now else select
        geometry = collection.geometry if self.shape else None
        return chosen(collection, self.rows, geometry=geometry, fields=self.columns.values(), extra=self.computed)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in SQL between the tables of the sources ``aliases``, and the values that it binds."""

    sql: str
    aliases: frozenset[str]
    values: tuple[Any, ...] = ()


class Joining:
    """Puts a filter into tables and conditions between them."""

    def __init__(self, query: Query, tables: dict[str, Table]) -> None:
        self.query = query
        self.tables = tables

    def conditions(self) -> list[Condition]:
        """Return the conditions between tables; those on one are put into its rows. Raises Invalid."""
        found = []
        for node in _conjuncts(self.query.filter):
            aliases = self._aliases(node)
            if len(aliases) > 1:
                found.append(self._condition(node, aliases))
            else:
                table = self.tables[next(iter(aliases), self.query.sources[0].alias)]
                table.rows = table.rows.filter(self._on_rows(table, node))
        return found

    def _on_rows(self, table: Table, node: Any) -> Any:
        return self._quick(table, node) or self._translator(table).condition(self._bare(node))

    def _quick(self, table: Table, node: Any) -> Q | None:
        """Return ``property = value`` as a condition on what leads to the property, where that is looked up."""
        arguments = node.get("args") if isinstance(node, dict) and node.get("op") == "=" else None
        if not (
            table.is_of_now and isinstance(arguments, list) and len(arguments) == 2 and isinstance(arguments[1], str)
        ):
            return None
        name = arguments[0].get("property") if isinstance(arguments[0], dict) else None
        wanted = self.query.property(name)[1] if isinstance(name, str) else None
        if wanted is None or wanted.lookup is None:
            return None
        return Q(**{f"{wanted.lookup.key}__in": wanted.lookup.keys(arguments[1])})

    def _condition(self, node: Any, aliases: frozenset[str]) -> Condition:
        op, arguments = _operation(node)
        if op in {"and", "or", "not"}:
            parts = [self._part(each) for each in arguments]
            if not parts or (op == "not" and len(parts) != 1):
                raise refuse(Sentence("{op} needs arguments.", op=op))
            text = f"NOT {parts[0].sql}" if op == "not" else f" {op.upper()} ".join(part.sql for part in parts)
            return Condition(f"({text})", aliases, tuple(value for part in parts for value in part.values))
        if op in SPATIAL and len(arguments) == 2:
            return self._relation(SPATIAL[op], arguments, aliases)
        if op == WITHIN and len(arguments) in {3, 4}:
            return self._within(arguments, aliases)
        if op in _COMPARISONS and len(arguments) == 2:
            return self._compared(op, arguments, aliases)
        told = Sentence("{op!r} cannot stand between two collections.", op=op[:40])
        raise refuse(told)

    def _part(self, node: Any) -> Condition:
        aliases = self._aliases(node)
        if len(aliases) > 1:
            return self._condition(node, aliases)
        table = self.tables[next(iter(aliases), self.query.sources[0].alias)]
        condition: Any = ExpressionWrapper(Q(self._on_rows(table, node)), output_field=BooleanField())
        return Condition(table.compute(condition), aliases)

    def _compared(self, op: str, sides: Sequence[Any], aliases: frozenset[str]) -> Condition:
        (left, kind), (right, other) = (self._side(side) for side in sides)
        if kind != other:
            raise refuse(Sentence("{kinds} cannot be compared.", kinds=" and ".join(sorted({kind, other}))))
        collation = ' COLLATE "C"' if kind == "text" else ""
        return Condition(f"({left}{collation} {op} {right}{collation})", aliases)

    def _side(self, node: Any) -> tuple[str, str]:
        """Return the SQL of one side of a comparison, and its kind; dates and moments are of two kinds."""
        aliases = self._aliases(node)
        if len(aliases) != 1:
            raise refuse("Each side of a comparison between collections is about one of them.")
        table = self.tables[next(iter(aliases))]
        if isinstance(node, dict) and "property" in node:
            wanted = self.query.property(node["property"])[1]
            kind = self._translator(table).kind(self._bare(node))
            return table.column(wanted), wanted.type if kind == "time" else kind
        bare = self._bare(node)
        translator = self._translator(table)
        return table.compute(translator.value(bare)), translator.kind(bare)

    def _relation(self, name: str, nodes: Sequence[Any], aliases: frozenset[str]) -> Condition:
        first, second = (self._placed(node) for node in nodes)
        shapes = first.geometry(), second.geometry()
        srid, other = (table.source.collection.srid for table in (first, second))
        if srid != other:
            same = {srid, other} <= SAME_DEGREES
            shapes = shapes[0], f"ST_{'SetSRID' if same else 'Transform'}({shapes[1]}, {srid})"
        return Condition(f"ST_{name.capitalize()}({shapes[0]}, {shapes[1]})", aliases)

    def _within(self, arguments: Sequence[Any], aliases: frozenset[str]) -> Condition:
        """Return the condition of lying within metres: near each other on the map, then measured on the ellipsoid."""
        first, second = (self._placed(node) for node in arguments[:2])
        reach = metres(list(arguments[2:]), WIDEST_BUFFER_M)
        boxes = first.on_the_map(), second.on_the_map()
        scale = f"cosh(greatest(abs(ST_YMin({boxes[1]})), abs(ST_YMax({boxes[1]}))) / 6378137.0)"
        near = f"{boxes[0]} && ST_Expand({boxes[1]}, %s * {scale})"
        places = [f"ST_SetSRID({table.geometry()}, 4326)" if table.source.collection.srid in SAME_DEGREES
                  else f"ST_Transform({table.geometry()}, 4326)" for table in (first, second)]  # fmt: skip
        text = f"({near} AND ST_DWithin({places[0]}::geography, {places[1]}::geography, %s))"
        return Condition(text, aliases, (reach * _GROWTH + 1.0, reach))

    def _placed(self, node: Any) -> Table:
        """Return the table whose geometry ``node`` is. Raises Invalid."""
        aliases = self._aliases(node)
        table = self.tables[next(iter(aliases))] if len(aliases) == 1 else None
        if table is None or not Space(table.source.collection, self.query.filter_crs).names(self._bare(node)):
            raise refuse("Between two collections stand their geometries, such as buildings.geometry.")
        return table

    def _aliases(self, node: Any) -> frozenset[str]:
        """Return the aliases of the collections that a part of the filter names."""
        found, level = set(), [node]
        while level:
            each = level.pop()
            if isinstance(each, dict) and "property" in each:
                found.add(self.query.named(each["property"])[0].alias)
            elif isinstance(each, dict):
                level.extend(each.values())
            elif isinstance(each, list):
                level.extend(each)
        return frozenset(found)

    def _bare(self, node: Any) -> Any:
        """Return a part of the filter about one collection with its properties named as that names them."""
        if isinstance(node, dict) and "property" in node:
            return {"property": self.query.named(node["property"])[1]}
        if isinstance(node, dict):
            return {name: self._bare(value) for name, value in node.items()}
        return [self._bare(each) for each in node] if isinstance(node, list) else node

    def _translator(self, table: Table) -> Translator:
        return Translator(partial(_queryable, table.source), Space(table.source.collection, self.query.filter_crs))


def _queryable(source: Source, name: str) -> Field | None:
    found = source.field(name)
    return found if found is not None and found.queryable and found.type is not FieldType.JSON else None


def _conjuncts(tree: Any) -> list[Any]:
    """Return the parts of a filter that all have to hold."""
    if tree is None:
        return []
    if isinstance(tree, dict) and str(tree.get("op")).lower() == "and" and isinstance(tree.get("args"), list):
        return [part for each in tree["args"] for part in _conjuncts(each)]
    return [tree]


def _operation(node: Any) -> tuple[str, list[Any]]:
    if not isinstance(node, dict) or not isinstance(node.get("op"), str) or not isinstance(node.get("args"), list):
        raise refuse("Something in the filter is neither a condition nor a value.")
    return node["op"].lower(), node["args"]
