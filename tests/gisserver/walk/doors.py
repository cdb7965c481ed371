"""How each door is asked, and what it must say: the list of all doors that read."""

import gzip
import json
import math
from collections.abc import Callable
from typing import Any

import mapbox_vector_tile
from django.contrib import admin

from buildings.masking import mask_name, mask_phone
from gisserver.serving.gateway import CHANNEL
from tests.gisserver.walk.oracle import EXPORT
from tests.gisserver.walk.walking import NDJSON, NO_CODE, NO_ID, Walk, ids

Ask = Callable[[Walk], None]
PLACED = {"buildings": "buildings", "building_points": "buildings", "entrances": "entrances", "units": "units"}
COLLECTIONS = {**PLACED, "grids": "grids", "divisions": "divisions", "incidents": "incidents"}
FORMATS = ["geocodejson", "geojson", "jsonv2", "json"]


# --- lists -----------------------------------------------------------------------------------------------------------
def _listed(kind: str, *, filters: Callable[[Walk, Any], tuple[dict[str, Any], Callable[[Any], bool]]]) -> Ask:
    """Ask a list at a moment with a filter, and compare ids."""

    def ask(walk: Walk) -> None:
        at = walk.moment()
        query, keeps = filters(walk, at)
        rows = walk.pages(f"/api/{kind}/", at=at, **query)
        if rows is not None:
            truth = [row for row in walk.reader.rows(kind, walk.about(at)).values() if keeps(row)]
            walk.same(f"/api/{kind}/ {at} {query}", ids(rows), ids(truth))
            _compared(walk, kind, rows, at)

    return ask


def _compared(walk: Walk, kind: str, rows: list[dict[str, Any]], at: Any) -> None:
    """Compare the words of rows that are told."""
    truth = walk.reader.rows(kind, walk.about(at))
    codes = {row["id"]: row["code"] for row in walk.truth.rows("divisions", walk.about(at)).values()}
    for row in rows:
        is_so = truth.get(row["id"])
        if is_so is None:
            continue
        for name in {"code", "address", "grid", "building", "unit", "number"} & row.keys() & is_so.keys():
            walk.same(f"{kind} {row['id']} {name} {at}", row[name], is_so[name])
        if kind in ("buildings", "grids", "incidents"):
            walk.same(f"{kind} {row['id']} community {at}", row["community"], codes.get(is_so["community"]))
        if kind == "households":
            masked = walk.reader.masked(is_so)
            said = (is_so["head_name"], is_so["phone"])
            shown = (mask_name(said[0]), mask_phone(said[1])) if masked else said
            walk.same(f"household {row['id']} {at}", (row["masked"], row["head_name"], row["phone"]), (masked, *shown))


def _box(walk: Walk) -> tuple[str, Callable[[Any], bool]]:
    """Return a random box and the condition that a point lies in it."""
    west, south = 114.258 + walk.luck.random() * 0.012, 22.68
    rows = list(walk.truth.rows("buildings", walk.now).values())
    west = walk.luck.choice(rows)["lon"] + 1e-5
    east = west + walk.luck.choice([0.001, 0.004])
    south = min(row["lat"] for row in rows) - 1e-4
    north = south + walk.luck.choice([0.001, 0.01])
    return (
        f"{west:.7f},{south:.7f},{east:.7f},{north:.7f}",
        lambda row: row["lon"] is not None and west <= row["lon"] <= east and south <= row["lat"] <= north,
    )


