"""How collections and tiles are asked, and what they must hold."""

import csv
import gzip
import io
import json
import math
from collections import Counter
from typing import Any
from urllib.parse import quote

import mapbox_vector_tile
from pyarrow import ipc

from tests.gisserver.walk.registers import Ask, random_box
from tests.gisserver.walk.walking import NO_ID, Walk

PLACED = {"buildings": "buildings", "building_points": "buildings", "entrances": "entrances", "units": "units"}
NUMBERS = {"grid_numbers": "grids", "building_numbers": "buildings"}
ALONE = ("grids", "divisions", "incidents", "legal_persons")
COLLECTIONS = {**PLACED, **NUMBERS, **{kind: kind for kind in ALONE}}
LEAST_HOUSEHOLDS = 5


def items(walk: Walk) -> None:
    """Ask a collection for its features at a moment, with filters, page by page."""
    at, collection = walk.moment(), walk.luck.choice(list(COLLECTIONS))
    kind = COLLECTIONS[collection]
    truth = dict(walk.reader.rows(kind, walk.about(at)))
    path, query = f"/ogc/collections/{collection}/items", dict[str, Any](limit=walk.luck.choice([5, 100]))
    if at is not None and kind != "incidents" and walk.luck.random() < 0.3:
        query["datetime"] = at.isoformat()
    if collection == "building_points" and walk.luck.random() < 0.3:
        query["bbox"], holds = random_box(walk)
        truth = {pk: row for pk, row in truth.items() if holds(row)}
    elif (
        kind in ("buildings", "grids", "units") and walk.luck.random() < 0.5 and (code := walk.any_of(kind, at)["code"])
    ):
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


def download(walk: Walk) -> None:
    """Ask for a collection as a file: all that is seen, or nothing to who may not take it away."""
    at, collection = walk.moment(), walk.luck.choice(list(COLLECTIONS))
    path, form = f"/ogc/collections/{collection}/download", walk.luck.choice(["geojson", "csv", "arrow", "jsonfg"])
    answer = walk.get(path, at=at, f=form)
    if walk.reader.nobody:
        walk.same(path, answer.status, 404)
    elif not walk.reader.exports:
        walk.same(path, answer.status, 403)
    else:
        truth = walk.reader.rows(COLLECTIONS[collection], walk.about(at))
        found = _IDS[form](answer)
        walk.same(f"{path} {at} {form}", sorted(found), sorted(truth))


def statistics(walk: Walk) -> None:
    """Ask how many features a collection has, all together and by one of its properties."""
    at, collection = walk.moment(), walk.luck.choice(list(COLLECTIONS))
    path = f"/ogc/collections/{collection}/statistics"
    answer = walk.get(path, at=at, limit=100)
    if walk.reader.nobody:
        walk.same(path, answer.status, 404)
        return
    truth = walk.reader.rows(COLLECTIONS[collection], walk.about(at))
    walk.same(f"{path} {at}", answer.json["groups"], [{"count": len(truth)}])
    if collection in ("grids", "building_points", "units"):
        codes = walk.get(path, at=at, limit=100, **{"group-by": "code"}).json["groups"]
        wanted = Counter(row["code"] for row in truth.values())
        walk.same(f"{path} {at} by code", {one["code"]: one["count"] for one in codes}, dict(wanted))


def esri(walk: Walk) -> None:
    """Ask a collection in Esri's form how many features there are, which, and for one of them."""
    collection = walk.luck.choice(list(COLLECTIONS))
    layer = f"/arcgis/rest/services/{collection}/FeatureServer/0"
    counted = walk.get(f"{layer}/query", returnCountOnly="true").json
    if walk.reader.nobody:
        walk.holds(layer, whether="error" in counted)
        return
    truth = walk.reader.rows(COLLECTIONS[collection], walk.about(None))
    walk.same(layer, counted["count"], len(truth))
    ids = walk.get(f"{layer}/query", returnIdsOnly="true").json["objectIds"]
    walk.same(f"{layer} ids", set(ids) - set(truth), set())
    pk = walk.any_of(COLLECTIONS[collection], None)["id"]
    walk.same(f"{layer}/{pk}", "feature" in walk.get(f"{layer}/{pk}").json, pk in truth)


def query(walk: Walk) -> None:
    """Ask for buildings in a grid that they are assigned to: both have to be seen."""
    body = {"collections": ["building_points", "grids"], "filter": "building_points.grid = grids.code", "limit": 100,
            "group-by": "building_points.grid", "statistics": "count"}  # fmt: skip
    response = walk.client.post("/ogc/query", json.dumps(body), content_type="application/json")
    if walk.reader.nobody:
        walk.same("/ogc/query", response.status_code, 404)
        return
    grids = {row["code"] for row in walk.reader.rows("grids", walk.now).values()}
    wanted = Counter(row["grid"] for row in walk.reader.rows("buildings", walk.now).values() if row["grid"] in grids)
    told = {each["building_points.grid"]: each["count"] for each in json.loads(response.content)["groups"]}
    walk.same("/ogc/query", told, dict(wanted))


