"""The list of all doors that read, each with how it is asked."""

from typing import Any

from django.contrib import admin

from tests.gisserver.walk.desk import imports, search_of_households, summary_of_reviews, table_of_house
from tests.gisserver.walk.maps import (
    changed,
    cut_tile,
    deep_tile,
    download,
    esri,
    item,
    items,
    packs,
    page_below,
    query,
    small_groups,
    statistics,
    tile,
    tilejson,
    vacancies,
)
from tests.gisserver.walk.places import (
    autocomplete,
    dialect,
    edge,
    files,
    grid_at,
    look_up,
    news,
    reverse,
    search,
)
from tests.gisserver.walk.registers import (
    Ask,
    addresses,
    by_building,
    by_code,
    by_community,
    by_id,
    by_nothing,
    by_status,
    codes,
    life_of,
    life_of_household,
    listed,
    numbers,
    one_of,
    own_list,
)
from tests.gisserver.walk.rules import EXPORT
from tests.gisserver.walk.walking import NO_ID, Walk, ids


def moves(walk: Walk) -> None:
    """Ask what a redraw moves."""
    pk = walk.luck.choice(list(walk.truth.redraws))
    path = f"/api/redraws/{pk}/moves/"
    answer = walk.get(path)
    if walk.reader.nobody:
        walk.same(path, answer.status, 403)
    elif pk not in walk.reader.redraws:
        walk.hidden(path, path, answer, f"/api/redraws/{NO_ID}/moves/", (pk, NO_ID))
    else:
        walk.holds(path, whether=answer.status in (200, 409))


def package(walk: Walk) -> None:
    """Take a redraw's package away: a bulk door."""
    pk = walk.luck.choice(list(walk.truth.redraws))
    path, answer = f"/api/redraws/{pk}/package/", walk.get(f"/api/redraws/{pk}/package/", scan=False)
    if walk.reader.nobody:
        walk.same(path, answer.status, 403)
    elif pk not in walk.reader.redraws:
        walk.same(path, answer.status, 404)
    else:
        exported = walk.reader.areas(EXPORT)
        may = exported is None or walk.truth.redraws[pk] <= exported
        walk.holds(path, whether=answer.status in ((200, 409) if may else (403,)))


def changes(walk: Walk) -> None:
    """Ask the feed from anywhere: only what the reader may see is told."""
    kind = walk.luck.choice(["posts", "officers", "redraws"])
    seen = {"posts": walk.reader.posts, "officers": walk.reader.officers, "redraws": walk.reader.redraws}[kind]
    answer = walk.get("/api/changes", kind=kind, since=walk.luck.choice([0, 5, 50]), limit=1000)
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/api/changes"):
        told = {pk for change in answer.json["changes"] for pk in change["ids"]}
        walk.holds(f"/api/changes {kind}", whether=told <= seen)


def quality(walk: Walk) -> None:
    """Ask for the report on addresses: counts of one's own communities."""
    answer = walk.get("/api/quality/addresses/")
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/api/quality/addresses/"):
        totals = {one["code"]: one["totals"]["buildings"] for one in answer.json["communities"]}
        counts = {code: n for code, n in totals.items() if n}
        rows = walk.reader.rows("buildings", walk.now).values()
        known = {row["id"]: row["code"] for row in walk.truth.rows("divisions", walk.now).values()}
        truth: dict[Any, int] = {}
        for row in rows:
            code = known[row["community"]]
            truth[code] = truth.get(code, 0) + 1
        walk.same("/api/quality/addresses/", counts, truth)


def cases(walk: Walk) -> None:
    """Ask for the quality work list: cases in one's own buildings, and as many of them as are counted."""
    seen = {row["id"] for row in walk.reader.rows("buildings", walk.now).values()}
    what, kind = "/api/quality/cases/", "building_without_units"
    answer = walk.get(what, limit=100, kind=walk.luck.choice([None, kind]))
    if walk.opens(answer, allowed=not walk.reader.nobody, what=what):
        told = {case["building"] for case in answer.json["results"]} - {None}
        walk.holds(what, whether=told <= seen)
        [now] = walk.get("/api/quality/trend/", kind=kind, since=walk.now.isoformat()).json
        all_of_them = walk.pages(what, at=None, kind=kind)
        if all_of_them is not None:
            walk.same("/api/quality/trend/", now["open"] + now["right"], len(all_of_them))