def _by_place(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    """Filter by nothing, a box, or a grid of the user's."""
    grids = list(walk.reader.rows("grids", walk.about(at)).values())
    choice = walk.luck.choice(["all", "bbox", "grid"])
    if choice == "bbox":
        box, holds = _box(walk)
        return {"bbox": box}, holds
    if choice == "grid" and grids:
        code = walk.luck.choice(grids)["code"]
        return {"grid": code}, lambda row: row["grid"] == code
    return {}, lambda row: True


def _by_building(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    """Filter by nothing, or by any building."""
    if walk.luck.random() < 0.5:
        return {}, lambda row: True
    house = walk.any_of("buildings", at)["id"]
    return {"building": house}, lambda row: row["building"] == house


def _by_nothing(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    return {}, lambda row: True


def _by_community(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    """Filter by a community of the user's, or by what `_by_place` does."""
    told = [row for row in walk.reader.rows("divisions", walk.about(at)).values() if row["community"] is not None]
    if not told or walk.luck.random() < 0.6:
        return _by_place(walk, at)
    row = walk.luck.choice(told)
    return {"community": row["code"]}, lambda house: house["community"] == row["id"]


def _by_status(walk: Walk, at: Any) -> tuple[dict[str, Any], Callable[[Any], bool]]:
    if walk.luck.random() < 0.5:
        return _by_place(walk, at)
    return {"status": "open"}, lambda row: row["status"] == "new"


def _own(path: str, held: Callable[[Walk], set[int]], allowed: Callable[[Walk], bool]) -> Ask:
    """Ask a list that has no moment."""

    def ask(walk: Walk) -> None:
        answer = walk.get(path)
        if walk.opens(answer, allowed=allowed(walk), what=path):
            walk.same(path, ids(answer.json["results"]), sorted(held(walk)))

    return ask


# --- one thing -------------------------------------------------------------------------------------------------------
def _one(kind: str, below: str = "") -> Ask:
    """Ask for one thing by its id at a moment; a hidden one answers as one that there is not."""

    def ask(walk: Walk) -> None:
        at = walk.moment()
        row = walk.any_of(kind, at)
        path = f"/api/{kind}/{row['id']}/{below}"
        answer = walk.get(path, at=at)
        if walk.reader.nobody:
            walk.same(path, answer.status, 403)
        elif row["id"] in walk.reader.rows(kind, walk.about(at)):
            walk.same(path, answer.status, 200)
            _compared(walk, kind, [answer.json], at)
        else:
            known = row["id"] in walk.reader.lives(kind) if kind == "buildings" else False
            if not known:
                walk.hidden(f"{path} {at}", path, answer, f"/api/{kind}/{NO_ID}/{below}", (row["id"], NO_ID), at=at)

    return ask


def _life(kind: str) -> Ask:
    """Ask for the life of a thing."""

    def ask(walk: Walk) -> None:
        pk = walk.luck.choice(list(walk.truth.lives[kind]))
        path = f"/api/{kind}/{pk}/history/"
        answer = walk.get(path)
        if walk.reader.nobody:
            walk.same(path, answer.status, 403)
        elif pk in walk.reader.lives(kind):
            walk.same(path, answer.status, 200)
            walk.holds(f"{path} events", whether=set(ids(answer.json["events"])) <= walk.reader.events)
            seen = walk.reader.lives("buildings")
            told = {state["building"] for state in answer.json["states"] if "building" in state} - {None}
            walk.holds(f"{path} buildings of states", whether=told <= seen)
        else:
            walk.hidden(path, path, answer, f"/api/{kind}/{NO_ID}/history/", (pk, NO_ID))

    return ask


def _by_id(
    path: str, every: Callable[[Walk], Any], held: Callable[[Walk], set[int]], allowed: Callable[[Walk], bool]
) -> Ask:
    """Ask for one thing that has no moment; what it says is only searched for words."""

    def ask(walk: Walk) -> None:
        known = sorted(every(walk))
        if not known:
            return
        pk = walk.luck.choice(known)
        answer = walk.get(path.format(pk))
        if not allowed(walk):
            walk.same(path.format(pk), answer.status, 403)
        elif pk in held(walk):
            walk.holds(f"{path.format(pk)} status", whether=answer.status in (200, 409))
        else:
            walk.hidden(path.format(pk), path, answer, path.format(NO_ID), (pk, NO_ID))

    return ask


def _code_of(kind: str) -> Callable[[Walk, Any], tuple[str, int]]:
    return lambda walk, at: (lambda row: (row["code"], row["id"]))(walk.any_of(kind, at))


def _by_code(kind: str, below: str = "") -> Ask:
    """Ask for a grid or a division by its code."""

    def ask(walk: Walk) -> None:
        at = walk.moment()
        row = walk.any_of(kind, at)
        path = f"/api/{kind}/{row['code']}/{below}"
        answer = walk.get(path, at=at)
        seen = row["id"] in walk.reader.rows(kind, walk.about(at))
        if walk.reader.nobody:
            walk.same(path, answer.status, 403)
        elif not seen:
            walk.hidden(f"{path} {at}", path, answer, f"/api/{kind}/{NO_CODE}/{below}", (row["code"], NO_CODE), at=at)
        elif not below:
            walk.same(f"{path} {at}", (answer.status, answer.json["id"]), (200, row["id"]))
            if kind == "grids":
                _load(walk, path, answer.json, at)

    return ask


def _load(walk: Walk, path: str, told: Any, at: Any) -> None:
    """Compare what a grid carries."""
    for kind in ("buildings", "units", "households"):
        truth = [row for row in walk.truth.rows(kind, walk.about(at)).values() if row["grid"] == told["code"]]
        walk.same(f"{path} {at} load {kind}", told["load"][kind], len(truth))


def codes(walk: Walk) -> None:
    """Ask what a code means, now or at a moment."""
    at = walk.moment()
    kind = walk.luck.choice(["buildings", "units", "grids", "divisions"])
    rows = [row for row in walk.truth.rows(kind, walk.luck.choice(walk.world.moments)).values() if row["code"]]
    row = walk.luck.choice(rows)
    path = f"/api/codes/{row['code']}"
    answer = walk.get(path, at=at)
    if walk.reader.nobody:
        walk.same(path, answer.status, 403)
        return
    target = kind.removesuffix("s")
    told = {one["id"] for one in answer.json.get("meanings", []) if one["target"] == target}
    if at is not None:
        then = walk.truth.rows(kind, at).get(row["id"])
        meant = then is not None and then["code"] == row["code"]
        seen = walk.reader.rows(kind, at) if meant else {}
    elif kind == "divisions":
        seen = walk.reader.rows(kind, walk.now) if row["id"] in walk.truth.rows(kind, walk.now) else told
    else:
        seen = walk.reader.lives(kind)
    walk.same(f"{path} {at}", told, {row["id"]} & set(seen))
    if answer.status == 404:
        walk.hidden(path, path, answer, f"/api/codes/{NO_CODE}", (row["code"], NO_CODE), at=at)


def addresses(walk: Walk) -> None:
    """Ask what an address means."""
    at = walk.moment()
    rows = walk.truth.rows("buildings", walk.luck.choice(walk.world.moments)).values()
    row = walk.luck.choice([row for row in rows if row["address"]])
    answer = walk.get("/api/addresses/", at=at, text=row["address"])
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/api/addresses/"):
        told = {one["id"] for one in answer.json["meanings"]}
        seen = walk.reader.lives("buildings") if at is None else set(walk.reader.rows("buildings", at))
        walk.holds(f"/api/addresses/ {row['address']} {at}", whether=told <= seen)
        then = walk.truth.rows("buildings", walk.about(at)).get(row["id"], {})
        if row["id"] in seen and then.get("address") == row["address"]:
            walk.holds(f"/api/addresses/ {row['address']} {at}", whether=row["id"] in told)


# --- grids -----------------------------------------------------------------------------------------------------------
def grid_at(walk: Walk) -> None:
    """Ask for the grid of a place."""
    at = walk.moment()
    place = walk.any_of("buildings", at)
    answer = walk.get("/api/grids/at", at=at, lon=place["lon"], lat=place["lat"])
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/api/grids/at"):
        seen = {row["code"] for row in walk.reader.rows("grids", walk.about(at)).values()}
        truth = place["grid"] if place["grid"] in seen else None
        walk.same(f"/api/grids/at {at}", answer.json["grid"], truth)


def edge(walk: Walk) -> None:
    """Ask who drew a border."""
    at = walk.moment()
    place = walk.any_of("buildings", at)
    answer = walk.get("/api/grids/edge/", at=at, lon=place["lon"], lat=place["lat"], within_m=200)
    walk.holds("/api/grids/edge/", whether=answer.status in ((403,) if walk.reader.nobody else (200, 404)))


def news(walk: Walk) -> None:
    """Ask for news: only of one's communities."""
    answer = walk.get("/api/events")
    told = set(filter(None, answer.headers.get(CHANNEL, "").split(",")))
    known = {row["id"] for row in walk.truth.rows("divisions", walk.world.moments[-1]).values()}
    communities = {walk.world.divisions[name].pk for name in walk.world.divisions if name[0] == "K"} & known
    seen = {f"community:{pk}" for pk in communities if walk.reader.read is None or pk in walk.reader.read}
    walk.same("/api/events", told, {"*"} if walk.reader.read is None else seen)


# --- geocoding -------------------------------------------------------------------------------------------------------
def _found(body: Any) -> set[tuple[str, int]]:
    """Return what an answer of the geocoder names: target and id."""
    if isinstance(body, list):
        return {(one["osm_type"], one["osm_id"]) for one in body}
    if "features" not in body:
        return {(body["osm_type"], body["osm_id"])} if "osm_id" in body else set()
    told = [feature["properties"] for feature in body["features"]]
    said = [one.get("geocoding", one) for one in told]
    return {(one.get("target", one.get("osm_type")), one.get("id", one.get("osm_id"))) for one in said}


def _all_seen(walk: Walk, what: str, found: set[tuple[str, int]], at: Any) -> None:
    for target, pk in found:
        if target in ("building", "entrance", "unit", "division"):
            walk.holds(f"{what} {target} {pk} {at}", whether=pk in walk.reader.rows(f"{target}s", walk.about(at)))


def search(walk: Walk) -> None:
    """Search for an address of any moment."""
    at = walk.moment()
    rows = walk.truth.rows("buildings", walk.luck.choice(walk.world.moments)).values()
    row = walk.luck.choice([row for row in rows if row["address"]])
    answer = walk.get("/geocode/search", at=at, q=row["address"], format=walk.luck.choice(FORMATS))
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/geocode/search"):
        found = _found(answer.json)
        _all_seen(walk, "/geocode/search", found, at)
        now = walk.reader.rows("buildings", walk.about(at)).get(row["id"], {})
        if now.get("address") == row["address"]:
            walk.holds(f"/geocode/search {row['address']} {at}", whether=("building", row["id"]) in found)


def autocomplete(walk: Walk) -> None:
    """Begin an address, or a division's name."""
    at = walk.moment()
    rows = walk.truth.rows("buildings", walk.luck.choice(walk.world.moments)).values()
    row = walk.luck.choice([row for row in rows if row["address"]])
    text = walk.luck.choice([row["address"][:-1], row["address"][:6], row["name"][:-1], "北巷", "4403"])
    answer = walk.get("/geocode/autocomplete", at=at, q=text, format=walk.luck.choice(FORMATS))
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/geocode/autocomplete"):
        _all_seen(walk, f"/geocode/autocomplete {text}", _found(answer.json), at)


def reverse(walk: Walk) -> None:
    """Ask what stands where a house stands."""
    at = walk.moment()
    row = walk.any_of("buildings", at)
    answer = walk.get(
        "/geocode/reverse", at=at, lon=row["lon"], lat=row["lat"], format=walk.luck.choice(["geocodejson", "jsonv2"])
    )
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/geocode/reverse"):
        found = _found(answer.json)
        _all_seen(walk, "/geocode/reverse", found, at)
        if row["id"] in walk.reader.rows("buildings", walk.about(at)):
            walk.same(f"/geocode/reverse {row['id']} {at}", found, {("building", row["id"])})


def files(walk: Walk) -> None:
    """Send addresses and places of any moment in a file."""
    at = walk.moment()
    rows = [walk.any_of("buildings", walk.luck.choice(walk.world.moments)) for _ in range(4)]
    work = walk.luck.choice(["search", "reverse"])
    lines = [
        {"address": row["address"] or "x"} if work == "search" else {"lon": row["lon"], "lat": row["lat"]}
        for row in rows
    ]
    body = b"\n".join(json.dumps(line, ensure_ascii=False).encode() for line in lines)
    answer = walk.post(f"/geocode/{work}/ndjson/", body, at=at, content_type=NDJSON)
    if walk.opens(answer, allowed=walk.reader.exports and not walk.reader.nobody, what=f"/geocode/{work}/ndjson/"):
        results = [json.loads(line)["result"] for line in answer.body.splitlines()]
        told = {one.get("id") or one.get("building") for one in results if one.get("target", "building") == "building"}
        seen = set(walk.reader.rows("buildings", walk.about(at)))
        walk.holds(f"/geocode/{work}/ndjson/ {at}", whether=told - {None} <= seen)


# --- OGC API and tiles -----------------------------------------------------------------------------------------------
def items(walk: Walk) -> None:
    """Ask a collection for its features at a moment, with filters, page by page."""
    at, collection = walk.moment(), walk.luck.choice(list(COLLECTIONS))
    kind = COLLECTIONS[collection]
    truth = dict(walk.reader.rows(kind, walk.about(at)))
    path, query = f"/ogc/collections/{collection}/items", dict[str, Any](limit=walk.luck.choice([5, 100]))
    if at is not None and kind != "incidents" and walk.luck.random() < 0.3:
        query["datetime"] = at.isoformat()
    if collection == "building_points" and walk.luck.random() < 0.3:
        query["bbox"], holds = _box(walk)
        truth = {pk: row for pk, row in truth.items() if holds(row)}
    elif kind in ("buildings", "grids", "units") and walk.luck.random() < 0.5:
        code = walk.any_of(kind, at)["code"]
        query["filter"] = f"code = '{code}'"
        truth = {pk: row for pk, row in truth.items() if row["code"] == code}
    answer = walk.get(path, at=None if "datetime" in query else at, scan="datetime" not in query, **query)
    if "datetime" in query:
        walk.scan(answer.body, f"{path} {query}", at)
    if not walk.reader.nobody:
        walk.same(f"{path} {at} matched", answer.json["numberMatched"], len(truth))
        hits = walk.get(path, at=None if "datetime" in query else at, scan=False, resulttype="hits", **query)
        walk.same(f"{path} {at} hits", hits.json["numberMatched"], len(truth))
        found = list(answer.json["features"])
        while following := next((one["href"] for one in answer.json["links"] if one["rel"] == "next"), None):
            response = walk.client.get(following)
            answer.body = response.getvalue()
            found += answer.json["features"]
        walk.same(f"{path} {at} {query}", sorted(int(one["id"]) for one in found), sorted(truth))
    else:
        walk.same(path, answer.status, 404)


def item(walk: Walk) -> None:
    """Ask for one feature."""
    at, collection = walk.moment(), walk.luck.choice(list(COLLECTIONS))
    row = walk.any_of(COLLECTIONS[collection], at)
    path = f"/ogc/collections/{collection}/items/"
    answer = walk.get(f"{path}{row['id']}", at=at)
    if row["id"] in walk.reader.rows(COLLECTIONS[collection], walk.about(at)) and not walk.reader.nobody:
        walk.same(f"{path}{row['id']} {at}", answer.status, 200)
    else:
        walk.hidden(f"{path}{row['id']}", path, answer, f"{path}{NO_ID}", (row["id"], NO_ID), at=at)


def _page(below: str) -> Ask:
    """Ask a page of a collection, and look for words in it."""

    def ask(walk: Walk) -> None:
        collection = walk.luck.choice([*COLLECTIONS, walk.world.layer])
        answer = walk.get(f"/ogc/collections/{collection}{below}")
        walk.same(f"/ogc/collections/{collection}{below}", answer.status, 404 if walk.reader.nobody else 200)

    return ask


def _number(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Return the column and row of a tile."""
    side = 2**zoom
    northing = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * side), int((1 - northing / math.pi) / 2 * side)


def tile(walk: Walk) -> None:
    """Fetch the tiles of the whole city at a moment."""
    at, collection = (
        walk.moment(),
        walk.luck.choice(["divisions", "grids", "buildings", "building_points", "incidents"]),
    )
    kind, zoom = COLLECTIONS[collection], 13
    places = walk.truth.rows("buildings", walk.now).values()
    tiles = {_number(row["lon"] + dx, row["lat"] + dy, zoom) for row in places for dx in (0, 2e-3) for dy in (0, 2e-3)}
    more = walk.luck.choice([{}, {}, {"properties": "code,community"}] if kind in ("buildings", "grids") else [{}])
    found: set[int] = set()
    count = 0
    for x, y in sorted(tiles):
        layers = walk.luck.choice([collection, f"{collection},{walk.world.layer}"])
        answer = walk.get(f"/tiles/{layers}/{zoom}/{x}/{y}.mvt", at=at, scan=False, **more)
        if walk.reader.nobody:
            walk.same("/tiles", answer.status, 404)
            return
        body = gzip.decompress(answer.body) if answer.headers.get("Content-Encoding") == "gzip" else answer.body
        walk.scan(body, f"/tiles/{collection} {at}", at)
        layer = (mapbox_vector_tile.decode(body) if body else {}).get(collection, {"features": []})
        found |= {one["id"] for one in layer["features"] if "id" in one}
        count += sum(one["properties"].get("point_count", 1) for one in layer["features"])
    shown = walk.reader.rows(kind, walk.about(at))
    truth = {pk for pk, row in shown.items() if row.get("drawn", True) or collection == "building_points"}
    if kind == "incidents":
        walk.same(f"/tiles/{collection} {at}", count, len(truth))
    else:
        walk.same(f"/tiles/{collection} {at}", sorted(found), sorted(truth))


def deep_tile(walk: Walk) -> None:
    """Fetch the tile around a house, where units and entrances are drawn."""
    at, collection = walk.moment(), walk.luck.choice(["units", "entrances", "incidents"])
    place = walk.any_of("buildings", at)
    x, y = _number(place["lon"], place["lat"], 18)
    answer = walk.get(f"/tiles/{collection}/18/{x}/{y}.mvt", at=at, scan=False)
    if walk.reader.nobody:
        walk.same("/tiles", answer.status, 404)
        return
    body = gzip.decompress(answer.body) if answer.headers.get("Content-Encoding") == "gzip" else answer.body
    walk.scan(body, f"/tiles/{collection} {at}", at)
    layer = (mapbox_vector_tile.decode(body) if body else {}).get(collection, {"features": []})
    told = {one["id"] for one in layer["features"] if one["properties"].get("point_count", 1) == 1}
    truth = walk.reader.rows(collection, walk.about(at))
    walk.holds(f"/tiles/{collection}/18/{x}/{y} {at}", whether=told <= set(truth))
    if collection == "units" and place["id"] in walk.reader.rows("buildings", walk.about(at)):
        inside = {pk for pk, row in truth.items() if row["building"] == place["id"]}
        walk.holds(f"/tiles/units of {place['id']} {at}", whether=inside <= told)


def tilejson(walk: Walk) -> None:
    """Ask how far a tileset reaches: no farther than what the user may see."""
    at = walk.moment()
    answer = walk.get("/tiles/building_points.json", at=at)
    if walk.reader.nobody:
        walk.same("/tiles.json", answer.status, 404)
        return
    rows = list(walk.reader.rows("buildings", walk.about(at)).values())
    if rows:
        west, south = min(row["lon"] for row in rows), min(row["lat"] for row in rows)
        east, north = max(row["lon"] for row in rows), max(row["lat"] for row in rows)
        near = [abs(a - b) < 2e-6 for a, b in zip(answer.json["bounds"], (west, south, east, north), strict=True)]
        walk.holds(f"/tiles/building_points.json {at}", whether=all(near))
    else:
        walk.same(f"/tiles/building_points.json {at}", answer.json["bounds"][0], -180.0)


# --- redraws, reports and the rest -----------------------------------------------------------------------------------
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


def quality(walk: Walk) -> None:
    """Ask for the report on addresses: counts of one's own communities."""
    answer = walk.get("/api/quality/addresses/")
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/api/quality/addresses/"):
        told = {one["code"]: one["totals"]["buildings"] for one in answer.json["communities"]}
        counts = {code: n for code, n in told.items() if n}
        rows = walk.reader.rows("buildings", walk.now).values()
        known = {row["id"]: row["code"] for row in walk.truth.rows("divisions", walk.now).values()}
        truth: dict[Any, int] = {}
        for row in rows:
            code = known[row["community"]]
            truth[code] = truth.get(code, 0) + 1
        walk.same("/api/quality/addresses/", counts, truth)


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
    return _by_id(f"/api/redraws/{{}}/{below}", lambda w: w.truth.redraws, lambda w: w.reader.redraws, _readers)


_REDRAW = "api/redraws/<int:redraw_id>/"
_OGC = "ogc^/collections/(?P<collection_id>[^/]+)"
DOORS: dict[str, Ask] = {
    "": _words("/"),
    "account/": _words("/account/"),
    "metrics": _words("/metrics"),
    "api/auth/tokens/": _words("/api/auth/tokens/"),
    "api/events": news,
    "api/jobs/": _own("/api/jobs/", lambda w: w.reader.jobs, _readers),
    "api/jobs/<int:job_id>/": _by_id("/api/jobs/{}/", lambda w: range(1, 61), lambda w: w.reader.jobs, _readers),
    "api/divisions/": _listed("divisions", filters=_by_nothing),
    "api/divisions/<str:code>/": _by_code("divisions"),
    "api/grids/": _listed("grids", filters=_by_nothing),
    "api/grids/at": grid_at,
    "api/grids/edge/": edge,
    "api/grids/<str:code>/": _by_code("grids"),
    "api/grids/<str:code>/history/": _by_code("grids", "history/"),
    "api/redraws/": _own("/api/redraws/", lambda w: w.reader.redraws, _readers),
    _REDRAW: _redraw(""),
    f"{_REDRAW}commands/": _redraw("commands/"),
    f"{_REDRAW}preview/": _redraw("preview/"),
    f"{_REDRAW}ground/": _redraw("ground/"),
    f"{_REDRAW}moves/": moves,
    f"{_REDRAW}package/": package,
    "api/buildings/": _listed("buildings", filters=_by_community),
    "api/buildings/<int:building_id>/": _one("buildings"),
    "api/buildings/<int:identity>/history/": _life("buildings"),
    "api/entrances/<int:identity>/history/": _life("entrances"),
    "api/units/<int:identity>/history/": _life("units"),
    "api/events/<int:event_id>/": _by_id(
        "/api/events/{}/", lambda w: w.truth.events, lambda w: w.reader.events, _readers
    ),
    "api/units/": _listed("units", filters=_by_building),
    "api/units/<int:unit_id>/": _one("units"),
    "api/households/": _listed("households", filters=_by_building),
    "api/households/<int:household_id>/": _one("households"),
    "api/quality/addresses/": quality,
    "api/reviews/": reviews,
    "api/reviews/<int:item_id>/": _by_id(
        "/api/reviews/{}/", lambda w: w.truth.reviews, lambda w: w.reader.reviews, _editors
    ),
    "api/addresses/": addresses,
    "api/^codes/(?P<code>[^/]+)/?$": codes,
    "api/incidents/": _listed("incidents", filters=_by_status),
    "api/incidents/<int:incident_id>/": _one("incidents"),
    "api/incident-types/": _words("/api/incident-types/"),
    "geocode/search": search,
    "geocode/reverse": reverse,
    "geocode/autocomplete": autocomplete,
    "ogc^/?$": _words("/ogc/"),
    "ogc^/collections/?$": _words("/ogc/collections"),
    f"{_OGC}/?$": _page(""),
    f"{_OGC}/items/?$": items,
    f"{_OGC}/items/(?P<fid>[^/]+)/?$": item,
    f"{_OGC}/queryables/?$": _page("/queryables"),
    f"{_OGC}/sortables/?$": _page("/sortables"),
    f"{_OGC}/schema/?$": _page("/schema"),
    f"{_OGC}/feature-schema/?$": _page("/feature-schema"),
    "api/layers/": layers,
    "api/layers/<str:slug>/": layers,
    "tiles/<str:layers>/<int:z>/<int:x>/<int:y>.mvt": tile,
    "tiles/<str:layers>.json": tilejson,
    "styles/<slug:name>.json": _words("/styles/grids.json"),
}
# Doors that take a file and answer with one, tiles of great depth, and all below /admin/.
MORE: list[Ask] = [files, deep_tile, pages_of_admin]
# What is the same for everybody, and holds nothing of the city.
SAME_FOR_ALL = {
    "login/", "logout/", "healthz", "readyz", "admin/password_change/", "api/schema/", "api/docs/", "ogc^/api/?$",
    "ogc^/conformance/?$", "api/jobs/<int:job_id>/result/",
}  # fmt: skip
