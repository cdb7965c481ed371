"""What clients read before they ask: the list of services, a service, its one layer."""

from typing import Any

from layers.esri.answers import envelope, geometry_type
from layers.esri.fields import described, object_id
from layers.esri.query import MOST_RECORDS
from layers.esri.shapes import spatial_reference
from layers.fields import GeometryType
from layers.registry import Collection

VERSION = 10.91
_FORMATS = "JSON, geoJSON, PBF"
_ADVANCED = {
    "supportsPagination": True,
    "supportsOrderBy": True,
    "supportsDistinct": True,
    "supportsStatistics": True,
    "supportsReturningQueryExtent": True,
    "supportsSqlExpression": False,
    "supportsQueryWithDistance": False,
    "supportsHavingClause": False,
    "supportsHistoricMoment": True,
    "useStandardizedQueries": True,
}


def info(site: str) -> dict[str, Any]:
    """Return where a client signs in."""
    return {
        "currentVersion": VERSION,
        "fullVersion": "10.9.1",
        "authInfo": {
            "isTokenBasedSecurity": True,
            "tokenServicesUrl": f"{site}/arcgis/tokens/generateToken",
            "shortLivedTokenValidity": 60,
        },
    }


def services(collections: list[Collection]) -> dict[str, Any]:
    """Return the list of services, one for each collection that has a place."""
    placed = [each for each in collections if each.geometry_type is not GeometryType.NONE]
    return {
        "currentVersion": VERSION,
        "folders": [],
        "services": [{"name": each.id, "type": "FeatureServer"} for each in placed],
    }


def service(collection: Collection, box: Any) -> dict[str, Any]:
    """Return one service; ``box`` is the extent in degrees, if it is known."""
    layer = {"id": 0, "name": str(collection.title), "parentLayerId": -1, "subLayerIds": None, "type": "Feature Layer"}
    return {
        **_shared(collection),
        "serviceDescription": str(collection.description),
        "spatialReference": spatial_reference(collection.srid),
        "initialExtent": envelope(box, 4326),
        "fullExtent": envelope(box, 4326),
        "layers": [layer | {"geometryType": geometry_type(collection)}],
        "tables": [],
        "units": "esriMeters",
    }


def layer(collection: Collection, box: Any) -> dict[str, Any]:
    """Return the one layer of a collection with its object ids."""
    id_field = object_id(collection)
    return {
        **_shared(collection),
        "id": 0,
        "name": str(collection.title),
        "type": "Feature Layer",
        "geometryType": geometry_type(collection),
        "displayField": collection.label or id_field.name,
        "objectIdField": id_field.name,
        "globalIdField": "",
        "uniqueIdField": {"name": id_field.name, "isSystemMaintained": True},
        "fields": described(collection, collection.fields),
        "extent": envelope(box, 4326),
        "sourceSpatialReference": spatial_reference(collection.srid),
        "hasAttachments": False,
        "hasM": False,
        "hasZ": False,
        "relationships": [],
        "drawingInfo": {"renderer": {"type": "simple", "symbol": _symbol(geometry_type(collection))}},
        "supportsStatistics": True,
        "supportsAdvancedQueries": True,
        "advancedQueryCapabilities": _ADVANCED,
        "useStandardizedQueries": True,
        "types": [],
        "templates": [],
        "typeIdField": "",
    }


def _shared(collection: Collection) -> dict[str, Any]:
    return {
        "currentVersion": VERSION,
        "description": str(collection.description),
        "copyrightText": "",
        "capabilities": "Query",
        "maxRecordCount": MOST_RECORDS,
        "standardMaxRecordCount": MOST_RECORDS,
        "supportedQueryFormats": _FORMATS,
        "allowGeometryUpdates": False,
        "hasVersionedData": False,
    }


def _symbol(kind: str) -> dict[str, Any]:
    line = {"type": "esriSLS", "style": "esriSLSSolid", "color": [40, 80, 160, 255], "width": 1}
    if kind in {"esriGeometryPoint", "esriGeometryMultipoint"}:
        return {"type": "esriSMS", "style": "esriSMSCircle", "color": [40, 80, 160, 255], "size": 6, "outline": line}
    if kind == "esriGeometryPolyline":
        return line
    return {"type": "esriSFS", "style": "esriSFSSolid", "color": [40, 80, 160, 60], "outline": line}
