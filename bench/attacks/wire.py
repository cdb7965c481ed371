"""Requests as bytes, and those that break the protocol, pretend to be somebody, or are sent and read slowly."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote


class Manner(Enum):
    """How a request is sent."""

    PLAIN = "sent, and its answer read"
    DRIP = "sent a byte at a time"
    DEAF = "its answer never read"
    GONE = "sent, and hung up on at once"


@dataclass(frozen=True, slots=True)
class HostileRequest:
    """The bytes of one request, and the manner in which they are sent."""

    kind: str
    data: bytes
    manner: Manner = Manner.PLAIN


def http(method: str, path: str, body: bytes = b"", *lines: str, token: str = "", version: str = "1.1") -> bytes:
    """Return a request as bytes; ``lines`` are further headers."""
    lines_sent = [f"{method} {path} HTTP/{version}", "Host: 127.0.0.1", *lines]
    if token:
        lines_sent.append(f"Authorization: Bearer {token}")
    if body and not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines):
        lines_sent.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines_sent).encode("latin-1", "replace") + b"\r\n\r\n" + body


def strangers() -> Iterator[HostileRequest]:
    """Yield requests of those who are nobody."""
    for number in range(40):
        yield HostileRequest("a wrong token", http("GET", "/api/grids/", token=f"wrong-{number}"))
        yield HostileRequest("a wrong session", http("GET", "/api/grids/", b"", f"Cookie: sessionid=wrong{number}"))
    for value in ("Basic", "Basic !!!!", "Basic " + "A" * 7_000, "Bearer", "Bearer \x01", "Negotiate x", "Digest a=b"):
        yield HostileRequest(
            f"Authorization {ascii(value)[:20]}", http("GET", "/api/grids/", b"", f"Authorization: {value}")
        )
    yield HostileRequest("a foreign host", b"GET /api/grids/ HTTP/1.1\r\nHost: example.org\r\n\r\n")
    yield HostileRequest("no host", b"GET /api/grids/ HTTP/1.1\r\n\r\n")
    for size in (5, 12):
        body = b"x" * size * 2**20
        yield HostileRequest(
            f"a stranger's {size} MB", http("POST", "/api/incidents/", body, "Content-Type: application/json")
        )


def protocol(token: str) -> Iterator[HostileRequest]:
    """Yield what is no proper HTTP."""
    header = "Content-Type: application/json"
    bodies = {
        "a length too long": http("POST", "/api/incidents/", b"{}", header, "Content-Length: 50", token=token),
        "a length that is none": http("POST", "/api/incidents/", b"{}", header, "Content-Length: abc", token=token),
        "a length below nothing": http("POST", "/api/incidents/", b"{}", header, "Content-Length: -1", token=token),
        "a length of 20 digits": http(
            "POST", "/api/incidents/", b"{}", header, "Content-Length: 99999999999999999999", token=token
        ),
        "a length of 3 GB": http("POST", "/api/layers/", b"{}", header, "Content-Length: 3000000000", token=token),
        "two lengths": http(
            "POST", "/api/incidents/", b"{}", header, "Content-Length: 2", "Content-Length: 20", token=token
        ),
        "a length and chunks": http(
            "POST",
            "/api/incidents/",
            b"0\r\n\r\nGET /admin/ HTTP/1.1\r\n\r\n",
            header,
            "Content-Length: 5",
            "Transfer-Encoding: chunked",
            token=token,
        ),
        "chunks that are none": http(
            "POST", "/api/incidents/", b"zz\r\n{}\r\n", header, "Transfer-Encoding: chunked", token=token
        ),
        "a chunk without end": http(
            "POST", "/api/incidents/", b"FFFFFFFFFFFFFFFFF\r\n{}", header, "Transfer-Encoding: chunked", token=token
        ),
        "chunks of another coding": http(
            "POST", "/api/incidents/", b"{}", header, "Transfer-Encoding: xchunked", token=token
        ),
        "a stranger line": b"GET /api/grids/ HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n",
        "no HTTP": b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"\0" * 200,
        "HTTP/0.9": b"GET /\r\n",
        "HTTP/9": http("GET", "/", token=token, version="9.9"),
        "HTTP/2 without asking": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 100,
        "a web socket": http(
            "GET",
            "/api/events",
            b"",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: x",
            "Sec-WebSocket-Version: 13",
            token=token,
        ),
        "CONNECT": http("CONNECT", "example.org:443", token=token),
        "a whole address": http("GET", "http://example.org/api/grids/", token=token),
        "two in one": http("GET", "/healthz") + http("GET", "/api/grids/at?lon=1", token=token),
        "400 headers": http("GET", "/api/grids/", b"", *(f"X-{n}: {n}" for n in range(400)), token=token),
        "a header of 300 kB": http("GET", "/api/grids/", b"", "X-A: " + "a" * 300_000, token=token),
        "a false proxy": http(
            "GET", "/api/grids/", b"", "X_Forwarded_For: 10.0.0.1", "X-Forwarded-Host: evil", token=token
        ),
        "languages": http(
            "GET", "/api/grids/", b"", "Accept-Language: " + ",".join(f"a{n}" for n in range(5_000)), token=token
        ),
        "ranges": http(
            "GET",
            "/static/npm/maplibre-gl/maplibre-gl.js",
            b"",
            "Range: bytes=" + ",".join("0-" for _ in range(2_000)),
            token=token,
        ),
        "a range below nothing": http(
            "GET", "/static/npm/maplibre-gl/maplibre-gl.js", b"", "Range: bytes=9-1", token=token
        ),
    }
    for kind, data in bodies.items():
        yield HostileRequest(kind, data)


def slow(token: str) -> Iterator[HostileRequest]:
    """Yield what is sent, or read, slowly or not at all."""
    page = "/ogc/collections/buildings/items?limit=10000"
    for number in range(20):
        late = http(
            "POST", "/api/incidents/", b"{", "Content-Type: application/json", "Content-Length: 100000", token=token
        )
        yield HostileRequest(f"a body that drips, {number}", late, Manner.DRIP)
        yield HostileRequest(f"headers that drip, {number}", b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ", Manner.DRIP)
        yield HostileRequest(f"a page that nobody reads, {number}", http("GET", page, token=token), Manner.DEAF)
        script = http("GET", "/static/npm/maplibre-gl/maplibre-gl.js", token=token)
        yield HostileRequest(f"a file that nobody reads, {number}", script, Manner.DEAF)
        yield HostileRequest(f"news that nobody reads, {number}", http("GET", "/api/events", token=token), Manner.DEAF)
        like = quote(" OR ".join(f"address LIKE '%{number}%x%{n}%'" for n in range(150)))
        path = f"/ogc/collections/addresses/items?filter={like}"
        yield HostileRequest(f"a search that nobody waits for, {number}", http("GET", path, token=token), Manner.GONE)
