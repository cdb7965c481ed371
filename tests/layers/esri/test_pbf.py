"""Features as pbf, byte by byte as the protocol has them."""

from typing import Any

import shapely

from layers.esri import pbf

FIELDS = [
    {"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
    {"name": "name", "type": "esriFieldTypeString", "alias": "名称"},
    {"name": "area", "type": "esriFieldTypeDouble", "alias": "area"},
]
HEAD = {
    "objectIdFieldName": "OBJECTID",
    "geometryType": "esriGeometryPolygon",
    "spatialReference": {"wkid": 102100, "latestWkid": 3857},
    "fields": FIELDS,
    "exceededTransferLimit": True,
}
SQUARE_WITH_HOLE = shapely.from_wkt("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))")


def members(message: bytes) -> dict[int, list[Any]]:
    """Return the members of a message by tag: whole numbers, or bytes."""
    found: dict[int, list[Any]] = {}
    place = 0
    while place < len(message):
        key, place = whole(message, place)
        if key & 7 == 0:
            value, place = whole(message, place)
        else:
            size, place = (8, place) if key & 7 == 1 else whole(message, place)
            value, place = message[place : place + size], place + size
        found.setdefault(key >> 3, []).append(value)
    return found


def whole(message: bytes, place: int) -> tuple[int, int]:
    """Return the varint at a place, and where it ends."""
    end = next(each for each in range(place, len(message)) if message[each] < 0x80)
    return sum((byte & 0x7F) << 7 * n for n, byte in enumerate(message[place : end + 1])), end + 1


def packed(message: bytes) -> list[int]:
    """Return the whole numbers of a packed member."""
    found, place = [], 0
    while place < len(message):
        number, place = whole(message, place)
        found.append(number)
    return found


def signed(numbers: list[int]) -> list[int]:
    """Return numbers that were written by turns above and below zero."""
    return [(number >> 1) ^ -(number & 1) for number in numbers]


def result(body: bytes) -> dict[int, list[Any]]:
    """Return the members of the one result."""
    [(only,)] = [list(each) for each in members(members(body)[2][0]).values()]
    return members(only)


def test_features() -> None:
    made = result(pbf.features(HEAD, [([300, "楼", 1.5], SQUARE_WITH_HOLE), ([2, None, None], None)], 0.5))
    assert (made[1], made[7], made[9]) == ([b"OBJECTID"], [3], [1])
    assert members(made[8][0]) == {1: [102100], 2: [3857]}
    first, second = map(members, made[15])
    assert [members(each) for each in first[1][:2]] == [{5: [300]}, {1: ["楼".encode()]}]
    assert second == {1: [b"\x28\x02", b"", b""]}
    assert members(first[2][0])[2] == [bytes([5, 5])]


def test_rings_run_clockwise_as_differences_counted_downwards() -> None:
    square = shapely.box(0, 0, 9, 9)
    made = result(pbf.features(HEAD, [([1, "a", 0.0], square)], 0.5))
    coordinates = signed(packed(members(members(made[15][0])[2][0])[3][0]))
    xs, ys = coordinates[::2], coordinates[1::2]
    corners = [(sum(xs[: n + 1]) * 0.5, -sum(ys[: n + 1]) * 0.5) for n in range(5)]
    ring = shapely.LinearRing(corners)
    assert shapely.Polygon(ring).equals(square)
    assert not ring.is_ccw


def test_counts_and_ids() -> None:
    assert result(pbf.count(300)) == {1: [300]}
    assert packed(result(pbf.ids("OBJECTID", [1, 300]))[3][0]) == [1, 300]
