"""Hostile requests, at every door: each is to cost its sender an error, or an answer, and nobody else anything."""

import json
from collections.abc import Iterator
from urllib.parse import quote

from bench.attacks.wire import HostileRequest, http, protocol, slow, strangers

DEEP = 20_000
READ = (
    "/api/buildings/", "/api/units/", "/api/households/", "/api/addresses/", "/api/reviews/", "/api/quality/addresses/",
    "/api/grids/", "/api/grids/at", "/api/grids/edge/", "/api/divisions/", "/api/redraws/", "/api/incidents/",
    "/api/incident-types/", "/api/jobs/", "/api/layers/", "/geocode/search", "/geocode/reverse",
    "/geocode/autocomplete", "/ogc/collections/buildings/items", "/ogc/collections/grids/items",
    "/ogc/collections/incidents/items", "/api/buildings/1/", "/api/grids/001/history/", "/api/events", "/ogc",
    "/tiles/grids.json",
)  # fmt: skip
QUERIES = {
    "a NUL": "q=%00&limit=%00",
    "bytes that are no UTF-8": "q=%ff%fe&bbox=%c3%28",
    "a parameter 2,000 times": "&".join(["limit=1"] * 2_000),
    "5,000 parameters": "&".join(f"p{n}=1" for n in range(5_000)),
    "an absurd page": "limit=99999999999999999999&offset=-1&page=1e9&page_size=-5",
    "a far page": "offset=9223372036854775807&page=9223372036854775807&limit=100",
    "no numbers": "lon=nan&lat=inf&bbox=nan,nan,inf,inf&limit=abc",
    "places beyond": "lon=1e308&lat=-1e308&crs=wgs84&bbox=-1e308,-1e308,1e308,1e308",
    "a CRS of no world": "lon=114.3&lat=22.7&crs=EPSG:999999999&bbox-crs=../../etc/passwd",
    "a moment before time": "at=-9999-01-01T00:00:00Z&datetime=../..",
    "a moment beyond time": "at=9999999999-12-31T23:59:59%2B99:99",
    "SQL": "q=" + quote("'; DROP TABLE auth_user; --") + "&sortby=" + quote("1;select pg_sleep(9)") + "&order=1",
    "a text of 60 kB": "q=" + "a" * 60_000,
    "wild cards": "q=" + quote("%_%_%_" * 50),
    "signs from right to left": "q=" + quote("\u202e坪山\u0000\ufeff"),
    "the whole world": "bbox=-180,-90,180,90&limit=10000",
    "another page's token": "next=" + "A" * 3000,
}
WRITE = (
    "/api/incidents/", "/api/redraws/", "/api/redraws/propose/", "/api/auth/token/", "/api/buildings/1/split/",
    "/api/buildings/1/merge/", "/api/buildings/1/demolish/", "/api/redraws/1/commands/", "/api/redraws/1/publish/",
    "/api/reviews/1/decide/", "/api/incidents/bulk/", "/geocode/search/ndjson/", "/geocode/search/csv/jobs/",
)  # fmt: skip
BODIES = {
    "nothing": b"",
    "lists, deep": b"[" * DEEP + b"]" * DEEP,
    "objects, deep": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "half of JSON": b'{"type": "fi',
    "no UTF-8": b'{"type": "\xff\xfe"}',
    "UTF-16": '{"type": "fire"}'.encode("utf-16"),
    "a NUL": b'{"type": "a\\u0000b", "title": "\\u0000"}',
    "a lone surrogate": b'{"type": "\\ud800", "title": "\\udfff"}',
    "a list": b"[1, 2, 3]",
    "a number": b"1e400",
    "not a number": b'{"lon": NaN, "lat": -Infinity, "crs": "wgs84", "type": "1"}',
    "an integer of 5,000 digits": b'{"type": ' + b"9" * 5_000 + b', "count": ' + b"9" * 5_000 + b"}",
    "the same member 50,000 times": b"{" + b'"type":1,' * 50_000 + b'"type":2}',
    "20,000 members": json.dumps({f"m{n}": n for n in range(20_000)}).encode(),
    "a text of 5 MB": b'{"text": "' + b"x" * 5_000_000 + b'"}',
    "12 MB": b" " * 12_000_000,
    "a geometry, deep": b'{"footprint":'
    + b'{"type":"GeometryCollection","geometries":[' * 2_000
    + b"]}" * 2_000
    + b"}",
    "100,000 lines": b'{"type":"x"}\n' * 100_000,
}
TYPES = ("application/json", "text/csv", "multipart/form-data; boundary=", "application/x-ndjson", "a/b; charset=\xff")
PATHS = (
    "/tiles/grids/99/0/0.mvt", "/tiles/grids/14/99999999/0.mvt", "/tiles/grids/30/1073741823/1073741823.mvt",
    "/tiles/nothing/0/0/0.mvt", "/tiles/" + "grids," * 500 + "grids/10/0/0.mvt", "/tiles/grids/-1/0/0.mvt",
    "/tiles/grids/1/0/99999999999999999999999.mvt", "/styles/..%2f..%2fsecret.json", "/static/../manage.py",
    "/static/%2e%2e/%2e%2e/etc/passwd", "/static/npm/../../package.json", "//example.org/..", "/%00", "/%ff%fe",
    "/api/grids/%00/", "/api/grids/" + "9" * 5_000 + "/", "/api/codes/" + quote("甲" * 500) + "/",
    "/api/buildings/99999999999999999999999/", "/api/redraws/9223372036854775808/", "/api/jobs/0/result/",
    "/ogc/collections/../../etc/passwd/items", "/ogc/collections/buildings/items/' OR 1=1",
    "/ogc/collections/%00/items",
    "/admin/auth/user/99999999999999999999/change/", "/login/?next=//example.org", "/api/divisions/" + "a/" * 2_000,
)  # fmt: skip


