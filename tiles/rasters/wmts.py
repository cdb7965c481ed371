"""WMTS 1.0.0 (OGC 07-057r7): what there is, for QGIS, ArcGIS and GDAL. The tiles are those of the door of tiles.

Web Mercator only: GoogleMapsCompatible of the standard's annex E.4, here called WebMercatorQuad as in OGC 17-083r4.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from gisserver.common.errors import Invalid
from gisserver.common.geo.mercator import HALF_WORLD_M
from gisserver.common.sentences import Sentence
from layers.models import RasterLayer
from rasters.encoding import MEDIA_TYPES
from rasters.legends import xml_text
from tiles.address import MAX_ZOOM
from tiles.rasters.tile import SIDE
from tiles.rasters.tilejson import bounds

MATRIX_SET: Final = "WebMercatorQuad"
# A pixel of 0.28 mm, as the standard defines the denominator of a scale.
_PIXEL_M = 0.00028
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" \
xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">
"""


def capabilities(rasters: Sequence[RasterLayer], root: str) -> str:
    """Return the capabilities document; ``root`` is the site's address with a slash at its end."""
    layers = "".join(_layer(raster, root) for raster in rasters)
    return (
        f"{_HEAD}{_identification()}{_operations(root)}"
        f"<Contents>\n{layers}{_matrix_set()}</Contents>\n"
        f"<ServiceMetadataURL xlink:href={quoteattr(root + 'wmts/1.0.0/WMTSCapabilities.xml')}/>\n</Capabilities>\n"
    )


def _identification() -> str:
    return (
        "<ows:ServiceIdentification><ows:Title>gisserver</ows:Title><ows:ServiceType>OGC WMTS</ows:ServiceType>"
        "<ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion></ows:ServiceIdentification>\n"
    )


def _operations(root: str) -> str:
    address = quoteattr(f"{root}wmts?")
    return (
        "<ows:OperationsMetadata>\n"
        + "".join(
            f'<ows:Operation name="{name}"><ows:DCP><ows:HTTP><ows:Get xlink:href={address}>'
            '<ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>KVP</ows:Value></ows:AllowedValues>'
            "</ows:Constraint></ows:Get></ows:HTTP></ows:DCP></ows:Operation>\n"
            for name in ("GetCapabilities", "GetTile")
        )
        + "</ows:OperationsMetadata>\n"
    )


def _layer(raster: RasterLayer, root: str) -> str:
    west, south, east, north = bounds(raster)
    tiles = f"{root}tiles/raster/{raster.slug}/{{TileMatrix}}/{{TileCol}}/{{TileRow}}"
    formats = "".join(f"<Format>{media}</Format>" for media in MEDIA_TYPES.values())
    resources = "".join(
        f'<ResourceURL format="{media}" resourceType="tile" template={quoteattr(f"{tiles}.{name}")}/>\n'
        for name, media in MEDIA_TYPES.items()
    )
    legend = quoteattr(f"{root}rasters/{raster.slug}/legend?format=png")
    return (
        f"<Layer>\n<ows:Title>{xml_text(raster.title)}</ows:Title>\n"
        f"<ows:WGS84BoundingBox><ows:LowerCorner>{west} {south}</ows:LowerCorner>"
        f"<ows:UpperCorner>{east} {north}</ows:UpperCorner></ows:WGS84BoundingBox>\n"
        f"<ows:Identifier>{xml_text(raster.slug)}</ows:Identifier>\n"
        '<Style isDefault="true"><ows:Identifier>default</ows:Identifier>'
        f'<LegendURL format="image/png" xlink:href={legend}/></Style>\n'
        f"{formats}\n<TileMatrixSetLink><TileMatrixSet>{MATRIX_SET}</TileMatrixSet></TileMatrixSetLink>\n"
        f"{resources}</Layer>\n"
    )


def _matrix_set() -> str:
    matrices = "".join(
        f"<TileMatrix><ows:Identifier>{zoom}</ows:Identifier>"
        f"<ScaleDenominator>{math.ldexp(2 * HALF_WORLD_M / SIDE, -zoom) / _PIXEL_M!r}</ScaleDenominator>"
        f"<TopLeftCorner>{-HALF_WORLD_M!r} {HALF_WORLD_M!r}</TopLeftCorner>"
        f"<TileWidth>{SIDE}</TileWidth><TileHeight>{SIDE}</TileHeight>"
        f"<MatrixWidth>{2**zoom}</MatrixWidth><MatrixHeight>{2**zoom}</MatrixHeight></TileMatrix>\n"
        for zoom in range(MAX_ZOOM + 1)
    )
    return (
        f"<TileMatrixSet><ows:Identifier>{MATRIX_SET}</ows:Identifier>"
        "<ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>"
        "<WellKnownScaleSet>urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible</WellKnownScaleSet>\n"
        f"{matrices}</TileMatrixSet>\n"
    )


def lower_cased(query: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of a request, whose names may be written in any case, by their names in lower case."""
    return {name.lower(): str(value) for name, value in query.items()}


def check(given: Mapping[str, str]) -> None:
    """Refuse what is no request of this service, and what of it is not offered. Raises Invalid."""
    _expect(given, "service", ("WMTS",))
    _expect(given, "request", ("GetCapabilities", "GetTile"))
    if given["request"].lower() == "gettile":
        _expect(given, "version", ("1.0.0",))
        _expect(given, "tilematrixset", (MATRIX_SET,))
        _expect({"style": given.get("style") or "default"}, "style", ("default",))
        _expect(given, "format", tuple(MEDIA_TYPES.values()))


def _expect(given: Mapping[str, str], name: str, known: tuple[str, ...]) -> None:
    if given.get(name, "").lower() not in {value.lower() for value in known}:
        listed = ", ".join(known)
        raise Invalid(f"bad_{name}", Sentence("{name} is one of: {known}.", name=name, known=listed), parameter=name)


def exception(code: str, locator: str, text: str) -> str:
    """Return an exception report as OWS Common 1.1 (06-121r3) writes it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" '
        f'version="1.1.0"><ows:Exception exceptionCode={quoteattr(code)} locator={quoteattr(locator)}>'
        f"<ows:ExceptionText>{xml_text(text)}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>\n"
    )


def exception_of(status: int, data: Mapping[str, Any], has_value: bool) -> tuple[str, str]:
    """Return the standard's code and the name of the parameter that a refusal is about."""
    locator = str(data.get("parameter", ""))
    if status == 404:
        return ("TileOutOfRange" if "z" in data else "InvalidParameterValue"), locator
    return ("InvalidParameterValue" if has_value else "MissingParameterValue"), locator
