"""What a client sends: features, one or many, and changes to one (RFC 7946, RFC 7396), read once or refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from gisserver.common.errors import Invalid, TooLarge
from gisserver.common.sentences import Sentence
from layers.editing.shapes import shape_of
from layers.editing.values import values_of
from layers.registry import Collection
from layers.spatial.crs import Crs

MAX_FEATURES = 10_000
# What answers say of a feature beside what it holds: whoever sends back what came may leave them in.
_SAID_BY_ANSWERS = {"links", "bbox"}
_FEATURE = {"type", "id", "geometry", "properties"} | _SAID_BY_ANSWERS
_COLLECTION = {"type", "features", "timeStamp", "numberMatched", "numberReturned", "name"} | _SAID_BY_ANSWERS


@dataclass(frozen=True, slots=True)
class Draft:
    """What a feature shall hold: values by model attribute, and the geometry in the CRS that it was sent in.

    A draft of a change has only what changes: ``has_geometry`` tells whether the geometry does.
    """

    values: Mapping[str, Any]
    geometry: shapely.Geometry | None = None
    has_geometry: bool = True


def new_features(collection: Collection, document: Any, crs: Crs) -> list[Draft]:
    """Return the features of a Feature or a FeatureCollection. Raises Invalid, Refused or TooLarge."""
    if _members(document, "").get("type") != "FeatureCollection":
        return [whole_feature(collection, document, crs)]
    _demand_known(document, _COLLECTION, "")
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise Invalid("bad_value", Sentence("{name} must be a list of features.", name="features"), pointer="/features")
    if len(features) > MAX_FEATURES:
        raise TooLarge("too_large", Sentence("At most {most} features can be sent at once.", most=MAX_FEATURES))
    return [whole_feature(collection, each, crs, f"/features/{number}") for number, each in enumerate(features)]


def whole_feature(collection: Collection, document: Any, crs: Crs, where: str = "") -> Draft:
    """Return a whole feature: properties that it leaves out are null. Raises Invalid or Refused."""
    feature = _feature(document, where)
    if "geometry" not in feature:
        raise Invalid("bad_geometry", "A feature has a geometry, which may be null.", pointer=where)
    properties = feature.get("properties")
    given = values_of(collection, {} if properties is None else properties, f"{where}/properties")
    every: dict[str, Any] = {str(field.source): None for field in collection.fields}
    return Draft(every | given, shape_of(collection, feature["geometry"], crs, f"{where}/geometry"))


def changed_feature(collection: Collection, document: Any, crs: Crs) -> Draft:
    """Return a change as a merge patch: null takes a value away, what is left out stays. Raises Invalid or Refused."""
    patch = _feature({"type": "Feature"} | dict(_members(document, "")), "")
    values = values_of(collection, patch["properties"], "/properties") if "properties" in patch else {}
    if "geometry" not in patch:
        return Draft(values, has_geometry=False)
    return Draft(values, shape_of(collection, patch["geometry"], crs, "/geometry"))


def _feature(document: Any, where: str) -> Mapping[str, Any]:
    feature = _members(document, where)
    if feature.get("type") != "Feature":
        told = Sentence("{name} must be {value}.", name="type", value="Feature")
        raise Invalid("bad_value", told, pointer=f"{where}/type")
    _demand_known(feature, _FEATURE, where)
    return feature


def _members(document: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise Invalid("bad_body", "Send a GeoJSON Feature or FeatureCollection.", pointer=where)
    return document


def _demand_known(document: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = next((name for name in document if name not in known), None)
    if unknown is not None:
        told = Sentence("The member {name!r} is unknown here.", name=unknown[:100])
        raise Invalid("unknown_member", told, pointer=where)