def hostile_requests(token: str) -> Iterator[HostileRequest]:
    """Yield more than five hundred of somebody who has this token."""
    yield from _asked(token)
    yield from _written(token)
    yield from _filters(token)
    yield from _addresses(token)
    yield from strangers()
    yield from protocol(token)
    yield from slow(token)


def _asked(token: str) -> Iterator[HostileRequest]:
    for path in READ:
        for kind, query in QUERIES.items():
            yield HostileRequest(f"{path} with {kind}", http("GET", f"{path}?{query}", token=token))
    for path in (*READ, *WRITE):
        for method in ("DELETE", "TRACE", "PROPFIND", "PATCH"):
            yield HostileRequest(
                f"{method} {path}", http(method, path, b"{}", "Content-Type: application/json", token=token)
            )


def _written(token: str) -> Iterator[HostileRequest]:
    for path in WRITE:
        for kind, body in BODIES.items():
            header = f"Content-Type: {TYPES[len(path) % 2 if path.startswith('/geocode') else 0]}"
            yield HostileRequest(f"{path}: {kind}", http("POST", path, body, header, token=token))
        for kind in TYPES:
            yield HostileRequest(
                f"{path} as {kind!a}", http("POST", path, b"--\r\n\r\nx", f"Content-Type: {kind}", token=token)
            )
    for key in ("", "a" * 10_000, "\x01", "'; --", "\xff"):
        yield HostileRequest(
            f"Idempotency-Key {ascii(key)[:20]}",
            http(
                "POST",
                "/api/incidents/",
                b"{}",
                "Content-Type: application/json",
                f"Idempotency-Key: {key}",
                token=token,
            ),
        )
    report = b'{"type": "nothing", "occurred_at": "2026-01-01T00:00:00Z"}'
    for _ in range(20):
        yield HostileRequest(
            "one Idempotency-Key at once",
            http(
                "POST",
                "/api/incidents/",
                report,
                "Content-Type: application/json",
                "Idempotency-Key: the-same",
                token=token,
            ),
        )


def _filters(token: str) -> Iterator[HostileRequest]:
    like = " OR ".join(f"address LIKE '%{n}%x%{n}%'" for n in range(200))
    texts = {
        "200 LIKEs": like,
        "1 MB": "name = '" + "x" * 1_000_000 + "'",
        "parentheses, deep": "(" * DEEP + "1=1" + ")" * DEEP,
        "NOTs, deep": "NOT " * DEEP + "1=1",
        "well-known text, deep": "S_INTERSECTS(geom, " + "GEOMETRYCOLLECTION(" * 500 + "POINT(1 1)" + ")" * 500 + ")",
        "a polygon of the world": "S_INTERSECTS(geom, POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90)))",
        "a polygon of nothing": "S_WITHIN(geom, POLYGON EMPTY)",
        "a place of no number": "S_INTERSECTS(geom, POINT(1e400 nan))",
        "a power": "floors ^ 999999 > 1",
        "a division by nothing": "floors / 0 = 1",
        "SQL": "1=1); DROP TABLE auth_user; --",
        "a function": "pg_sleep(60) = 1",
        "a NUL": "name = 'a\0b'",
    }
    for collection in ("buildings", "grids", "incidents", "addresses", "nothing"):
        for kind, text in texts.items():
            path = f"/ogc/collections/{collection}/items?filter-lang=cql2-text&filter={quote(text[:400_000])}"
            yield HostileRequest(f"a filter of {collection}: {kind}", http("GET", path, token=token))
        deep = '{"op":"not","args":[' * 1_000 + "true" + "]}" * 1_000
        path = f"/ogc/collections/{collection}/items?filter-lang=cql2-json&filter={quote(deep)}"
        yield HostileRequest(f"a filter of {collection}: JSON, deep", http("GET", path, token=token))
        hits = (
            f"/ogc/collections/{collection}/items?resulttype=hits&filter={quote(' OR '.join(like.split(' OR ')[:150]))}"
        )
        yield HostileRequest(f"a count of {collection} by 150 LIKEs", http("GET", hits, token=token))


def _addresses(token: str) -> Iterator[HostileRequest]:
    for path in PATHS:
        yield HostileRequest(f"address {path[:60]}", http("GET", path, token=token))
        yield HostileRequest(f"address {path[:60]}, by POST", http("POST", path, b"{}", token=token))
