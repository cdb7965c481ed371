"""JSON-FG (OGC Features and Geometries JSON, Core): GeoJSON that knows other CRSs than CRS84, and times."""

from collections.abc import Iterator

from django.db.models.expressions import Combinable

from layers.fields import FieldType
from layers.ogc.features import geometry_text, properties_text
from layers.ogc.output.geojson import collected
from layers.ogc.output.rowset import Rowset
from layers.rows import FID, identifier
from layers.spatial.crs import CRS84

MEDIA_TYPE = "application/vnd.ogc.fg+json"
_CLASSES = [f"http://www.opengis.net/spec/json-fg-1/1.0/conf/{name}" for name in ("core", "types-schemas")]
_TIME = "__time"
# A published moment, as JSON-FG writes it, and a published date.
_TIMES = {
    FieldType.DATETIME: f"json_build_object('timestamp', to_char(f.{_TIME} AT TIME ZONE 'UTC', "
    """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text""",
    FieldType.DATE: f"json_build_object('date', f.{_TIME})::text",
}


def collection(rowset: Rowset) -> Iterator[bytes]:
    """Yield one FeatureCollection; in CRS84 a place is the ``geometry``, in another CRS the ``place``."""
    told = {
        "type": "FeatureCollection",
        "conformsTo": _CLASSES,
        "featureType": rowset.collection.id,
        "coordRefSys": rowset.presentation.crs.uri,
        **rowset.members,
    }
    properties, joined = properties_text(rowset.collection, rowset.presentation)
    shape = geometry_text(rowset.collection, rowset.presentation)
    geometry, place = (shape, "'null'") if rowset.presentation.crs == CRS84 else ("'null'", shape)
    time, extra = _time(rowset)
    fid = identifier(FID)
    parts = [
        """'{"type":"Feature","id":'""", fid, """',"time":'""", time, """',"geometry":'""", geometry,
        """',"place":'""", place, """',"properties":'""", properties, "'}'",
    ]  # fmt: skip
    yield from collected(told, rowset.lines(f"concat({', '.join(parts)})", joined, extra))


def _time(rowset: Rowset) -> tuple[str, dict[str, Combinable]]:
    """Return the SQL of the text of a feature's time, and the column that it is made of."""
    name = rowset.collection.datetime_field
    field = next((each for each in rowset.collection.fields if name and name == (each.source or each.name)), None)
    if field is None or field.type not in _TIMES:
        return "'null'", {}
    return f"CASE WHEN f.{_TIME} IS NULL THEN 'null' ELSE {_TIMES[field.type]} END", {_TIME: field.expression()}
