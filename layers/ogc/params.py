"""What a request for items asks: the query string read once into a value, or refused."""

from collections.abc import Collection as Collected
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gisserver.common.access.export import LARGEST_PAGE
from gisserver.common.errors import Invalid
from gisserver.common.geo.bbox import BBox, parse_bbox
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import TOLERATED, moment, whole
from layers.cql2.limits import MAX_BYTES
from layers.cql2.tree import LANGUAGES, parse_filter
from layers.fields import Field, FieldType
from layers.ogc.instants import Interval, parse_interval
from layers.ogc.values import MAX_WORDS, choice, parse_value, words_of, zoom_of
from layers.registry import Collection
from layers.spatial.crs import CRS84, Crs, epsg, of_storage, parse_crs

DEFAULT_LIMIT = 1000
MAX_LIMIT = 10_000
MAX_OFFSET = 1_000_000_000
MAX_SORT_KEYS = 4
MAX_VALUE_LENGTH = 4096
# What an answer holds: features, their number, or that and how far they reach.
RESULTS = ("results", "hits", "extent")
# As many as a screen shows: no export.
DEFAULT_NEAREST, MAX_NEAREST = 10, LARGEST_PAGE
# GDAL looks for the second spelling, which WFS has.
RESULT_TYPE = ("resulttype", "resultType")
ITEMS = frozenset(
    {"f", "limit", "offset", "next", "bbox", "bbox-crs", "crs", "datetime", "at", "properties", "sortby",
     "skipGeometry", "zoom-level", *RESULT_TYPE, "q", "filter", "filter-lang", "filter-crs", "nearest", "k"}
)  # fmt: skip
ITEM = frozenset({"f", "crs", "at", "properties", "skipGeometry", "zoom-level"})
# Of a whole collection: no page, and no order but that of the ids.
DOWNLOAD = ITEMS - {"limit", "offset", "next", "sortby", "nearest", "k", *RESULT_TYPE}
STATISTICS = DOWNLOAD - {"properties", "skipGeometry", "zoom-level"}
STATISTICS |= {"limit", "group-by", "statistics", "having", "orderby"}
CHANGES = DOWNLOAD - {"datetime", "at"} | {"limit", "next", "between"}
PAGE = frozenset({"f"})
# A field of one of these names cannot be a parameter of its own.
RESERVED = ITEMS | STATISTICS | CHANGES | TOLERATED
FORMATS = frozenset({"json", "geojson"})


@dataclass(frozen=True, slots=True)
class SortKey:
    """One field to sort by."""

    field: Field
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Nearest:
    """How many features are asked for that lie nearest to a point, in degrees, east before north."""

    point: tuple[float, float]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """How features are shown: their CRS, their properties (None: all), with or without geometry.

    And as of when. ``zoom`` is that of the map on which they are shown: shapes need to be no finer (None: as they are).
    """

    crs: Crs = CRS84
    fields: tuple[Field, ...] | None = None
    geometry: bool = True
    at: datetime | None = None
    zoom: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsQuery:
    """A request for features, fully checked: everything but who asks and where the page begins."""

    presentation: Presentation
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    next_token: str = ""
    bbox: BBox | None = None
    bbox_crs: Crs = CRS84
    interval: Interval | None = None
    equal: tuple[tuple[Field, Any], ...] = ()
    sort: tuple[SortKey, ...] = ()
    # Texts of which one has to occur.
    words: tuple[str, ...] = ()
    result: str = "results"
    # The tree of a CQL2 filter, and the CRS of its geometries.
    filter: Any = None
    filter_crs: Crs = CRS84
    nearest: Nearest | None = None


def filterable(collection: Collection) -> tuple[Field, ...]:
    """Return the fields that may be filtered by equality, each as a parameter of its name."""
    return tuple(
        field
        for field in collection.fields
        if field.queryable and field.name not in RESERVED and field.type is not FieldType.JSON
    )


