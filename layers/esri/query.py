"""What a request to ``…/FeatureServer/0/query`` asks, read once into a value, or refused."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson
import shapely
from django.db.models import Q

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import TOLERATED, whole
from layers.esri.shapes import shape_and_srid, srid_of
from layers.esri.where import parse_where
from layers.fields import Field, FieldType
from layers.ogc.params import MAX_OFFSET, ItemsQuery, Presentation, SortKey, supported_crs
from layers.ogc.query import matching_rows
from layers.registry import Collection, Rows
from layers.spatial.crs import CRS84, Crs, of_storage
from layers.spatial.relations import relation

MOST_RECORDS = 1000
MAX_IDS = 10_000
MAX_SORT_KEYS = 4
FORMATS = ("json", "pjson", "geojson", "pbf")
# How the features lie to the shape; Esri's words say how the shape lies to the features.
_RELATIONS = {
    "esriSpatialRelIntersects": "intersects",
    "esriSpatialRelContains": "within",
    "esriSpatialRelWithin": "contains",
    "esriSpatialRelCrosses": "crosses",
    "esriSpatialRelOverlaps": "overlaps",
    "esriSpatialRelTouches": "touches",
    "esriSpatialRelEnvelopeIntersects": "intersects",
    "esriSpatialRelIndexIntersects": "intersects",
}
_BY_ENVELOPE = {"esriSpatialRelEnvelopeIntersects", "esriSpatialRelIndexIntersects"}
_KNOWN = frozenset(
    {"f", "where", "objectIds", "geometry", "geometryType", "inSR", "spatialRel", "outFields", "outSR",
     "returnGeometry", "returnCountOnly", "returnIdsOnly", "returnExtentOnly", "returnDistinctValues", "orderByFields",
     "resultOffset", "resultRecordCount", "outStatistics", "groupByFieldsForStatistics", "historicMoment"}
)  # fmt: skip
# What clients send along, and what changes nothing of which features are answered, nor of their values.
_IDLE = frozenset(
    {"returnZ", "returnM", "returnCentroid", "returnEnvelope", "returnTrueCurves", "returnExceededLimitFeatures",
     "returnQueryGeometry", "returnGeodetic", "returnUniqueIdsOnly", "maxAllowableOffset", "geometryPrecision",
     "quantizationParameters", "multipatchOption", "featureEncoding", "cacheHint", "sqlFormat", "resultType",
     "datumTransformation", "applyVCSProjection", "timeReferenceUnknownClient", "defaultSR", "collation", "callback"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EsriQuery:
    """A request for features: everything but who asks."""

    items: ItemsQuery
    shape: shapely.Geometry | None
    shape_crs: Crs
    spatial_relation: str
    object_ids: tuple[int, ...] | None
    sort: tuple[SortKey, ...]
    limit: int
    form: str
    # Which answer: features, count, ids, extent, distinct or statistics.
    wanted: str

    def rows(self, collection: Collection, user: Any) -> Rows:
        """Return the rows that match, without order or page."""
        rows = matching_rows(collection, user, self.items)
        if self.object_ids is not None:
            rows = rows.filter(**{f"{collection.fid}__in": self.object_ids})
        if self.shape is not None:
            rows = rows.filter(Q(relation(collection, self.spatial_relation, self.shape, self.shape_crs)))
        return rows


def parse_query(collection: Collection, given: Mapping[str, str]) -> EsriQuery:
    """Read the parameters of a query of a collection with its object ids. Raises Invalid."""
    demand_known(given)
    form = form_of(given)
    shape, crs = _shape(collection, given)
    relation_name = given.get("spatialRel") or "esriSpatialRelIntersects"
    if relation_name not in _RELATIONS:
        raise _bad("spatialRel", ", ".join(_RELATIONS))
    where = (given.get("where") or "").strip()
    types = {field.name: field.type for field in collection.fields}
    out = _crs(collection, given.get("outSR"), "outSR", CRS84 if form == "geojson" else of_storage(collection.srid))
    presentation = Presentation(
        crs=out,
        fields=_fields(collection, given.get("outFields") or ""),
        geometry=_flag(given, "returnGeometry", default=True),
        at=_moment(given),
    )
    return EsriQuery(
        items=ItemsQuery(
            presentation=presentation,
            offset=whole(given.get("resultOffset") or "0", "resultOffset", most=MAX_OFFSET),
            filter=parse_where(where, types) if where else None,
        ),
        shape=shape and (shapely.envelope(shape) if relation_name in _BY_ENVELOPE else shape),
        shape_crs=crs,
        spatial_relation=_RELATIONS[relation_name],
        object_ids=_ids(given.get("objectIds") or ""),
        # Statistics are ordered by columns of their own.
        sort=() if given.get("outStatistics") else _sort(collection, given.get("orderByFields") or ""),
        limit=min(
            whole(given.get("resultRecordCount") or str(MOST_RECORDS), "resultRecordCount", least=1), MOST_RECORDS
        ),
        form=form,
        wanted=_wanted(given),
    )


def demand_known(given: Mapping[str, str]) -> None:
    """Refuse what is said of which features are meant and not understood here. Raises Invalid."""
    unknown = sorted(name for name, value in given.items() if value and name not in _KNOWN | _IDLE | TOLERATED)
    if unknown:
        told = Sentence("Unknown parameter: {unknown}.", unknown=", ".join(unknown)[:200])
        raise Invalid("unknown_parameter", told, parameter=unknown[0])


def form_of(given: Mapping[str, str]) -> str:
    """Return the format that ``f`` names; json where it names none. Raises Invalid."""
    form = given.get("f") or "json"
    if form not in FORMATS:
        told = Sentence("f must be one of: {offered}.", offered=", ".join(FORMATS))
        raise Invalid("unsupported_format", told, parameter="f")
    return form


def known_field(collection: Collection, name: str, parameter: str) -> Field:
    """Return the field of a name, in whichever case. Raises Invalid."""
    fields = {field.name.casefold(): field for field in collection.fields} | {f.name: f for f in collection.fields}
    field = fields.get(name) or fields.get(name.casefold())
    if field is None:
        told = Sentence("{id} has no property {name!r}.", id=collection.id, name=name[:100])
        raise Invalid("unknown_property", told, parameter=parameter)
    return field


def listed(text: str) -> list[str]:
    """Return the names that stand in a text with commas between them."""
    return [name.strip() for name in text.split(",") if name.strip()]


def _wanted(given: Mapping[str, str]) -> str:
    if _flag(given, "returnCountOnly") and not _flag(given, "returnExtentOnly"):
        return "count"
    for name, wanted in (("returnExtentOnly", "extent"), ("returnIdsOnly", "ids")):
        if _flag(given, name):
            return wanted
    if given.get("outStatistics"):
        return "statistics"
    return "distinct" if _flag(given, "returnDistinctValues") else "features"


def _flag(given: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    text = (given.get(name) or "").lower()
    if text not in {"", "true", "false"}:
        raise _bad(name, "true, false")
    return text == "true" if text else default


def _shape(collection: Collection, given: Mapping[str, str]) -> tuple[shapely.Geometry | None, Crs]:
    if not given.get("geometry"):
        return None, CRS84
    shape, srid = shape_and_srid(given["geometry"], given.get("geometryType") or "esriGeometryEnvelope")
    told = given.get("inSR") or (str(srid) if srid else None)
    return shape, _crs(collection, told, "inSR", of_storage(collection.srid))


def _crs(collection: Collection, text: str | None, parameter: str, default: Crs) -> Crs:
    """Return a CRS that the collection is offered in, as Esri writes all: east before north. Raises Invalid."""
    srid = srid_of(text, parameter) if text else default.srid
    found = next((crs for crs in supported_crs(collection) if crs.srid == srid), None)
    if found is None:
        told = Sentence("{id} is not offered in {uri}; see its `crs` list.", id=collection.id, uri=f"EPSG:{srid}")
        raise Invalid("unsupported_crs", told, parameter=parameter)
    return replace(found, north_first=False)


def _fields(collection: Collection, text: str) -> tuple[Field, ...]:
    """Return the fields to show; the ids alone where none is named."""
    names = listed(text)
    if "*" in names:
        return collection.fields
    named = [known_field(collection, name, "outFields") for name in names]
    return tuple(dict.fromkeys([*named] if named else [collection.fields[0]]))


def _ids(text: str) -> tuple[int, ...] | None:
    ids = listed(text)
    if len(ids) > MAX_IDS:
        raise Invalid("too_long", Sentence("objectIds takes at most {most} ids.", most=MAX_IDS), parameter="objectIds")
    return tuple(whole(each, "objectIds") for each in ids) if ids else None


def _sort(collection: Collection, text: str) -> tuple[SortKey, ...]:
    keys = []
    for part in listed(text):
        name, _, direction = part.rpartition(" ") if part.upper().endswith((" ASC", " DESC")) else (part, "", "")
        field = known_field(collection, name.strip(), "orderByFields")
        if field.type is FieldType.JSON or not field.queryable:
            told = Sentence("{id} cannot be sorted by {name}.", id=collection.id, name=field.name)
            raise Invalid("not_sortable", told, parameter="orderByFields")
        keys.append(SortKey(field, descending=direction.upper() == "DESC"))
    if len(keys) > MAX_SORT_KEYS:
        raise Invalid(
            "bad_sortby", Sentence("sortby takes at most {max_sort_keys} fields.", max_sort_keys=MAX_SORT_KEYS)
        )
    return tuple(keys)


def _moment(given: Mapping[str, str]) -> datetime | None:
    text = given.get("historicMoment") or ""
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(orjson.loads(text)) / 1000, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        raise _bad("historicMoment", "1772323200000") from None


def _bad(name: str, choices: str) -> Invalid:
    told = Sentence("{name} must be one of: {choices}.", name=name, choices=choices)
    return Invalid("bad_value", told, parameter=name)
