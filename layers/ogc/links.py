"""Links of the OGC API: absolute, typed, and faithful to the request's own parameters. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

JSON = "application/json"
GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
# QGIS and GDAL compare this text letter by letter.
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"

Link = dict[str, Any]


def link(href: str, rel: str, media_type: str = JSON, title: str = "", **more: Any) -> Link:
    """Return one link object."""
    return {"href": href, "rel": rel, "type": media_type, **({"title": title} if title else {}), **more}


@dataclass(frozen=True, slots=True)
class Root:
    """The absolute address of the API, without a slash at its end: ``https://host/ogc``."""

    url: str

    def page(self, *parts: str) -> str:
        """Return the address of a page below the root."""
        return "/".join([self.url, *(quote(part, safe="") for part in parts)])

    def collection(self, collection_id: str, *parts: str) -> str:
        """Return the address of a collection, or of a page below it."""
        return self.page("collections", collection_id, *parts)

    @property
    def site(self) -> str:
        """The address of the site that the API is part of, without a slash at its end."""
        return self.url.removesuffix("/ogc")


def with_query(address: str, given: Mapping[str, str], changes: Mapping[str, str | None]) -> str:
    """Return ``address`` with the parameters ``given``, changed; a change to None leaves a parameter out."""
    merged: dict[str, str | None] = {**given, **changes}
    kept = {name: value for name, value in merged.items() if value is not None}
    return f"{address}?{urlencode(kept)}" if kept else address


def next_page(address: str, given: Mapping[str, str], token: str, title: str) -> Link:
    """Return the link to the next page: all parameters of this request, its place given by ``token`` alone."""
    changes = {"next": token, "offset": None}
    return link(with_query(address, given, changes), "next", GEOJSON, title)


def header_of(links: Iterable[Link]) -> str:
    """Return links as the header Link says them (RFC 8288)."""
    return ", ".join(f'<{each["href"]}>; rel="{each["rel"]}"; type="{each["type"]}"' for each in links)


def merge(*groups: Iterable[Link]) -> list[Link]:
    """Return the links of all ``groups`` in order."""
    return [each for group in groups for each in group]