def parameters(collection: Collection, names: frozenset[str] = ITEMS) -> frozenset[str]:
    """Return the parameters of a page for this collection: only one with a history takes ``at``."""
    return names if collection.versioned else names - {"at"}


def check_names(given: Mapping[str, str], allowed: frozenset[str], formats: Collected[str] = FORMATS) -> None:
    """Refuse parameters that the API does not know, and a format that it does not speak. Raises Invalid."""
    unknown = sorted(set(given) - allowed - TOLERATED)
    if unknown:
        raise Invalid(
            "unknown_parameter",
            Sentence("Unknown parameter: {unknown}.", unknown=", ".join(unknown)[:200]),
            parameter=unknown[0],
        )
    if "f" in given and given["f"] not in formats:
        offered = ", ".join(sorted(formats))
        raise Invalid("unsupported_format", Sentence("f must be one of: {offered}.", offered=offered), parameter="f")
    if any(len(value) > MAX_VALUE_LENGTH for name, value in given.items() if name != "filter"):
        raise Invalid(
            "too_long",
            Sentence("A parameter may have at most {max_value_length} characters.", max_value_length=MAX_VALUE_LENGTH),
        )


def parse_items(
    collection: Collection,
    given: Mapping[str, str],
    *,
    names: frozenset[str] = ITEMS,
    formats: Collected[str] = FORMATS,
    filter_bytes: int = MAX_BYTES,
) -> ItemsQuery:
    """Read the parameters ``names`` and those of the collection's fields; a filter has at most so many bytes.

    Raises Invalid with the parameter's trouble in words.
    """
    filters = filterable(collection)
    check_names(given, parameters(collection, names) | {field.name for field in filters}, formats)
    bbox_crs = parse_supported_crs(collection, given.get("bbox-crs"))
    interval = parse_interval(given["datetime"]) if given.get("datetime") else None
    return ItemsQuery(
        presentation=parse_presentation(collection, given),
        limit=min(whole(given.get("limit", str(DEFAULT_LIMIT)), "limit", least=1), MAX_LIMIT),
        offset=whole(given.get("offset", "0"), "offset", most=MAX_OFFSET),
        next_token=given.get("next", ""),
        bbox=_bbox(given, bbox_crs),
        bbox_crs=bbox_crs,
        interval=interval,
        equal=tuple((field, parse_value(field, given[field.name])) for field in filters if field.name in given),
        sort=_sort(collection, given.get("sortby", "")),
        filter=_filter(collection, given, filter_bytes),
        filter_crs=parse_supported_crs(collection, given.get("filter-crs")),
        words=words_of(given.get("q", "")),
        result=next((choice(given, name, RESULTS) for name in RESULT_TYPE if name in given), RESULTS[0]),
        nearest=_nearest(given),
    )


def parse_presentation(collection: Collection, given: Mapping[str, str]) -> Presentation:
    """Read how features are to be shown: ``crs``, ``properties``, ``skipGeometry`` and ``at``.

    Raises Invalid.
    """
    return Presentation(
        crs=parse_supported_crs(collection, given.get("crs")),
        fields=_fields(collection, given["properties"], "properties") if "properties" in given else None,
        geometry="skipGeometry" not in given or choice(given, "skipGeometry", ("true", "false")) == "false",
        at=moment(given),
        zoom=zoom_of(given.get("zoom-level")),
    )


def supported_crs(collection: Collection) -> tuple[Crs, ...]:
    """Return the CRSs in which ``collection`` can be asked and answered, CRS84 first, without repetition."""
    every = [CRS84, epsg(4326), epsg(4490), epsg(3857), of_storage(collection.srid)]
    return tuple(dict.fromkeys(every))


