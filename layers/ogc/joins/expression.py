"""A query expression (Part 10, "Query Expression JSON"), read into a value or refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import moment
from layers.cql2.limits import MAX_BODY_BYTES
from layers.cql2.tree import measured, parse_filter
from layers.fields import Field, FieldType
from layers.ogc.params import DEFAULT_LIMIT, MAX_LIMIT, MAX_SORT_KEYS
from layers.registry import Collection
from layers.spatial.crs import CRS84, Crs, epsg, parse_crs

MAX_SOURCES = 6
MAX_QUERIES = 5
GEOMETRY = "geometry"
_FID = ("fid", "id")
# What the draft has, and what it lacks: aliases and `exists`, statistics (as of one collection), moments and CRSs.
QUERY = {"collections", "filter", "properties", "sortby"}
_OURS = {"exists", "group-by", "statistics", "having", "orderby"}
WHOLE = {"title", "description", "limit", "parameters", "at", "crs", "filter-crs"}


@dataclass(frozen=True, slots=True)
class Source:
    """A collection of a query, under its alias; of one that only ``exists`` it matters only that there is one."""

    alias: str
    collection: Collection
    exists: bool = False

    def field(self, name: str) -> Field | None:
        """Return a property; ``fid`` (or ``id``) is one here."""
        found = next((each for each in self.collection.groupings if each.name == name), self.collection.field(name))
        if found is None and name in _FID:
            return Field("fid", FieldType.INTEGER, source=self.collection.fid)
        return found


@dataclass(frozen=True, slots=True)
class SortKey:
    """A property of a source to sort by."""

    alias: str
    field: Field
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query: tuples of features of the ``sources``, or statistics of those tuples.

    ``filter`` is a CQL2 tree whose properties are named ``alias.property``. ``shown`` has the properties of each alias
    that are shown (None: all), and whether its geometry is. ``words`` are those of statistics, as a request has them.
    """

    sources: tuple[Source, ...]
    filter: Any = None
    shown: Mapping[str, tuple[tuple[Field, ...] | None, bool]]
    sort: tuple[SortKey, ...] = ()
    words: Mapping[str, str]
    limit: int = DEFAULT_LIMIT
    at: datetime | None = None
    crs: Crs = CRS84
    filter_crs: Crs = CRS84

    @property
    def members(self) -> tuple[Source, ...]:
        """The sources whose features make a tuple."""
        return tuple(source for source in self.sources if not source.exists)

    def named(self, name: Any) -> tuple[Source, str]:
        """Return the source and the bare name of ``alias.property``; of one source the alias may be left out."""
        text = name if isinstance(name, str) else ""
        for source in self.sources:
            if text.startswith(f"{source.alias}."):
                return source, text[len(source.alias) + 1 :]
        if len(self.sources) == 1:
            return self.sources[0], text
        told = Sentence("{name!r} names no collection of the query: write collection.property.", name=str(name)[:100])
        raise Invalid("unknown_property", told)

    def property(self, name: Any) -> tuple[Source, Field]:
        """Return the source and the field that ``alias.property`` names. Raises Invalid."""
        source, bare = self.named(name)
        field = source.field(bare)
        if field is None or not field.queryable:
            told = Sentence("{id} has no property {name!r}.", id=source.collection.id, name=bare[:100])
            raise Invalid("unknown_property", told)
        return source, field


def parse_expression(body: Any, find: Callable[[str], Collection]) -> list[Query]:
    """Read a query expression, with one query or several; ``find`` gives a collection that the user may see.

    Raises Invalid, and what ``find`` raises.
    """
    if not isinstance(body, dict):
        raise _bad(Sentence("A query is a JSON object."))
    if "queries" not in body:
        return [_query(body, body, find, QUERY | _OURS | WHOLE)]
    _known(body, WHOLE | {"queries"})
    queries = body["queries"]
    if not isinstance(queries, list) or not 1 <= len(queries) <= MAX_QUERIES:
        raise _bad(Sentence("queries is a list of at most {most} queries.", most=MAX_QUERIES))
    return [_query(each, body, find, QUERY | _OURS) for each in queries]


def _query(body: Any, whole: Mapping[str, Any], find: Callable[[str], Collection], known: set[str]) -> Query:
    if not isinstance(body, dict):
        raise _bad(Sentence("A query is a JSON object."))
    _known(body, known)
    sources = _sources(body, find)
    crs, filter_crs = (_crs(whole.get(name)) for name in ("crs", "filter-crs"))
    bare = Query(sources=sources, shown={}, words={})
    return Query(
        sources=sources,
        filter=_filter(body.get("filter")),
        shown=_shown(bare, body.get("properties")),
        sort=_sort(bare, body.get("sortby")),
        words={name: _text(body, name) for name in ("group-by", "statistics", "having", "orderby") if name in body},
        limit=_limit(whole.get("limit", DEFAULT_LIMIT)),
        at=moment({"at": _text(whole, "at")}) if "at" in whole else None,
        crs=crs,
        filter_crs=filter_crs,
    )


