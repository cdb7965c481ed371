"""The formats of a download: to add one, write a file beside and list it here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from layers.ogc.downloads import geojson, table
from layers.ogc.downloads.rowset import Rowset
from layers.ogc.links import GEOJSON


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name in ``f=``, its media type, the end of a file's name, and what writes it."""

    name: str
    media_type: str
    suffix: str
    write: Callable[[Rowset], Iterator[bytes]]


FORMATS = (
    Format("geojson", GEOJSON, "geojson", geojson.collection),
    Format("geojsonseq", "application/geo+json-seq", "geojsons", geojson.sequence),
    Format("csv", "text/csv", "csv", table.table),
)
