"""Esri's FeatureCollection.proto (f=pbf), written by hand: ten small messages need no compiler. Pure.

Source: Esri's arcgis-pbf, proto/FeatureCollection. Coordinates are whole multiples of a scale, each the difference from
the one before it.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import shapely

from layers.esri.shapes import parts_of

MEDIA_TYPE: Final = "application/x-protobuf"
_GEOMETRY_TYPES: Final = {
    "esriGeometryPoint": 0,
    "esriGeometryMultipoint": 1,
    "esriGeometryPolyline": 2,
    "esriGeometryPolygon": 3,
}
_NO_GEOMETRY: Final = 127
_INTEGER, _DOUBLE, _STRING, _DATE, _OID = 1, 3, 4, 5, 6
_FIELD_TYPES: Final = {
    "esriFieldTypeInteger": _INTEGER,
    "esriFieldTypeDouble": _DOUBLE,
    "esriFieldTypeString": _STRING,
    "esriFieldTypeDate": _DATE,
    "esriFieldTypeOID": _OID,
}
_SQL_OTHER: Final = 16
# Some clients take it for granted that rows are counted downwards.
_UPPER_LEFT: Final = 0
_DOWN: Final = np.array([1.0, -1.0])


def features(
    document: dict[str, Any], rows: Sequence[tuple[Sequence[Any], shapely.Geometry | None]], scale: float
) -> bytes:
    """Return features, each its values in the order of the fields and its geometry, under what ``document`` says.

    ``document`` is that of f=json without its features; ``scale`` the least difference of coordinates that is kept.
    """
    kind = _GEOMETRY_TYPES.get(document.get("geometryType", ""), _NO_GEOMETRY)
    reference = document.get("spatialReference", {})
    types = [_FIELD_TYPES[field["type"]] for field in document["fields"]]
    result = b"".join(
        (
            _text(1, document["objectIdFieldName"]),
            _text(3, ""),
            _whole(7, kind),
            _bytes(8, _whole(1, reference["wkid"]) + _whole(2, reference["latestWkid"])) if reference else b"",
            _whole(9, int(bool(document.get("exceededTransferLimit")))),
            _bytes(12, _transform(scale)),
            *(_bytes(13, _field(field)) for field in document["fields"]),
            *(_bytes(15, _feature(values, types, _shape(shape, kind, scale))) for values, shape in rows),
        )
    )
    return _collection(_bytes(1, result))


def count(number: int) -> bytes:
    """Return how many features there are."""
    return _collection(_bytes(2, _whole(1, number)))


def ids(name: str, numbers: Iterable[int]) -> bytes:
    """Return the ids of features."""
    return _collection(_bytes(3, _text(1, name) + _bytes(3, b"".join(map(_varint, numbers)))))


def _collection(result: bytes) -> bytes:
    return _text(1, "") + _bytes(2, result)


def _transform(scale: float) -> bytes:
    both = _double(1, scale) + _double(2, scale)
    return _whole(1, _UPPER_LEFT) + _bytes(2, both) + _bytes(3, _double(1, 0.0) + _double(2, 0.0))


def _field(field: dict[str, Any]) -> bytes:
    return (
        _text(1, field["name"])
        + _whole(2, _FIELD_TYPES[field["type"]])
        + _text(3, field["alias"])
        + _whole(4, _SQL_OTHER)
    )


def _feature(values: Sequence[Any], types: Sequence[int], shape: bytes) -> bytes:
    return b"".join(_bytes(1, _value(value, kind)) for value, kind in zip(values, types, strict=True)) + shape


def _value(value: Any, kind: int) -> bytes:
    """Return a value in the member that clients look into for its field's type; one that is missing is in none."""
    if value is None:
        return b""
    if kind == _DOUBLE:
        return _double(3, float(value))
    if kind == _OID:
        return _whole(5 if value < 2**32 else 7, value)
    if kind == _INTEGER:
        return _whole(4, _zigzag(value))
    return _whole(8, _zigzag(value)) if kind == _DATE else _bytes(1, str(value).encode())


def _shape(shape: shapely.Geometry | None, kind: int, scale: float) -> bytes:
    if shape is None:
        return b""
    parts = parts_of(shape)
    lengths = b"" if shape.geom_type == "Point" else b"".join(_varint(len(part)) for part in parts)
    coordinates = b"".join(_deltas(part, scale) for part in parts)
    return _bytes(2, _whole(1, kind) + (_bytes(2, lengths) if lengths else b"") + _bytes(3, coordinates))


def _deltas(part: Any, scale: float) -> bytes:
    """Return the positions of a part, the first from zero and each other from the one before it."""
    whole = np.rint(part * _DOWN / scale).astype(np.int64)
    differences = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return b"".join(_varint(_zigzag(number)) for number in differences.ravel().tolist())


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _varint(number: int) -> bytes:
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    made.append(number)
    return bytes(made)


def _whole(tag: int, number: int) -> bytes:
    return _varint(tag << 3) + _varint(number)


def _double(tag: int, number: float) -> bytes:
    return _varint(tag << 3 | 1) + struct.pack("<d", number)


def _bytes(tag: int, content: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(content)) + content


def _text(tag: int, text: str) -> bytes:
    return _bytes(tag, text.encode())
