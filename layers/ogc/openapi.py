"""The API definition: OpenAPI 3.0 with a path for each collection, as GDAL and QGIS need it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from gisserver.common.problem_documents import CONTENT_TYPE
from gisserver.common.web import problems
from layers.cql2.tree import LANGUAGES
from layers.fields import Field, FieldType
from layers.ogc import schemas
from layers.ogc.downloads.formats import FORMATS
from layers.ogc.links import GEOJSON, JSON, SCHEMA, Root
from layers.ogc.params import (
    DEFAULT_LIMIT,
    DEFAULT_NEAREST,
    DOWNLOAD,
    MAX_LIMIT,
    MAX_NEAREST,
    MAX_OFFSET,
    RESULT_TYPE,
    STATISTICS,
    filterable,
    supported_crs,
)
from layers.ogc.posted import FILTER, FORM
from layers.registry import Collection

_SHARED = ("bbox", "datetime", "limit", "offset", "next", "skipGeometry", *RESULT_TYPE, "filter", "filter-lang")


def document(root: Root, collections: Iterable[Collection]) -> dict[str, Any]:
    """Return the definition of the API as this user sees it."""
    paths: dict[str, Any] = {
        "/": _page("landing", _("Landing page")),
        "/api": _page("api", _("The API definition"), "application/vnd.oai.openapi+json;version=3.0"),
        "/conformance": _page("conformance", _("Conformance classes")),
        "/collections": _page("collections", _("Collections")),
    }
    paths |= _queries() | _processes()
    for collection in collections:
        paths |= _paths(collection)
    return {
        "openapi": "3.0.3",
        "info": {"title": "gisserver OGC API", "version": "1.0.0"},
        "servers": [{"url": root.url}],
        "paths": paths,
        "components": {
            "parameters": _parameters(),
            "schemas": {"problem": problems.SCHEMA | {"description": _(problems.SCHEMA["description"])}},
            "responses": {"problem": _answer(_("A refusal"), CONTENT_TYPE, problems.SCHEMA)},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
        },
        "security": [{"token": []}, {"basic": []}],
    }


def _answer(description: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _operation(name: str, summary: str, media_type: str, parameters: list[Any], tag: str) -> dict[str, Any]:
    problem = {"$ref": "#/components/responses/problem"}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": [tag],
            "parameters": parameters,
            "responses": {
                "200": _answer(summary, media_type, {"type": "object"}),
                "400": problem,
                "401": problem,
                "404": problem,
            },
        }
    }


def _page(name: str, summary: str, media_type: str = JSON) -> dict[str, Any]:
    return _operation(name, summary, media_type, [], "server")


def _paths(collection: Collection) -> dict[str, Any]:
    here = f"/collections/{collection.id}"

    def operation(page: str, media_type: str, parameters: list[Any]) -> dict[str, Any]:
        name = f"{collection.id}.{page}"
        return _operation(name, f"{collection.title}: {page}", media_type, parameters, collection.id)

    shown = _presentation(collection)
    fid = {"name": "fid", "in": "path", "required": True, "schema": {"type": "integer"}}
    return {
        here: operation("collection", JSON, []),
        f"{here}/items": operation("items", GEOJSON, _items(collection) + shown) | _posted(collection),
        f"{here}/items/{{fid}}": operation("item", GEOJSON, [fid, *shown]),
        f"{here}/download": operation("download", GEOJSON, _downloaded(collection) + shown),
        f"{here}/statistics": operation("statistics", JSON, _statistics(collection)),
        f"{here}/queryables": operation("queryables", SCHEMA, []),
        f"{here}/sortables": operation("sortables", SCHEMA, []),
        f"{here}/schema": operation("schema", SCHEMA, []),
    }


def _queries() -> dict[str, Any]:
    """Return the paths of queries over several collections."""
    query_id = {"name": "queryId", "in": "path", "required": True, "schema": {"type": "string"}}
    body = {"required": True, "content": {FILTER: {"schema": {"type": "object"}}}}
    listed = _operation("queries", _("Stored queries"), JSON, [], "queries")
    asked = _operation("query", _("Features of several collections that belong together"), JSON, [], "queries")
    run = _operation(
        "query.run", _("Run a stored query; its parameters are those of the address"), JSON, [query_id], "queries"
    )
    kept = _operation("query.keep", _("Keep a query"), JSON, [query_id], "queries")["get"]
    withdrawn = _operation("query.withdraw", _("Withdraw a stored query"), JSON, [query_id], "queries")["get"]
    done = {"204": {"description": _("Done")}}
    return {
        "/query": listed | {"post": asked["get"] | {"requestBody": body}},
        "/query/{queryId}": run
        | {
            "put": kept | {"requestBody": body, "responses": kept["responses"] | done},
            "delete": withdrawn | {"responses": withdrawn["responses"] | done},
        },
        "/query/{queryId}/definition": _operation(
            "query.definition", _("A query as it was kept"), JSON, [query_id], "queries"
        ),
        "/query/{queryId}/parameters": _operation(
            "query.parameters", _("What a query takes"), JSON, [query_id], "queries"
        ),
    }


def _processes() -> dict[str, Any]:
    """Return the paths of processes and jobs."""
    process_id, job_id = (
        {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
        for name, kind in (("processId", "string"), ("jobId", "integer"))
    )
    body = {"required": True, "content": {FILTER: {"schema": {"type": "object"}}}}
    execution = _operation("execute", _("Have a worker run a process"), JSON, [process_id], "processes")["get"]
    created = {"201": _answer(_("The job"), JSON, {"type": "object"})}
    job = _operation("job", _("How far a job has come"), JSON, [job_id], "processes")
    dismissed = _operation("dismiss", _("Cancel a job"), JSON, [job_id], "processes")["get"]
    return {
        "/processes": _operation("processes", _("Processes"), JSON, [], "processes"),
        "/processes/{processId}": _operation("process", _("What a process takes"), JSON, [process_id], "processes"),
        "/processes/{processId}/execution": {
            "post": execution | {"requestBody": body, "responses": execution["responses"] | created}
        },
        "/jobs": _operation("jobs", _("One's own jobs"), JSON, [], "processes"),
        "/jobs/{jobId}": job | {"delete": dismissed},
        "/jobs/{jobId}/results": _operation("results", _("The result of a job"), "*/*", [job_id], "processes"),
    }


def _posted(collection: Collection) -> dict[str, Any]:
    """Return the operation that asks for features with a filter too long for an address."""
    asked = _operation(f"{collection.id}.query", f"{collection.title}: items", GEOJSON, [], collection.id)
    schema = {"type": "object"}
    body = {"required": True, "content": {FILTER: {"schema": schema}, FORM: {"schema": schema}}}
    return {"post": asked["get"] | {"requestBody": body}}


def _downloaded(collection: Collection) -> list[dict[str, Any]]:
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in _SHARED if name in DOWNLOAD]
    own = [_query("f", {"type": "string", "enum": [each.name for each in FORMATS], "default": FORMATS[0].name})]
    crs = _crs(collection)
    own += [_query("bbox-crs", crs), _query("filter-crs", crs)]
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
    results = {"type": "string", "enum": ["results", "hits"], "default": "results"}
    place = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}}
    number = {"type": "integer", "minimum": 1, "maximum": MAX_NEAREST, "default": DEFAULT_NEAREST}
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    return {
        "limit": _query("limit", limit, _("How many features a page holds at most")),
        "offset": _query("offset", offset, _("Features to skip; the link `next` is faster and misses nothing")),
        "next": _query("next", {"type": "string"}, _("Where the page begins, as the link `next` says")),
        "bbox": _query("bbox", numbers, _("Only features that meet this box (and those without a geometry)")),
        "datetime": _query("datetime", {"type": "string"}, _("An instant, or an interval such as 2026-03-01/..")),
        "filter": _query("filter", {"type": "string"}, _("Only features for which this CQL2 condition is true")),
        "filter-lang": _query("filter-lang", {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}),
        "at": _query("at", {"type": "string", "format": "date-time"}, _("As the data stood at this moment")),
        "skipGeometry": _query("skipGeometry", {"type": "boolean", "default": False}, _("Leave geometries out")),
        "nearest": _query(
            "nearest", place, _("The features nearest to this longitude and latitude, with `distance_m`")
        ),
        "k": _query("k", number, _("How many of the nearest")),
        **{name: _query(name, results, _("hits: only count")) for name in RESULT_TYPE},
    }