def case_file(walk: Walk) -> None:
    """Ask for the work list as a file: only for who exports."""
    answer = walk.get("/api/quality/cases/csv/", kind="same_place")
    walk.holds(
        "/api/quality/cases/csv/",
        whether=answer.status == (200 if walk.reader.exports and not walk.reader.nobody else 403),
    )


def queue(walk: Walk) -> None:
    """Ask for what waits: only incidents that the reader sees, and as many as are counted."""
    name = walk.luck.choice(["to_accept", "doubtful", "unassigned"])
    path = f"/api/incidents/queues/{name}/"
    answer = walk.get(path, scan=False)
    if walk.opens(answer, allowed=not walk.reader.nobody, what=path):
        told = ids(answer.json["results"])
        walk.holds(path, whether=set(told) <= set(walk.reader.rows("incidents", walk.now)))
        [length] = [row["incidents"] for row in walk.get("/api/incidents/queues/").json if row["queue"] == name]
        walk.same("/api/incidents/queues/", length, len(told))


def reviews(walk: Walk) -> None:
    """Ask for the rows in doubt: texts masked unless permitted."""
    answer = walk.get("/api/reviews/")
    if walk.opens(answer, allowed=walk.reader.edited != set(), what="/api/reviews/"):
        walk.same("/api/reviews/", ids(answer.json["results"]), sorted(walk.reader.reviews))


def layers(walk: Walk) -> None:
    """Every reader sees what was published."""
    for path in ("/api/layers/", f"/api/layers/{walk.world.layer}/"):
        answer = walk.get(path)
        if walk.opens(answer, allowed=not walk.reader.nobody, what=path):
            walk.holds(path, whether=walk.world.layer in answer.body.decode())
    versions = f"/api/layers/{walk.world.layer}/features/1/versions/"
    answer = walk.get(versions)
    if walk.opens(answer, allowed=not walk.reader.nobody, what=versions):
        walk.same(versions, [each["author"] for each in answer.json["versions"]], [None])


def pages_of_admin(walk: Walk) -> None:
    """Read the admin's lists as staff, and the page of a thing that is hidden."""
    walk.reader.user.is_staff = True
    walk.reader.user.save(update_fields=["is_staff"])
    for model in walk.luck.sample(list(admin.site._registry), 4):
        answer = walk.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/")
        walk.holds(f"admin {model.__name__}", whether=answer.status in (200, 302, 403))
    pk = walk.luck.choice(list(walk.truth.lives["buildings"]))
    answer = walk.get(f"/admin/buildings/building/{pk}/change/")
    seen = pk in walk.reader.lives("buildings") and not walk.reader.nobody
    walk.same(f"admin building {pk}", answer.status == 200, seen)


def _words(path: str) -> Ask:
    """Ask a page that is the same for everybody, and look for words in it."""
    return lambda walk: walk.holds(path, whether=walk.get(path).status in (200, 403, 404))


def _readers(walk: Walk) -> bool:
    return not walk.reader.nobody


def _editors(walk: Walk) -> bool:
    return walk.reader.edited != set()


def _redraw(below: str) -> Ask:
    return by_id(f"/api/redraws/{{}}/{below}", lambda w: w.truth.redraws, lambda w: w.reader.redraws, _readers)


def _incident(below: str) -> Ask:
    return by_id(
        f"/api/incidents/{{}}/{below}/",
        lambda w: w.truth.rows("incidents", w.now),
        lambda w: set(w.reader.rows("incidents", w.now)),
        _readers,
    )


