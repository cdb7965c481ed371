"""The API definition: OpenAPI 3.0 with a path for each collection, as GDAL and QGIS need it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gisserver.common.problem_documents import CONTENT_TYPE
from gisserver.common.web import problems
from layers.cql2.tree import LANGUAGES
from layers.fields import Field, FieldType
from layers.ogc import extensions, openapi_queries, schemas
from layers.ogc.edits import MERGE_PATCH
from layers.ogc.links import GEOJSON, JSON, SCHEMA, Root
from layers.ogc.openapi_parts import answer, operation
from layers.ogc.output.formats import FORMATS, PAGE_FORMATS, Format
from layers.ogc.params import (
    CHANGES,
    DEFAULT_LIMIT,
    DEFAULT_NEAREST,
    DOWNLOAD,
    MAX_LIMIT,
    MAX_NEAREST,
    MAX_OFFSET,
    RESULT_TYPE,
    RESULTS,
    STATISTICS,
    filterable,
    supported_crs,
)
from layers.ogc.posted import FILTER, FORM
from layers.ogc.values import MAX_ZOOM
from layers.registry import Collection

_SHARED = ("bbox", "datetime", "limit", "offset", "next", "skipGeometry", *RESULT_TYPE, "q", "filter", "filter-lang")


def document(root: Root, collections: Iterable[Collection]) -> dict[str, Any]:
    """Return the definition of the API as this user sees it."""
    paths: dict[str, Any] = {
        "/": _page("landing", _("Landing page")),
        "/api": _page("api", _("The API definition"), "application/vnd.oai.openapi+json;version=3.0"),
        "/conformance": _page("conformance", _("Conformance classes")),
        "/collections": _page("collections", _("Collections")),
    }
    paths |= openapi_queries.paths()
    described = list(collections)
    for collection in described:
        paths |= _paths(collection)
    paths |= extensions.paths(described)
    return {
        "openapi": "3.0.3",
        "info": {"title": "gisserver OGC API", "version": "1.0.0"},
        "servers": [{"url": root.url}],
        "paths": paths,
        "components": {
            "parameters": _parameters(),
            "schemas": {"problem": problems.SCHEMA | {"description": _(problems.SCHEMA["description"])}},
            "responses": {"problem": answer(_("A refusal"), CONTENT_TYPE, problems.SCHEMA)},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
        },
        "security": [{"token": []}, {"basic": []}],
    }


def _page(name: str, summary: str, media_type: str = JSON) -> dict[str, Any]:
    return operation(name, summary, media_type, [], "server")


def _paths(collection: Collection) -> dict[str, Any]:
    here = f"/collections/{collection.id}"

    def of_page(page: str, media_type: str, parameters: list[Any]) -> dict[str, Any]:
        name = f"{collection.id}.{page}"
        return operation(name, f"{collection.title}: {page}", media_type, parameters, collection.id)

    shown = _presentation(collection)
    fid = {"name": "fid", "in": "path", "required": True, "schema": {"type": "integer"}}
    edits = _edits(collection, fid) if collection.uploaded else {}
    return {
        here: of_page("collection", JSON, []),
        f"{here}/items": _formats(of_page("items", GEOJSON, _items(collection) + shown), PAGE_FORMATS)
        | _posted(collection),
        f"{here}/items/{{fid}}": of_page("item", GEOJSON, [fid, *shown]) | edits,
        f"{here}/download": _formats(of_page("download", GEOJSON, _downloaded(collection) + shown), FORMATS),
        f"{here}/statistics": of_page("statistics", JSON, _statistics(collection)),
        f"{here}/queryables": of_page(
            "queryables", SCHEMA, [_list("values", [each.name for each in filterable(collection)])]
        ),
        f"{here}/sortables": of_page("sortables", SCHEMA, []),
        f"{here}/schema": of_page("schema", SCHEMA, []),
        **({f"{here}/changes": of_page("changes", GEOJSON, _changed(collection))} if collection.versioned else {}),
    }


def _formats(operation: dict[str, Any], formats: Sequence[Format]) -> dict[str, Any]:
    """Return an operation that answers in several formats, by ``f`` or by Accept."""
    names = [each.name for each in formats]
    asked = _query("f", {"type": "string", "enum": names, "default": names[0]})
    given = operation["get"]["responses"]["200"]["content"]
    given |= {each.media_type: {"schema": {"type": "string"}} for each in formats if each.media_type not in given}
    operation["get"]["parameters"].append(asked)
    operation["get"]["responses"]["406"] = {"$ref": "#/components/responses/problem"}
    return operation


def _changed(collection: Collection) -> list[dict[str, Any]]:
    between = _query("between", {"type": "string"}, _("Two moments: 2026-01-01/2026-03-31")) | {"required": True}
    own = [between, *(_query(name, _crs(collection)) for name in ("bbox-crs", "filter-crs", "crs"))]
    own.append(_list("properties", [field.name for field in collection.fields]))
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in (*_SHARED, "zoom-level") if name in CHANGES]
    return shared + own + [_equality(field) for field in filterable(collection)]


def _posted(collection: Collection) -> dict[str, Any]:
    """Return the operation that asks for features with a filter too long for an address."""
    asked = operation(f"{collection.id}.query", f"{collection.title}: items", GEOJSON, [], collection.id)
    schema = {"type": "object"}
    kinds = [FILTER, FORM, *([GEOJSON] if collection.uploaded else [])]
    body = {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}
    added = {"201": answer(_("Features added"), JSON, schema)} if collection.uploaded else {}
    return {"post": asked["get"] | {"requestBody": body, "responses": asked["get"]["responses"] | added}}


def _edits(collection: Collection, fid: dict[str, Any]) -> dict[str, Any]:
    """Return the operations that edit one feature (Part 4)."""
    problem = {"$ref": "#/components/responses/problem"}
    refusals = {str(status): problem for status in (400, 401, 403, 404, 412, 422, 428)}
    match = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
    crs = {"name": "Content-Crs", "in": "header", "schema": {"type": "string"}}

    def edit(method: str, media_type: str = "") -> dict[str, Any]:
        operation = {
            "operationId": f"{collection.id}.{method}",
            "summary": f"{collection.title}: {method}",
            "tags": [collection.id],
            "parameters": [fid, match, *([crs] if media_type else [])],
            "responses": {"204": {"description": _("Done")}} | refusals,
        }
        content = {"required": True, "content": {media_type: {"schema": {"type": "object"}}}}
        return operation | ({"requestBody": content} if media_type else {})

    return {"put": edit("put", GEOJSON), "patch": edit("patch", MERGE_PATCH), "delete": edit("delete")}


def _downloaded(collection: Collection) -> list[dict[str, Any]]:
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in _SHARED if name in DOWNLOAD]
    crs = _crs(collection)
    own = [_query("bbox-crs", crs), _query("filter-crs", crs)]
    return shared + own + [_equality(field) for field in filterable(collection)]


def _statistics(collection: Collection) -> list[dict[str, Any]]:
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in (*_SHARED, "at") if name in STATISTICS]
    words = {
        "group-by": _("Properties, or month(…), hour_of_day(…), square(metres), hexagon(metres), …"),
        "statistics": _("count, sum(…), avg(…), percentile(…,0.9), distinct(…), envelope, …"),
        "having": _("Only groups for which this condition on the columns of the answer is true"),
        "orderby": _("Columns of the answer, - before one that descends"),
    }
    own = [_query(name, {"type": "string"}, told) for name, told in words.items()]
    own += [_query(name, _crs(collection)) for name in ("crs", "bbox-crs", "filter-crs")]
    own.append(_query("f", {"type": "string", "enum": ["json", "geojson", "csv"], "default": "json"}))
    return shared + own + [_equality(field) for field in filterable(collection)]


def _items(collection: Collection) -> list[dict[str, Any]]:
    shared = [_shared(name) for name in _SHARED]
    sortable = [field.name for field in collection.fields if field.queryable and field.type is not FieldType.JSON]
    signed = [sign + name for name in sortable for sign in ("", "-", "+")]
    crs = _crs(collection)
    own = [_query("bbox-crs", crs), _query("filter-crs", crs), _list("sortby", signed)]
    own += [_shared(name) for name in ("nearest", "k")]
    return shared + own + [_equality(field) for field in filterable(collection)]


def _presentation(collection: Collection) -> list[dict[str, Any]]:
    own = [_query("crs", _crs(collection)), _list("properties", [field.name for field in collection.fields])]
    own.append({"$ref": "#/components/parameters/zoom-level"})
    return [*own, {"$ref": "#/components/parameters/at"}] if collection.versioned else own


def _shared(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/parameters/{name}"}


def _crs(collection: Collection) -> dict[str, Any]:
    uris = [crs.uri for crs in supported_crs(collection)]
    return {"type": "string", "format": "uri", "enum": uris, "default": uris[0]}


def _equality(field: Field) -> dict[str, Any]:
    return _query(field.name, schemas.property_schema(field), description=str(field.title))


def _query(name: str, schema: dict[str, Any], description: str = "") -> dict[str, Any]:
    described = {"description": description} if description else {}
    return {"name": name, "in": "query", "style": "form", "explode": False, "schema": schema, **described}


def _list(name: str, values: list[str]) -> dict[str, Any]:
    items: dict[str, Any] = {"type": "string", "enum": values} if values else {"type": "string"}
    return _query(name, {"type": "array", "items": items})


def _parameters() -> dict[str, Any]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    offset = {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}
    results = {"type": "string", "enum": list(RESULTS), "default": RESULTS[0]}
    zoom = {"type": "integer", "minimum": 0, "maximum": MAX_ZOOM}
    place = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}}
    number = {"type": "integer", "minimum": 1, "maximum": MAX_NEAREST, "default": DEFAULT_NEAREST}
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    return {
        "limit": _query("limit", limit, _("How many features a page holds at most")),
        "offset": _query("offset", offset, _("Features to skip; the link `next` is faster and misses nothing")),
        "next": _query("next", {"type": "string"}, _("Where the page begins, as the link `next` says")),
        "bbox": _query("bbox", numbers, _("Only features that meet this box (and those without a geometry)")),
        "datetime": _query("datetime", {"type": "string"}, _("An instant, or an interval such as 2026-03-01/..")),
        "q": _query("q", {"type": "string"}, _("Only features with one of these texts, with commas between")),
        "zoom-level": _query("zoom-level", zoom, _("Shapes no finer than a map of this zoom shows")),
        "filter": _query("filter", {"type": "string"}, _("Only features for which this CQL2 condition is true")),
        "filter-lang": _query("filter-lang", {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}),
        "at": _query("at", {"type": "string", "format": "date-time"}, _("As the data stood at this moment")),
        "skipGeometry": _query("skipGeometry", {"type": "boolean", "default": False}, _("Leave geometries out")),
        "nearest": _query(
            "nearest", place, _("The features nearest to this longitude and latitude, with `distance_m`")
        ),
        "k": _query("k", number, _("How many of the nearest")),
        **{name: _query(name, results, _("hits: only count; extent: and how far they reach")) for name in RESULT_TYPE},
    }