def changed(walk: Walk) -> None:
    """Ask what was added to a collection and removed from it between two moments."""
    first, second = sorted(walk.luck.sample(walk.world.moments, 2))
    collection = walk.luck.choice(list(COLLECTIONS))
    path = f"/ogc/collections/{collection}/changes"
    asked: str | None = f"{path}?between={quote(f'{first.isoformat()}/{second.isoformat()}')}&limit=100"
    found = list[dict[str, Any]]()
    while asked is not None:
        answer = walk.get(asked, scan=False)
        walk.scan(answer.body, asked, first, then=[second])
        if walk.reader.nobody:
            walk.same(path, answer.status, 404)
            return
        found += answer.json["features"]
        asked = next((one["href"] for one in answer.json["links"] if one["rel"] == "next"), None)
    before, after = (set(walk.reader.rows(COLLECTIONS[collection], moment)) for moment in (first, second))
    told = {kind: {one["id"] for one in found if one["change"] == kind} for kind in ("added", "removed", "changed")}
    truth = {"added": after - before, "removed": before - after, "changed": told["changed"] & before & after}
    walk.same(f"{path} {first} {second}", told, truth)


def _of_json(answer: Any) -> list[int]:
    return [int(one["id"]) for one in answer.json["features"]]


def _of_csv(answer: Any) -> list[int]:
    return [int(row["fid"]) for row in csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")))]


def _of_arrow(answer: Any) -> list[int]:
    return list(ipc.open_stream(answer.body).read_all().column("fid").to_pylist())


_IDS = {"geojson": _of_json, "jsonfg": _of_json, "csv": _of_csv, "arrow": _of_arrow}


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


def page_below(below: str) -> Ask:
    """Ask a page of a collection, and look for words in it."""

    def ask(walk: Walk) -> None:
        collection = walk.luck.choice([*COLLECTIONS, walk.world.layer])
        answer = walk.get(f"/ogc/collections/{collection}{below}")
        walk.same(f"/ogc/collections/{collection}{below}", answer.status, 404 if walk.reader.nobody else 200)

    return ask


def small_groups(walk: Walk) -> None:
    """Ask for the numbers of grids: of a few households nothing is told to who may not read personal data there."""
    at = walk.moment()
    answer = walk.get("/ogc/collections/grid_numbers/items", at=at, limit=100)
    if walk.reader.nobody:
        walk.same("grid_numbers", answer.status, 404)
        return
    grids = walk.reader.rows("grids", walk.about(at))
    households = [row["grid"] for row in walk.truth.rows("households", walk.about(at)).values()]
    for feature in answer.json["features"]:
        row = grids[feature["id"]]
        count = households.count(row["code"])
        hidden = walk.reader.masked(row) and 0 < count < LEAST_HOUSEHOLDS
        told = feature["properties"]["households"]
        walk.same(f"grid_numbers {row['code']} {at}", told, None if hidden else count)
        walk.holds(
            f"grid_numbers {row['code']} {at} vacant", whether=(feature["properties"]["vacant"] is None) <= hidden
        )


def vacancies(walk: Walk) -> None:
    """Ask for the numbers of units: those where the reader may read personal data."""
    at = walk.moment()
    answer = walk.get("/ogc/collections/unit_numbers/items", at=at, limit=100)
    if walk.reader.personal == set():
        walk.same("unit_numbers", answer.status, 404)
        return
    truth = [pk for pk, row in walk.reader.rows("units", walk.about(at)).items() if not walk.reader.masked(row)]
    walk.same(f"unit_numbers {at}", answer.json["numberMatched"], len(truth))
    walk.holds(f"unit_numbers {at}", whether={feature["id"] for feature in answer.json["features"]} <= set(truth))


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
    shown = {one["id"] for one in layer["features"] if one["properties"].get("point_count", 1) == 1}
    truth = walk.reader.rows(collection, walk.about(at))
    walk.holds(f"/tiles/{collection}/18/{x}/{y} {at}", whether=shown <= set(truth))
    if collection == "units" and place["id"] in walk.reader.rows("buildings", walk.about(at)):
        inside = {pk for pk, row in truth.items() if row["building"] == place["id"]}
        walk.holds(f"/tiles/units of {place['id']} {at}", whether=inside <= shown)


def cut_tile(walk: Walk) -> None:
    """Fetch the tile around a house by the OGC API, cut in degrees."""
    at, level = walk.moment(), 16
    collection = walk.luck.choice(["grids", "buildings", "incidents"])
    place = walk.any_of("buildings", at)
    x, y = (int(degrees / 360 * 2**level) for degrees in (place["lon"] + 180, 90 - place["lat"]))
    below, more = walk.luck.choice([("", {"collections": collection}), (f"/collections/{collection}", {})])
    path = f"/ogc{below}/tiles/CGCS2000Quad/{level}/{y}/{x}"
    answer = walk.get(path, at=at, scan=False, **more)
    if walk.reader.nobody:
        walk.same(path, answer.status, 404)
        return
    walk.holds(path, whether=answer.status in (200, 204, 404))
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(answer.body) if is_packed else answer.body
    walk.scan(body, f"{path} {at}", at)
    layer = mapbox_vector_tile.decode(body).get(collection) if answer.status == 200 else None
    shown = {one["id"] for one in (layer or {"features": []})["features"] if "point_count" not in one["properties"]}
    truth = walk.reader.rows(collection, walk.about(at))
    walk.holds(f"{path} {at}", whether=shown <= set(truth))
    if collection == "buildings" and truth.get(place["id"], {"drawn": False}).get("drawn", True):
        walk.holds(f"{path} {at} {place['id']}", whether=place["id"] in shown)


def packs(walk: Walk) -> None:
    """Ask for the packs: none has been made, so nobody is told of any."""
    answer = walk.get("/packs/")
    walk.same("/packs/", answer.json, {"packs": []})
    code = walk.luck.choice(list(walk.truth.rows("divisions", walk.now).values()))["code"]
    for path in (f"/packs/{code}.pmtiles", f"/packs/{code}.json.gz"):
        walk.same(path, walk.get(path).status, 404)


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
