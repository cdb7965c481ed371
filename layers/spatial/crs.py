"""Coordinate reference systems as OGC API names them: URIs.

And the axis order that the authority prescribes.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import pyproj

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

_OGC = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/EPSG/[0-9.]+/|urn:ogc:def:crs:EPSG:[0-9.]*:|EPSG:)(\d{4,6})", re.I
)
_CRS84 = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/OGC/(?:1\.3|0)/CRS84|urn:ogc:def:crs:OGC:(?:1\.3)?:CRS84|OGC:CRS84)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Crs:
    """A CRS that a client may name. Coordinates inside the server are always east before north.

    ``north_first`` tells that the authority writes northing or latitude first, so that requests and answers
    in this CRS are flipped at the door (EPSG:4326, 4490 and 4547 are such).
    """

    uri: str
    srid: int
    north_first: bool
    geographic: bool

    @property
    def decimals(self) -> int:
        """Digits after the point that keep a tenth of a millimetre."""
        return 9 if self.geographic else 4


CRS84 = Crs(uri=_OGC, srid=4326, north_first=False, geographic=True)


@lru_cache(maxsize=512)
def epsg(code: int) -> Crs:
    """Return EPSG:``code``. Raises Invalid for a code that PROJ does not know."""
    try:
        known = pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError:
        raise Invalid("unsupported_crs", Sentence("EPSG:{code} is not known here.", code=code)) from None
    directions = [axis.direction for axis in known.axis_info[:2]]
    return Crs(
        uri=f"http://www.opengis.net/def/crs/EPSG/0/{code}",
        srid=code,
        north_first=directions[0] in {"north", "south"} and directions[1] in {"east", "west"},
        geographic=known.is_geographic,
    )


def parse_crs(text: str) -> Crs:
    """Read the URI (or URN, or short name) of a CRS; ``<`` and ``>`` around it are allowed.

    Raises Invalid.
    """
    text = text.strip().removeprefix("[").removesuffix("]").removeprefix("<").removesuffix(">")
    if _CRS84.fullmatch(text):
        return CRS84
    match = _EPSG.fullmatch(text)
    if match is None:
        raise Invalid("unsupported_crs", "The CRS must be a URI such as http://www.opengis.net/def/crs/EPSG/0/4490.")
    return epsg(int(match[1]))


def of_storage(srid: int) -> Crs:
    """Return the CRS of stored coordinates, which are east before north: WGS 84 is CRS84 then."""
    return CRS84 if srid == CRS84.srid else epsg(srid)
