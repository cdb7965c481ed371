"""A client for analysts: collections of a gisserver, filtered or as of a day, and statistics, as geopandas' frames.

It needs geopandas and pyogrio, and nothing else of this package: neither Django nor a database.

    from gisserver.client import Client

    city = Client("http://127.0.0.1:8000", token)
    towers = city.read("buildings", filter="floors > 18")
    by_grid = city.statistics("incidents", group_by=["grid", "month(occurred_at)"], statistics=["count"])
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import OpenerDirector, Request, build_opener

import geopandas as gpd
import pandas as pd
import pyogrio

# Called while an answer comes: how many bytes have come, and how many there will be, if that is known.
Progress = Callable[[int, int | None], None]
Box = tuple[float, float, float, float]
# Whole collections in the order of preference, of what the collection says that it offers.
_FORMATS = ("application/flatgeobuf", "application/geo+json")
_BLOCK_BYTES = 1024 * 1024
_PAGE = 1000
# A server that is busy says when to come again.
_TRIES, _LONGEST_PAUSE_S = 4, 30.0


class Refusal(Exception):
    """What the server refuses: ``code`` is stable (docs/errors.md), ``detail`` a sentence, ``status`` HTTP's number."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail = status, code, detail


class Client:
    """The collections of the server at ``url``, as the owner of ``token`` sees them; without one, what is public."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        progress: Progress | None = None,
        timeout_s: float = 600.0,
        opener: OpenerDirector | None = None,
    ) -> None:
        self._root = f"{url.rstrip('/')}/ogc"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._progress, self._timeout_s = progress, timeout_s
        self._opener = opener or build_opener()

    def collections(self) -> pd.DataFrame:
        """Return id, title, description and extent (degrees) of what can be read."""
        found = self._json(f"{self._root}/collections")["collections"]
        rows = [
            (each["id"], each["title"], each["description"], tuple(each["extent"]["spatial"]["bbox"][0]))
            for each in found
        ]
        return pd.DataFrame(rows, columns=["id", "title", "description", "extent"]).set_index("id")

    def read(
        self,
        collection: str,
        *,
        filter: str = "",
        bbox: Box | None = None,
        at: str = "",
        datetime: str = "",
        properties: Sequence[str] = (),
        limit: int | None = None,
    ) -> gpd.GeoDataFrame:
        """Return features, their ids as index, in longitude and latitude (EPSG:4326).

        ``filter`` is CQL2 text, ``bbox`` (west, south, east, north) in degrees, ``at`` the moment as of which,
        ``datetime`` an instant or interval of the features' own time. All that match come as one file, or page by page
        up to a ``limit`` and for who may not export. Raises Refusal.
        """
        asked = _asked(filter=filter, bbox=_box(bbox), at=at, datetime=datetime, properties=",".join(properties))
        if limit is None:
            try:
                return self._whole(collection, asked)
            except Refusal as refusal:
                if refusal.code != "export_not_permitted":
                    raise
        features = self._pages(collection, asked, limit)
        return _frame(json.dumps({"type": "FeatureCollection", "features": features}).encode())

    def statistics(
        self,
        collection: str,
        *,
        group_by: Sequence[str] = (),
        statistics: Sequence[str] = ("count",),
        having: str = "",
        order_by: str = "",
        filter: str = "",
        bbox: Box | None = None,
        at: str = "",
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return a row for each group, in the words of docs/ogc.md; with cells or shapes a GeoDataFrame.

        At most ``limit`` groups, by default as many as the server gives at once (1,000).
        """
        asked = _asked(
            group_by=",".join(group_by), statistics=",".join(statistics), having=having, orderby=order_by,
            filter=filter, bbox=_box(bbox), at=at, limit=str(limit or ""),
        )  # fmt: skip
        words = " ".join((*group_by, *statistics))
        address = self._address(collection, "statistics")
        if not any(shape in words for shape in ("square(", "hexagon(", "envelope", "centroid", "hull")):
            return pd.DataFrame(self._json(f"{address}?{urlencode(asked)}")["groups"])
        found = self._json(f"{address}?{urlencode(asked | {'f': 'geojson'})}")["features"]
        return gpd.GeoDataFrame.from_features(found, crs="EPSG:4326")

    def _whole(self, collection: str, asked: Mapping[str, str]) -> gpd.GeoDataFrame:
        """Return all features that match, by the best format that the collection offers."""
        links = self._json(self._address(collection))["links"]
        offered = {link["type"]: link["href"] for link in links if link["rel"] == "enclosure"}
        kind = next(kind for kind in _FORMATS if kind in offered)
        address = offered[kind]
        with TemporaryFile() as file:
            for block in self._blocks(f"{address}&{urlencode(asked)}" if asked else address):
                file.write(block)
            file.seek(0)
            return _frame(file) if kind == _FORMATS[-1] else _indexed(file)

    def _pages(self, collection: str, asked: Mapping[str, str], limit: int | None) -> list[Any]:
        features: list[Any] = []
        size = {"limit": str(min(limit, _PAGE))} if limit else {}
        address: str | None = f"{self._address(collection, 'items')}?{urlencode(dict(asked) | size)}"
        while address is not None and (limit is None or len(features) < limit):
            page = self._json(address)
            features += page["features"]
            address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
        return features[:limit]

    def _address(self, collection: str, page: str = "") -> str:
        return f"{self._root}/collections/{quote(collection, safe='')}" + (f"/{page}" if page else "")

    def _json(self, address: str) -> Any:
        return json.loads(b"".join(self._blocks(address)))

    def _blocks(self, address: str) -> Iterator[bytes]:
        """Yield the body of an answer in blocks. Raises Refusal."""
        with self._opened(address) as answer:
            size = answer.headers.get("Content-Length")
            come = 0
            while block := answer.read(_BLOCK_BYTES):
                come += len(block)
                if self._progress is not None:
                    self._progress(come, int(size) if size else None)
                yield block

    def _opened(self, address: str) -> Any:
        for turn in range(1, _TRIES + 1):
            try:
                return self._opener.open(Request(address, headers=self._headers), timeout=self._timeout_s)  # noqa: S310
            except HTTPError as error:
                if error.code not in {429, 503} or turn == _TRIES:
                    raise _refusal(error) from None
                time.sleep(min(float(error.headers.get("Retry-After") or 1), _LONGEST_PAUSE_S))
        raise AssertionError


def _asked(**values: str) -> dict[str, str]:
    """Return the parameters of a request that say something, by the names that the server has for them."""
    return {name.replace("_", "-"): value for name, value in values.items() if value}


def _box(bbox: Box | None) -> str:
    return ",".join(map(repr, bbox)) if bbox else ""


def _frame(source: bytes | IO[bytes]) -> gpd.GeoDataFrame:
    frame: gpd.GeoDataFrame = pyogrio.read_dataframe(source, fid_as_index=True)
    frame.index.name = "id"
    return frame


def _indexed(source: IO[bytes]) -> gpd.GeoDataFrame:
    """Return a FlatGeobuf as a frame: its first column is the id, its order is that of the spatial index."""
    frame: gpd.GeoDataFrame = pyogrio.read_dataframe(source)
    return frame.set_index(frame.columns[0]).rename_axis("id").sort_index()


def _refusal(error: HTTPError) -> Refusal:
    try:
        said = json.loads(error.read())
        return Refusal(error.code, said["code"], said["detail"])
    except (ValueError, KeyError, TypeError):
        return Refusal(error.code, "error", str(error.reason))
