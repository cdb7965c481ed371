"""The formats in which features are given: to add one, write a file beside and list it here.

Pages, links, the API definition and what Accept is answered with all read this list.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from gisserver.common.errors import Invalid, NotAcceptable
from gisserver.common.sentences import Sentence
from layers.ogc.links import GEOJSON, JSON
from layers.ogc.output import arrow, gdal, geojson, html, jsonfg, parquet, sheet, table
from layers.ogc.output.rowset import Rowset


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name in ``f=``, its media type, the end of a file's name, and what writes it.

    ``is_packed`` tells that its bytes are compressed already, ``also`` by which other name and media type programs
    ask for it, ``is_for_people`` that it shows a page, and is no file.
    """

    name: str
    media_type: str
    suffix: str
    write: Callable[[Rowset], Iterator[bytes]]
    is_packed: bool = False
    also: tuple[str, str] | None = None
    is_for_people: bool = False

    @property
    def title(self) -> str:
        """What people call it."""
        return _TITLES.get(self.name, self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """What ``f`` may be."""
        return (self.name, self.also[0]) if self.also else (self.name,)

    @property
    def media_types(self) -> tuple[str, ...]:
        """What Accept may ask for."""
        return (self.media_type, self.also[1]) if self.also else (self.media_type,)


_TITLES = {
    "geojson": "GeoJSON", "geojsonseq": "GeoJSON Text Sequence", "jsonfg": "JSON-FG", "csv": "CSV",
    "arrow": "Arrow (GeoArrow)", "parquet": "GeoParquet", "flatgeobuf": "FlatGeobuf", "gpkg": "GeoPackage",
    "xlsx": "Excel (XLSX)", "html": "HTML",
}  # fmt: skip
FORMATS = (
    Format("geojson", GEOJSON, "geojson", geojson.collection, also=("json", JSON)),
    Format("geojsonseq", "application/geo+json-seq", "geojsons", geojson.sequence),
    Format("jsonfg", jsonfg.MEDIA_TYPE, "fg.json", jsonfg.collection),
    Format("csv", "text/csv", "csv", table.table),
    Format("arrow", "application/vnd.apache.arrow.stream", "arrows", arrow.stream),
    Format("parquet", "application/vnd.apache.parquet", "parquet", parquet.file, is_packed=True),
    Format("flatgeobuf", "application/flatgeobuf", "fgb", gdal.flatgeobuf),
    Format("gpkg", "application/geopackage+sqlite3", "gpkg", gdal.geopackage),
    Format("xlsx", sheet.MEDIA_TYPE, "xlsx", sheet.workbook, is_packed=True),
)
PAGE_FORMATS = (*FORMATS, Format("html", "text/html", "html", html.page, is_for_people=True))
FILE_NAMES = frozenset(name for each in FORMATS for name in each.names)
NAMES = frozenset(name for each in PAGE_FORMATS for name in each.names)


def wanted(request: HttpRequest, name: str | None, formats: Sequence[Format] = FORMATS) -> Format:
    """Return the format called ``name``, else the one that Accept likes best, the first of equals.

    Raises Invalid ``unsupported_format`` for one that is not among them, NotAcceptable where Accept takes none.
    """
    if name is not None:
        found = next((each for each in formats if name in each.names), None)
        if found is None:
            names = ", ".join(each.name for each in formats)
            told = Sentence("This is offered only as: {names}.", names=names)
            raise Invalid("unsupported_format", told, parameter="f")
        return found
    by_type = {media_type: each for each in formats for media_type in each.media_types}
    best = request.get_preferred_type(list(by_type))
    if best is None:
        offered = ", ".join(each.media_type for each in formats)
        raise NotAcceptable("not_acceptable", Sentence("Features are offered as: {offered}.", offered=offered))
    return by_type[best]