def _filter(collection: Collection, given: Mapping[str, str], most: int) -> Any:
    language = given.get("filter-lang", "cql2-text")
    if language not in LANGUAGES:
        spoken = ", ".join(LANGUAGES)
        raise Invalid(
            "bad_filter_lang", Sentence("filter-lang must be one of: {spoken}.", spoken=spoken), parameter="filter-lang"
        )
    types = {field.name: field.type for field in collection.fields}
    return parse_filter(given["filter"], language, types, most=most) if given.get("filter") else None


def parse_supported_crs(collection: Collection, text: str | None) -> Crs:
    """Read the URI of a CRS in which the collection is offered; CRS84 when it isn't given. Raises Invalid."""
    if text is None:
        return CRS84
    crs = parse_crs(text)
    if crs not in supported_crs(collection):
        raise Invalid(
            "unsupported_crs",
            Sentence("{id} is not offered in {uri}; see its `crs` list.", id=collection.id, uri=crs.uri),
        )
    return crs


def _bbox(given: Mapping[str, str], crs: Crs) -> BBox | None:
    if "bbox" not in given:
        return None
    return parse_bbox(given["bbox"], north_first=crs.north_first, geographic=crs.geographic)


def _nearest(given: Mapping[str, str]) -> Nearest | None:
    if "nearest" not in given:
        if "k" in given:
            raise Invalid("bad_value", "k says how many features; nearest is missing.", parameter="k")
        return None
    other = next((name for name in ("sortby", "next", "offset", "limit", *RESULT_TYPE) if name in given), None)
    if other is not None:
        told = Sentence("nearest has an order and a number of its own, k: {other} does not go with it.", other=other)
        raise Invalid("bad_value", told, parameter=other)
    if given["nearest"].count(",") != 1:
        raise Invalid("bad_value", "nearest is longitude,latitude.", parameter="nearest")
    box = parse_bbox(",".join([given["nearest"]] * 2))
    if abs(box.min_x) > 180.0 or abs(box.min_y) > 90.0:
        raise Invalid("bad_value", "nearest is longitude,latitude.", parameter="nearest")
    count = whole(given.get("k", str(DEFAULT_NEAREST)), "k", least=1, most=MAX_NEAREST)
    return Nearest((box.min_x, box.min_y), count)


def _fields(collection: Collection, text: str, parameter: str) -> tuple[Field, ...]:
    names = [name for name in text.split(",") if name]
    return tuple(dict.fromkeys(_known(collection, name, parameter) for name in names))


def fields_of(collection: Collection, text: str) -> tuple[Field, ...]:
    """Return the filterable fields that ``values`` names, at most `MAX_WORDS`. Raises Invalid."""
    found = _fields(collection, text, "values")
    refused = next((field for field in found if field not in filterable(collection)), None)
    if refused is not None or len(found) > MAX_WORDS:
        told = Sentence("values takes at most {most} of the queryables.", most=MAX_WORDS)
        raise Invalid("bad_value", told, parameter="values")
    return found


def _sort(collection: Collection, text: str) -> tuple[SortKey, ...]:
    keys: list[SortKey] = []
    for part in filter(None, text.split(",")):
        # An unencoded "+" arrives as a space.
        field = _known(collection, part.lstrip("+- "), "sortby")
        if not field.queryable or field.type is FieldType.JSON:
            raise Invalid(
                "not_sortable",
                Sentence("{id} cannot be sorted by {name}.", id=collection.id, name=field.name),
                parameter="sortby",
            )
        keys.append(SortKey(field, descending=part.startswith("-")))
    if len(keys) > MAX_SORT_KEYS:
        raise Invalid(
            "bad_sortby",
            Sentence("sortby takes at most {max_sort_keys} fields.", max_sort_keys=MAX_SORT_KEYS),
            parameter="sortby",
        )
    return tuple(keys)


def _known(collection: Collection, name: str, parameter: str) -> Field:
    field = collection.field(name)
    if field is None:
        raise Invalid(
            "unknown_property",
            Sentence("{id} has no property {name!r}.", id=collection.id, name=name[:100]),
            parameter=parameter,
        )
    return field
