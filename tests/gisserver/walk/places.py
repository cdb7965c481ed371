"""How places are asked about, by grid, address and coordinates, and what must be said of them."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from gisserver.serving.answers import CHANNEL
from tests.gisserver.walk.walking import NDJSON, Answer, Walk

FORMATS = ["geocodejson", "geojson", "jsonv2", "json"]


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
    listed = set(filter(None, answer.headers.get(CHANNEL, "").split(",")))
    known = {row["id"] for row in walk.truth.rows("divisions", walk.world.moments[-1]).values()}
    communities = {walk.world.divisions[name].pk for name in walk.world.divisions if name[0] == "K"} & known
    seen = {f"community:{pk}" for pk in communities if walk.reader.read is None or pk in walk.reader.read}
    walk.same("/api/events", listed, {"*"} if walk.reader.read is None else seen)


def _geocoded(body: Any) -> list[Mapping[str, Any]]:
    """Return what an answer of the geocoder tells of each place, in any format."""
    if isinstance(body, list):
        return body
    if "features" not in body:
        return [body]
    listed = [feature["properties"] for feature in body["features"]]
    return [each.get("geocoding", each) for each in listed]


def _named(one: Mapping[str, Any]) -> tuple[str, int]:
    return one.get("target", one.get("osm_type")), one.get("id", one.get("osm_id"))


def _found(body: Any) -> set[tuple[str, int]]:
    """Return what an answer of the geocoder names: target and id; not what has ended, and is told as it was."""
    current = [one for one in _geocoded(body) if one.get("was", {}).get("status", "current") == "current"]
    return {_named(one) for one in current} - {(None, None)}


def _last_moment(until: str) -> datetime:
    """Return the last moment at which a former address was one: as of then it is told (docs/geocoding.md)."""
    return datetime.fromisoformat(until) - timedelta(microseconds=1)


def _all_seen(walk: Walk, what: str, body: Any, at: datetime | None) -> None:
    """Note what is told and may be seen neither at the moment asked about nor at the one that it is told of."""
    for one in _geocoded(body):
        target, pk = _named(one)
        moments = [walk.about(at), *([_last_moment(one["was"]["until"])] if "was" in one else [])]
        if target in ("building", "entrance", "unit", "division"):
            seen = any(pk in walk.reader.rows(f"{target}s", moment) for moment in moments)
            walk.holds(f"{what} {target} {pk} {at}", whether=seen)


def _asked(walk: Walk, path: str, at: datetime | None, **query: Any) -> Answer:
    """Ask the geocoder, and look for words that are secret at the moment asked about and at those told of."""
    answer = walk.get(path, at=at, scan=False, **query)
    told = _geocoded(answer.json) if answer.status == 200 else []
    then = [_last_moment(one["was"]["until"]) for one in told if "was" in one]
    walk.scan(answer.body, f"{path} {at} {query}", at, then=then)
    return answer


def search(walk: Walk) -> None:
    """Search for an address of any moment."""
    at = walk.moment()
    rows = walk.truth.rows("buildings", walk.luck.choice(walk.world.moments)).values()
    row = walk.luck.choice([row for row in rows if row["address"]])
    answer = _asked(walk, "/geocode/search", at, q=row["address"], format=walk.luck.choice(FORMATS))
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/geocode/search"):
        found = _found(answer.json)
        _all_seen(walk, "/geocode/search", answer.json, at)
        now = walk.reader.rows("buildings", walk.about(at)).get(row["id"], {})
        if now.get("address") == row["address"]:
            walk.holds(f"/geocode/search {row['address']} {at}", whether=("building", row["id"]) in found)


def look_up(walk: Walk) -> None:
    """Look up any building by its id."""
    at = walk.moment()
    row = walk.any_of("buildings", at)
    answer = walk.get("/geocode/lookup", at=at, osm_ids=f"B{row['id']}", format="json")
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/geocode/lookup"):
        seen = row["id"] in walk.reader.rows("buildings", walk.about(at))
        walk.same(
            f"/geocode/lookup {row['id']} {at}", _found(answer.json), {("building", row["id"])} if seen else set()
        )


def dialect(path: str, *, place: bool = False) -> Callable[[Walk], None]:
    """Return how a door is asked that says the same in other words, today."""

    def ask(walk: Walk) -> None:
        row = walk.any_of("buildings", None)
        asked = {"lon": row["lon"], "lat": row["lat"]} if place else {"q": row["address"] or "人民路1号"}
        answer = _asked(walk, path, None, **asked)
        if walk.opens(answer, allowed=not walk.reader.nobody, what=path):
            _all_seen(walk, path, answer.json, None)

    return ask


def autocomplete(walk: Walk) -> None:
    """Begin an address, or a division's name."""
    at = walk.moment()
    rows = walk.truth.rows("buildings", walk.luck.choice(walk.world.moments)).values()
    row = walk.luck.choice([row for row in rows if row["address"]])
    text = walk.luck.choice([row["address"][:-1], row["address"][:6], row["name"][:-1], "北巷", "4403"])
    answer = _asked(walk, "/geocode/autocomplete", at, q=text, format=walk.luck.choice(FORMATS))
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/geocode/autocomplete"):
        _all_seen(walk, f"/geocode/autocomplete {text}", answer.json, at)


def reverse(walk: Walk) -> None:
    """Ask what stands where a house stands."""
    at = walk.moment()
    row = walk.any_of("buildings", at)
    answer = walk.get(
        "/geocode/reverse", at=at, lon=row["lon"], lat=row["lat"], format=walk.luck.choice(["geocodejson", "jsonv2"])
    )
    if walk.opens(answer, allowed=not walk.reader.nobody, what="/geocode/reverse"):
        found = _found(answer.json)
        _all_seen(walk, "/geocode/reverse", answer.json, at)
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
    path, body = f"/geocode/{work}/ndjson/", b"\n".join(json.dumps(line, ensure_ascii=False).encode() for line in lines)
    answer = walk.post(path, body, at=at, content_type=NDJSON)
    asked = f"{path} {at} {body.decode()}"
    if not walk.opens(answer, allowed=walk.reader.exports and not walk.reader.nobody, what=path):
        walk.scan(answer.body, asked, at)
        return
    for line in answer.body.splitlines():
        one = json.loads(line)["result"]
        then = [_last_moment(one["until"])] if one.get("until") else []
        walk.scan(line, asked, at, then=then)
        building = (one.get("id") or one.get("building")) if one.get("target", "building") == "building" else None
        seen = any(building in walk.reader.rows("buildings", moment) for moment in [walk.about(at), *then])
        walk.holds(f"{path} {building} {at}", whether=building is None or seen)