_REDRAW = "api/redraws/<int:redraw_id>/"
_ATTACHMENT = "api/incidents/<int:incident_id>/attachments/<int:attachment_id>/"
_QUERY_PAGES = ("", "/definition", "/parameters(?:/(?P<name>[^/]+))?")
_OGC = "ogc^/collections/(?P<collection_id>[^/]+)"
_MATRIX_SET = "(?P<matrix_set_id>[^/]+)"
_TILE = "(?P<z>[0-9]{1,12})/(?P<row>[0-9]{1,12})/(?P<column>[0-9]{1,12})"
_ESRI = "rest/services/<str:collection_id>/FeatureServer"
DOORS: dict[str, Ask] = {
    "": _words("/"),
    "account/": _words("/account/"),
    "metrics": _words("/metrics"),
    "api/auth/tokens/": _words("/api/auth/tokens/"),
    "api/events": news,
    "api/jobs/": own_list("/api/jobs/", lambda w: w.reader.jobs, _readers),
    "api/jobs/<int:job_id>/": by_id("/api/jobs/{}/", lambda w: range(1, 61), lambda w: w.reader.jobs, _readers),
    "api/divisions/": listed("divisions", filters=by_nothing),
    "api/divisions/<str:code>/": by_code("divisions"),
    "api/grids/": listed("grids", filters=by_nothing),
    "api/grids/at": grid_at,
    "api/grids/edge/": edge,
    "api/grids/<str:code>/": by_code("grids"),
    "api/grids/<str:code>/history/": by_code("grids", "history/"),
    "api/changes": changes,
    "api/posts/": own_list("/api/posts/", lambda w: w.reader.posts, _readers),
    "api/posts/<int:post_id>/": by_id("/api/posts/{}/", lambda w: w.truth.posts, lambda w: w.reader.posts, _readers),
    "api/officers/": own_list("/api/officers/", lambda w: w.reader.officers, _readers),
    "api/teams/": _words("/api/teams/"),
    "api/officers/<int:officer_id>/": by_id(
        "/api/officers/{}/", lambda w: w.truth.officers, lambda w: w.reader.officers, _readers
    ),
    "api/redraws/": own_list("/api/redraws/", lambda w: w.reader.redraws, _readers),
    _REDRAW: _redraw(""),
    f"{_REDRAW}commands/": _redraw("commands/"),
    f"{_REDRAW}preview/": _redraw("preview/"),
    f"{_REDRAW}ground/": _redraw("ground/"),
    f"{_REDRAW}moves/": moves,
    f"{_REDRAW}package/": package,
    "api/buildings/": listed("buildings", filters=by_community),
    "api/buildings/<int:building_id>/": one_of("buildings"),
    "api/buildings/<int:identity>/history/": life_of("buildings"),
    "api/entrances/<int:identity>/history/": life_of("entrances"),
    "api/units/<int:identity>/history/": life_of("units"),
    "api/events/<int:event_id>/": by_id(
        "/api/events/{}/", lambda w: w.truth.events, lambda w: w.reader.events, _readers
    ),
    "api/units/": listed("units", filters=by_building),
    "api/units/<int:unit_id>/": one_of("units"),
    "api/households/": listed("households", filters=by_building),
    "api/households/<int:household_id>/": one_of("households"),
    "api/households/<int:household_id>/history/": life_of_household,
    "api/households/counts/": numbers,
    "api/legal-persons/": listed("legal_persons", filters=by_building),
    "api/legal-persons/<int:legal_person_id>/": one_of("legal_persons"),
    "api/legal-persons/<int:legal_person_id>/history/": life_of("legal_persons"),
    "api/quality/addresses/": quality,
    "api/quality/kinds/": _words("/api/quality/kinds/"),
    "api/quality/cases/": cases,
    "api/quality/cases/csv/": case_file,
    "api/quality/trend/": cases,
    "api/reviews/": reviews,
    "api/reviews/<int:item_id>/": by_id(
        "/api/reviews/{}/", lambda w: w.truth.reviews, lambda w: w.reader.reviews, _editors
    ),
    "api/addresses/": addresses,
    "api/^codes/(?P<code>[^/]+)/?$": codes,
    "api/incidents/": listed("incidents", filters=by_status),
    "api/incidents/<int:incident_id>/": one_of("incidents"),
    **{f"api/incidents/<int:incident_id>/{below}/": _incident(below) for below in ("steps", "duplicates")},
    "api/incidents/queues/": _words("/api/incidents/queues/"),
    "api/incidents/queues/<str:name>/": queue,
    "api/incidents/notices/": _words("/api/incidents/notices/"),
    "api/incidents/deadlines/": _words("/api/incidents/deadlines/"),
    "api/incidents/placing/": _words("/api/incidents/placing/"),
    "api/incidents/roads/": _words("/api/incidents/roads/"),
    "api/incidents/pairs/": _words("/api/incidents/pairs/"),
    "api/changes/stream": _words("/api/changes/stream?since=0"),
    "api/webhooks/": _words("/api/webhooks/"),
    **{f"api/webhooks/<int:webhook_id>/{below}": _words(f"/api/webhooks/1/{below}") for below in ("", "deliveries/")},
    "api/incidents/<int:incident_id>/attachments/": _incident("attachments"),
    **{f"{_ATTACHMENT}{part}/": _words(f"/api/incidents/1/attachments/1/{part}/") for part in ("content", "thumbnail")},
    "api/incidents/statistics/<str:measure>/": _words("/api/incidents/statistics/counts/?since=2020-01-01"),
    f"{_REDRAW}preview/backtest/": _redraw("preview/backtest/"),
    **{
        f"open311/v2/{route}\\.(?P<form>json|xml)$": _words(f"/open311/v2/{path}")
        for route, path in (
            ("^discovery", "discovery.json"),
            ("^services", "services.json"),
            ("^services/(?P<code>[^/]{1,60})", "services/A.json"),
            ("^requests", "requests.json?start_date=2020-01-01T00:00:00Z&end_date=2030-01-01T00:00:00Z"),
            ("^requests/(?P<request_id>[^/.]{1,40})", "requests/1.json"),
            ("^tokens/(?P<request_id>[^/.]{1,40})", "tokens/1.json"),
        )
    },
    "api/incidents/restated/": _words("/api/incidents/restated/?since=2020-01-01&until=2030-01-01"),
    "api/incident-types/": _words("/api/incident-types/"),
    "api/incident-types/counts/": _words("/api/incident-types/counts/?since=2020-01-01&until=2030-01-01"),
    "geocode/search": search,
    "geocode/reverse": reverse,
    "geocode/autocomplete": autocomplete,
    "geocode/lookup": look_up,
    **{f"geocode/{name}": dialect(f"/geocode/{name}") for name in ("search/", "search.php", "photon/api")},
    **{f"geocode/addok/{name}": dialect(f"/geocode/addok/{name}") for name in ("search", "search/")},
    **{f"geocode/{name}": dialect(f"/geocode/{name}", place=True) for name in ("reverse/", "reverse.php")},
    **{f"geocode/addok/{name}": dialect(f"/geocode/addok/{name}", place=True) for name in ("reverse", "reverse/")},
    "geocode/photon/reverse": dialect("/geocode/photon/reverse", place=True),
    "geocode/lookup/": look_up,
    "geocode/lookup.php": look_up,
    "ogc^/?$": _words("/ogc/"),
    "ogc^/collections/?$": _words("/ogc/collections"),
    "ogc^/query/?$": query,
    **{f"ogc^/query/(?P<query_id>[^/]+){page}/?$": _words("/ogc/query/none") for page in _QUERY_PAGES},
    "ogc^/processes/?$": _words("/ogc/processes"),
    "ogc^/processes/(?P<process_id>[^/]+)/?$": _words("/ogc/processes/query"),
    "ogc^/jobs/?$": _words("/ogc/jobs"),
    **{f"ogc^/jobs/(?P<job_id>[0-9]{{1,18}}){page}/?$": _words(f"/ogc/jobs/1{page}") for page in ("", "/results")},
    f"{_OGC}/?$": page_below(""),
    f"{_OGC}/items/?$": items,
    f"{_OGC}/download/?$": download,
    f"{_OGC}/statistics/?$": statistics,
    f"{_OGC}/changes/?$": changed,
    f"{_OGC}/items/(?P<fid>[^/]+)/?$": item,
    f"{_OGC}/queryables/?$": page_below("/queryables"),
    f"{_OGC}/sortables/?$": page_below("/sortables"),
    f"{_OGC}/schema/?$": page_below("/schema"),
    f"{_OGC}/feature-schema/?$": page_below("/feature-schema"),
    "ogc^/tiles/?$": _words("/ogc/tiles"),
    f"ogc^/tiles/{_MATRIX_SET}/?$": _words("/ogc/tiles/EPSG4547Quad"),
    f"ogc^/tiles/{_MATRIX_SET}/{_TILE}/?$": cut_tile,
    f"{_OGC}/tiles/?$": page_below("/tiles"),
    f"{_OGC}/tiles/{_MATRIX_SET}/?$": page_below("/tiles/CGCS2000Quad"),
    f"{_OGC}/tiles/{_MATRIX_SET}/{_TILE}/?$": cut_tile,
    **{f"arcgis/{_ESRI}{below}": esri for below in ("", "/0", "/0/<int:fid>", "/0/query")},
    **{f"arcgis/rest/services{slash}": _words("/arcgis/rest/services") for slash in ("", "/")},
    "api/layers/": layers,
    "api/layers/<str:slug>/": layers,
    "api/layers/<str:slug>/features/<int:fid>/versions/": layers,
    "tiles/<str:layers>/<int:z>/<int:x>/<int:y>.mvt": tile,
    "tiles/<str:layers>.json": tilejson,
    **{f"packs/{name}": packs for name in ("", "<slug:code>.pmtiles", "<slug:code>.json.gz")},
    "styles/<slug:name>.json": _words("/styles/grids.json"),
    # The city has no raster: that each shows its readers only is tests/tiles/rasters' and tests/rasters' matter.
    **{
        f"tiles/raster/<str:layer>{rest}": _words("/tiles/raster/none.json")
        for rest in (".json", "/<int:z>/<int:x>/<int:y>.png", "/<int:z>/<int:x>/<int:y>.webp")
    },
    "wmts": _words("/wmts?service=WMTS&request=GetCapabilities"),
    "wmts/1.0.0/WMTSCapabilities.xml": _words("/wmts/1.0.0/WMTSCapabilities.xml"),
    "rasters/": _words("/rasters/"),
    **{
        f"rasters/<str:layer>/{door}": _words(f"/rasters/none/{door}")
        for door in ("", "point", "statistics", "legend", "zonal")
    },
    "api/buildings/exposure/": _words("/api/buildings/exposure/?raster=none&at_least=1"),
    f"{_REDRAW}preview/raster/": _words("/api/redraws/1/preview/raster/?raster=none"),
    # The clerk's desk, and the doors that were opened for it.
    **{
        f"desk/{page}/": _words(f"/desk/{page}/") for page in ("reviews", "households", "imports", "layers", "dispatch")
    },
    "desk/buildings/<int:building_id>/": _words("/desk/buildings/1/"),
    "api/buildings/<int:building_id>/table/": table_of_house,
    "api/households/search/": search_of_households,
    "api/reviews/summary/": summary_of_reviews,
    "api/imports/": imports,
}
# Doors that take a file and answer with one, tiles of great depth, and all below /admin/.
MORE: list[Ask] = [files, deep_tile, pages_of_admin, small_groups, vacancies]
# What is the same for everybody, and holds nothing of the city.
SAME_FOR_ALL = {
    "desk/", "login/", "logout/", "healthz", "readyz", "admin/password_change/", "api/schema/", "api/docs/",
    "glyphs/<str:stack>/<int:first>-<int:last>.pbf", "ogc^/api/?$", "ogc^/conformance/?$",
    "ogc^/tileMatrixSets/?$", f"ogc^/tileMatrixSets/{_MATRIX_SET}/?$", "api/jobs/<int:job_id>/result/",
    "ogc^/processes/(?P<process_id>[^/]+)/execution/?$",
    "geocode/status", "geocode/status/", "geocode/status.php",
    "arcgis/rest/info", "arcgis/tokens/generateToken",
}  # fmt: skip