def _known(body: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(body) - known)
    if unknown:
        told = Sentence("A query has no member {name!r}; it has: {known}.", name=unknown[0][:100],
                        known=", ".join(sorted(known)))  # fmt: skip
        raise Invalid("bad_query", told, pointer=f"/{unknown[0][:100]}")


def _sources(body: Mapping[str, Any], find: Callable[[str], Collection]) -> tuple[Source, ...]:
    named = body.get("collections")
    if not isinstance(named, list) or not 1 <= len(named) <= MAX_SOURCES:
        raise _bad(Sentence("collections is a list of at most {most} collections.", most=MAX_SOURCES))
    exists = _texts(body, "exists")
    pairs = [_alias(each) for each in named]
    aliases = [alias for alias, _ in pairs]
    if len(set(aliases)) < len(aliases) or not set(exists) < set(aliases):
        raise _bad(Sentence("Each collection has an alias of its own, and not all of them only have to exist."))
    return tuple(Source(alias, find(name), alias in exists) for alias, name in pairs)


def _alias(named: Any) -> tuple[str, str]:
    """Return the alias and the id of a collection: ``"grids"``, or ``{"collection": "grids", "alias": "g"}``."""
    if isinstance(named, str):
        return named, named
    if isinstance(named, dict) and named.keys() <= {"collection", "alias"}:
        name = named.get("collection")
        alias = named.get("alias", name)
        if isinstance(name, str) and isinstance(alias, str) and alias.isidentifier():
            return alias, name
    raise _bad(Sentence("A collection is named by its id, or by an object with `collection` and `alias`."))


def _filter(given: Any) -> Any:
    """Return the tree of a filter: CQL2 JSON as it stands, or a text. Raises Invalid."""
    if given is None:
        return None
    if isinstance(given, str):
        return parse_filter(given, "cql2-text", most=MAX_BODY_BYTES)
    return measured(given)


def _shown(query: Query, names: Any) -> dict[str, tuple[tuple[Field, ...] | None, bool]]:
    if names is None:
        return {source.alias: (None, True) for source in query.sources}
    if not isinstance(names, list):
        raise _bad(Sentence("properties is a list of names."))
    fields: dict[str, dict[Field, None]] = {source.alias: {} for source in query.sources}
    placed: set[str] = set()
    for name in names:
        source, bare = query.named(name)
        if bare == GEOMETRY:
            placed.add(source.alias)
        else:
            fields[source.alias][query.property(name)[1]] = None
    return {alias: (tuple(named), alias in placed) for alias, named in fields.items()}


def _sort(query: Query, keys: Any) -> tuple[SortKey, ...]:
    if keys is None:
        return ()
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys) or len(keys) > MAX_SORT_KEYS:
        raise _bad(Sentence("sortby is a list of at most {most} names.", most=MAX_SORT_KEYS))
    found = [(*query.property(key.lstrip("+-")), key.startswith("-")) for key in keys]
    if any(source.exists or field.type is FieldType.JSON for source, field, _ in found):
        raise _bad(Sentence("sortby names properties of the features that are shown."))
    return tuple(SortKey(source.alias, field, descending) for source, field, descending in found)


def _limit(limit: Any) -> int:
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise _bad(Sentence("limit is a whole number above 0."))
    return min(limit, MAX_LIMIT)


def _crs(text: Any) -> Crs:
    if text is None:
        return CRS84
    crs = parse_crs(text) if isinstance(text, str) else None
    if crs not in {CRS84, epsg(4326), epsg(4490), epsg(3857)}:
        raise Invalid("unsupported_crs", "A query is answered in CRS84, EPSG:4326, EPSG:4490 or EPSG:3857.")
    return crs


def _text(body: Mapping[str, Any], name: str) -> str:
    """Return a text; a list of texts is one, as parameters of an address have it."""
    value = body[name]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    if not isinstance(value, str):
        raise Invalid("bad_query", Sentence("{name} is a text.", name=name), pointer=f"/{name}")
    return value


def _texts(body: Mapping[str, Any], name: str) -> Sequence[str]:
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Invalid("bad_query", Sentence("{name} is a list of texts.", name=name), pointer=f"/{name}")
    return value


def _bad(detail: Sentence) -> Invalid:
    return Invalid("bad_query", detail)
