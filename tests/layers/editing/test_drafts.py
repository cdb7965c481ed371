"""What a client sends becomes a draft, or is refused with the place and the reason."""

from typing import Any

import pytest

from gisserver.common.errors import DomainError
from layers.editing.drafts import Draft, changed_feature, new_features, whole_feature
from layers.fields import Field, FieldType, GeometryType
from layers.models import UploadedLayer
from layers.registry import Collection
from layers.spatial.crs import CRS84, epsg

_SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
_BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]


def collection(kind: GeometryType = GeometryType.POINT) -> Collection:
    """Return a collection with a field of each type, each in an attribute of its own name."""
    return Collection(
        id="things",
        title="",
        queryset=lambda user, at: UploadedLayer.objects.none(),
        fields=tuple(Field(each.value, each, source=each.value) for each in FieldType),
        geometry_type=kind,
        srid=4326,
    )


def feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    """Return a feature as a client would write it."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def point(*coordinates: float) -> dict[str, Any]:
    """Return a point."""
    return {"type": "Point", "coordinates": list(coordinates)}


def refused(document: Any, kind: GeometryType = GeometryType.POINT, crs: Any = CRS84) -> tuple[str, str | None]:
    """Return the code and the pointer with which a feature is refused."""
    with pytest.raises(DomainError) as caught:
        new_features(collection(kind), document, crs)
    return caught.value.code, caught.value.data.get("pointer")


def test_a_feature_has_all_values_of_the_layer() -> None:
    draft = whole_feature(collection(), feature(point(114, 22), integer=3.0, date="2026-01-31"), CRS84)
    assert draft.geometry is not None
    assert (draft.geometry.x, draft.geometry.y) == (114, 22)
    assert draft.values["integer"] == 3
    assert draft.values["date"].isoformat() == "2026-01-31"
    assert draft.values["string"] is None


def test_north_before_east_is_turned() -> None:
    draft = whole_feature(collection(), feature(point(22, 114)), epsg(4490))
    assert draft.geometry is not None
    assert (draft.geometry.x, draft.geometry.y) == (114, 22)


def test_a_single_geometry_joins_a_layer_of_multi_geometries() -> None:
    square = {"type": "Polygon", "coordinates": [_SQUARE]}
    draft = whole_feature(collection(GeometryType.MULTIPOLYGON), feature(square), CRS84)
    assert draft.geometry is not None
    assert draft.geometry.geom_type == "MultiPolygon"


def test_a_change_has_only_what_it_names() -> None:
    assert changed_feature(collection(), {"properties": {"string": None}}, CRS84) == Draft(
        {"string": None}, has_geometry=False
    )


def test_what_an_answer_said_may_be_sent_back() -> None:
    given = feature(point(1, 2)) | {"id": 4, "links": []}
    assert whole_feature(collection(), given, CRS84).geometry is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("string", 3),
        ("string", "a\0b"),
        ("integer", 1.5),
        ("integer", True),
        ("integer", 2**63),
        ("number", "3"),
        ("number", float("inf")),
        ("boolean", 1),
        ("date", "2026-02-30"),
        ("datetime", "yesterday"),
        ("time", "25:00"),
        ("time", 12),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    assert refused(feature(point(1, 2), **{name: value})) == ("bad_value", f"/properties/{name}")


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        ({"type": "Point", "coordinates": []}, "bad_geometry"),
        ({"type": "Point", "coordinates": ["x", 2]}, "bad_geometry"),
        ({"type": "Circle", "coordinates": [1, 2]}, "bad_geometry"),
        ("POINT (1 2)", "bad_geometry"),
        (point(1, 2, 3), "bad_geometry"),
        (point(1e999, 2), "coordinate_not_finite"),
        (point(22, 114), "coordinate_axes_swapped"),
        (point(505000, 2510000), "coordinate_outside_area"),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "wrong_geometry_type"),
    ],
)
def test_a_geometry_that_the_layer_cannot_hold_is_refused(geometry: Any, code: str) -> None:
    assert refused(feature(geometry)) == (code, "/geometry")


def test_an_invalid_polygon_is_refused_and_not_mended() -> None:
    bow_tie = {"type": "Polygon", "coordinates": [_BOW_TIE]}
    with pytest.raises(DomainError) as caught:
        whole_feature(collection(GeometryType.POLYGON), feature(bow_tie), CRS84)
    assert caught.value.code == "invalid_geometry"
    assert caught.value.data["reason"] == "Self-intersection[0.5 0.5]"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([], ("bad_body", "")),
        ({"type": "Point"}, ("bad_value", "/type")),
        (feature() | {"propertys": {}}, ("unknown_member", "")),
        ({"type": "Feature", "properties": {}}, ("bad_geometry", "")),
        (feature(None, colour=1), ("unknown_property", "/properties/colour")),
        ({"type": "FeatureCollection", "features": []}, ("bad_value", "/features")),
        (
            {"type": "FeatureCollection", "features": [feature(), feature(None, boolean="no")]},
            ("bad_value", "/features/1/properties/boolean"),
        ),
    ],
)
def test_what_is_no_feature_of_the_layer_is_refused_with_the_place(document: Any, expected: tuple[str, str]) -> None:
    assert refused(document) == expected
