"""The statements that find tuples of features that belong together, or compute statistics of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import connection

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.fields import Field, FieldType, GeometryType
from layers.ogc.joins.conditions import Condition, Joining, Table
from layers.ogc.joins.expression import Query, Source
from layers.ogc.query import visible_rows
from layers.ogc.statistics.having import parse_having
from layers.ogc.statistics.statement import HELPERS, Asked, answered_over
from layers.ogc.statistics.terms import parse_groups, parse_order, parse_statistics
from layers.registry import Collection
from layers.rows import FID, GEOMETRY, Select, identifier

Tuple = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The fids of tuples, in the order of the query's members, and whether more match."""

    tuples: list[Tuple]
    more: bool


def tuples(query: Query, user: Any, *, offset: int) -> Found:
    """Return the page of tuples of the features that ``user`` sees, behind the first ``offset``. Raises Invalid."""
    joined = _Joined(query, user)
    fids = [f"{joined.tables[member.alias].name}.{identifier(FID)}" for member in query.members]
    order = [
        f"{joined.tables[key.alias].column(key.field)} {'DESC NULLS LAST' if key.descending else 'ASC'}"
        for key in query.sort
    ]
    source = joined.source()
    # Identifiers are quoted and values bound; everything else is written in this package.
    text = f"SELECT {', '.join(fids)} {source.sql} ORDER BY {', '.join([*order, *fids])} LIMIT %s OFFSET %s"
    with connection.cursor() as cursor:
        cursor.execute(HELPERS)
        cursor.execute(text, [*source.params, query.limit + 1, offset])
        found = cursor.fetchall()
    return Found(found[: query.limit], more=len(found) > query.limit)


def asked_of(query: Query) -> Asked:
    """Return the statistics that a query asks of its tuples; their properties are named ``alias.property``."""
    described = _as_one_collection(query)
    groups = parse_groups(described, query.words.get("group-by", ""))
    statistics = parse_statistics(described, query.words.get("statistics", ""))
    labels = [term.label for term in (*groups, *statistics)]
    having = parse_having(query.words.get("having", ""), labels)
    order = parse_order(query.words.get("orderby", ""), labels)
    return Asked(groups=groups, statistics=statistics, having=having, order=order, limit=query.limit)


def statistics(query: Query, user: Any, asked: Asked) -> list[tuple[Any, ...]]:
    """Return the rows that answer ``asked`` about the tuples, as `answered_over` does. Raises Invalid."""
    joined = _Joined(query, user)
    columns = [f"NULL::integer AS {identifier(FID)}"]
    for wanted in asked.fields:
        source, bare = query.property(wanted.name)
        columns.append(f"{joined.tables[source.alias].column(bare)} AS {identifier(wanted.name)}")
    main = query.members[0]
    if any(term.is_shape for term in asked.terms):
        shape = joined.tables[main.alias].geometry()
        is_survey = main.collection.srid == settings.SURVEY_SRID
        shown = shape if is_survey else f"ST_Transform({shape}, {settings.SURVEY_SRID})"
        columns.append(f"{shown} AS {identifier(GEOMETRY)}")
    source_sql = joined.source()
    inner = Select(f"SELECT {', '.join(columns)} {source_sql.sql}", source_sql.params)
    is_point = main.collection.geometry_type is GeometryType.POINT
    return answered_over(inner, asked, query.crs, is_point=is_point)


class _Joined:
    """The tables of a query and the conditions between them."""

    def __init__(self, query: Query, user: Any) -> None:
        self.query = query
        self.tables = {
            source.alias: Table(source, f"t{number}", _rows(source, query, user), query.at is None)
            for number, source in enumerate(query.sources)
        }
        self.conditions = Joining(query, self.tables).conditions()
        _refuse_apart(query.sources, self.conditions)

    def source(self) -> Select:
        """Return FROM and WHERE: the members, and that of the others there is one."""
        asked_to_exist = {source.alias for source in self.query.sources if source.exists}
        between = [each for each in self.conditions if not each.aliases & asked_to_exist]
        text, params = self._from([source.alias for source in self.query.members], between)
        for group in _groups(asked_to_exist, self.conditions):
            conditions = [each for each in self.conditions if each.aliases & group]
            inner, values = self._from(sorted(group), conditions)
            text += f" AND EXISTS (SELECT {inner})"
            params += values
        return Select(text, tuple(params))

    def _from(self, aliases: Sequence[str], conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
        made = [(self.tables[alias].name, self.tables[alias].select()) for alias in aliases]
        tables = ", ".join(f"({select.sql}) AS {name}" for name, select in made)
        where = " AND ".join(["true", *(each.sql for each in conditions)])
        params = [value for _, select in made for value in select.params]
        return f"FROM {tables} WHERE {where}", params + [value for each in conditions for value in each.values]


def _rows(source: Source, query: Query, user: Any) -> Any:
    if query.at is not None and not source.collection.versioned:
        told = Sentence("{id} has no history: leave `at` out.", id=source.collection.id)
        raise Invalid("bad_query", told, pointer="/at")
    return visible_rows(source.collection, user, query.at).order_by()


def _groups(aliases: set[str], conditions: Sequence[Condition]) -> list[set[str]]:
    """Return the aliases in groups that no condition ties together."""
    groups: list[set[str]] = [{alias} for alias in sorted(aliases)]
    for condition in conditions:
        tied = [group for group in groups if group & condition.aliases]
        if len(tied) > 1:
            groups = [group for group in groups if group not in tied] + [set().union(*tied)]
    return groups


def _refuse_apart(sources: Sequence[Source], conditions: Sequence[Condition]) -> None:
    """Refuse collections that nothing joins: each feature of one with each of another answers no question."""
    if len(_groups({source.alias for source in sources}, conditions)) > 1:
        detail = Sentence("A condition that must hold has to join each collection to the others.")
        raise Invalid("not_joined", detail, parameter="filter")


def _as_one_collection(query: Query) -> Collection:
    """Return the description of the tuples as one collection, with the geometry of the first member."""
    fields = []
    for source in query.members:
        own = [*source.collection.fields, *source.collection.groupings, Field("fid", FieldType.INTEGER)]
        fields += [replace(each, name=f"{source.alias}.{each.name}", lookup=None) for each in own]
    first = query.members[0].collection
    return replace(first, id=" × ".join(source.alias for source in query.members), fields=tuple(fields), groupings=())
