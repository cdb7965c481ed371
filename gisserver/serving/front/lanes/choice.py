"""Which threads answer which requests: what must always be quick never waits behind what may be long."""

import re
from typing import Any

from gisserver.serving.limits import QUICK_DOORS

_SAFE = {"GET", "HEAD"}
# Doors that may take long whoever asks: exports, files, uploads, batches, events on many buildings, proposals.
_LONG = re.compile(
    r"/api/redraws/(?:\d+/)?(?:propose|preview|package|moves)/"
    r"|/api/(?:layers|imports|incidents/bulk|quality|buildings/events|reviews/(?:decide|undo))/"
    r"|/api/jobs/\d+/result/"
    r"|/geocode/(?:(?:addok|photon)/)?+[a-z]+/."
    r"|/ogc/collections/[^/]+/(?:download|statistics|changes)|/ogc/query"
    r"|/rasters/[^/]+/zonal|/api/buildings/exposure/|/packs/."
)
# Tiles that are painted from a file, which costs ten times a tile of the database.
_PAINTED = "/tiles/raster/"
# Files sent to an incident are looked into before the answer; those that are fetched are not.
_LOOKED_INTO = re.compile(r"/api/incidents/\d+/attachments/$")
# A page of features is a stream when it is asked for with more rows than this.
_PAGE_ROWS = 1000
# Files that are written on the disk first, of a page too; and which values occur in a collection.
_LONG_WORDS = re.compile(r"(?:^|&)(?:f=(?:flatgeobuf|gpkg|xlsx)|values=[^&]+)(?:&|$)")
_LIMIT = re.compile(r"(?:^|&)limit=(\d{1,9})(?:&|$)")


def lane_of(method: str, path: str, query: str) -> str:
    """Return the lane of a request, a key of `limits.LANES`."""
    if method in _SAFE and path.startswith(QUICK_DOORS) and not path.startswith(_PAINTED):
        return "quick"
    if _LONG.match(path) or (method == "POST" and _LOOKED_INTO.match(path)):
        return "long"
    if _LONG_WORDS.search(query):
        return "long"
    limit = _LIMIT.search(query)
    return "long" if limit and int(limit[1]) > _PAGE_ROWS else "short"


def only_reads(scope: Any) -> bool:
    """Whether a request changes nothing; files are sent to be geocoded, and come back."""
    return scope.method in _SAFE or (scope.path.startswith("/geocode/") and "/jobs/" not in scope.path)
