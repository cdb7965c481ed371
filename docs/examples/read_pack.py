"""Read a pack without a network: the grid of a place, as the server says it, and places by address.

Usage: python read_pack.py CODE.json.gz LONGITUDE LATITUDE
"""

import gzip
import json
import math
import sys
from pathlib import Path
from typing import Any

# Distances count to a micrometre.
EXACT_MM = 5e-4
Ring = list[tuple[int, int]]


class Pack:
    """The grids and addresses of an area, coordinates in whole millimetres of its survey CRS."""

    def __init__(self, document: dict[str, Any]) -> None:
        if document["format"] != "gisserver-pack-1":
            raise ValueError(f"This reader does not know the format {document['format']}.")
        self.crs = document["crs"]
        self.tolerance_m: float = document["tolerance_m"]
        self.addresses: list[dict[str, Any]] = document["addresses"]
        # In the order of codes: on a shared border the first is responsible. Without a code: other people's ground.
        self.grids = [
            (grid["code"], [[_vertices(ring) for ring in polygon] for polygon in grid["polygons"]])
            for grid in document["grids"]
        ]

    @classmethod
    def open(cls, path: Path) -> "Pack":
        """Read the file CODE.json.gz of a pack."""
        return cls(json.loads(gzip.decompress(path.read_bytes())))

    def grid_at(self, longitude: float, latitude: float) -> str | None:
        """Return the code of the grid of a place in degrees (CGCS2000, WGS 84); None for none of the area."""
        return self.grid_of(*project(self.crs, longitude, latitude))

    def grid_of(self, x_mm: int, y_mm: int) -> str | None:
        """Return the code of the grid of a place in millimetres: inside or on a border, else the nearest in reach."""
        best, code_of_best = math.inf, None
        for code, polygons in self.grids:
            metres = min(_distance_mm(polygon, x_mm, y_mm) for polygon in polygons) / 1000
            metres = math.floor(metres * 1e6 + 0.5) / 1e6
            if metres <= self.tolerance_m and metres < best:
                best, code_of_best = metres, code
        return code_of_best

    def find(self, text: str) -> list[dict[str, Any]]:
        """Return the buildings whose address, name or code has ``text`` in it."""
        return [
            each
            for each in self.addresses
            if any(text in (each.get(member) or "") for member in ("address", "name", "code"))
        ]


def project(crs: dict[str, Any], longitude: float, latitude: float) -> tuple[int, int]:
    """Return degrees as whole millimetres of the survey CRS (transverse Mercator by Krüger's series to n^6)."""
    if crs.get("method") != "transverse_mercator":
        raise ValueError(f"This reader does not project to EPSG:{crs['srid']}.")
    f = 1 / crs["inverse_flattening"]
    n = f / (2 - f)
    alpha = (
        n / 2 - 2 / 3 * n**2 + 5 / 16 * n**3 + 41 / 180 * n**4 - 127 / 288 * n**5 + 7891 / 37800 * n**6,
        13 / 48 * n**2 - 3 / 5 * n**3 + 557 / 1440 * n**4 + 281 / 630 * n**5 - 1983433 / 1935360 * n**6,
        61 / 240 * n**3 - 103 / 140 * n**4 + 15061 / 26880 * n**5 + 167603 / 181440 * n**6,
        49561 / 161280 * n**4 - 179 / 168 * n**5 + 6601661 / 7257600 * n**6,
        34729 / 80640 * n**5 - 3418889 / 1995840 * n**6,
        212378941 / 319334400 * n**6,
    )
    radius = crs["semi_major_m"] / (1 + n) * (1 + n**2 / 4 + n**4 / 64 + n**6 / 256)
    e = math.sqrt(f * (2 - f))

    def northing(conformal: float, turned: float) -> tuple[float, float]:
        xi, eta = (
            math.atan2(conformal, math.cos(turned)),
            math.asinh(math.sin(turned) / math.hypot(conformal, math.cos(turned))),
        )
        return (
            xi + sum(a * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, a in enumerate(alpha, 1)),
            eta + sum(a * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, a in enumerate(alpha, 1)),
        )

    def conformal(degrees: float) -> float:
        sine = math.sin(math.radians(degrees))
        return math.sinh(math.atanh(sine) - e * math.atanh(e * sine))

    north, east = northing(conformal(latitude), math.radians(longitude - crs["central_meridian"]))
    origin, _ = northing(conformal(crs["latitude_of_origin"]), 0.0)
    x = crs["false_easting"] + crs["scale"] * radius * east
    y = crs["false_northing"] + crs["scale"] * radius * (north - origin)
    return math.floor(x * 1000 + 0.5), math.floor(y * 1000 + 0.5)


def _vertices(steps: list[int]) -> Ring:
    """Return the vertices of a ring that is written as its first one and the steps to the others."""
    x = y = 0
    found: Ring = []
    for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + step_x, y + step_y
        found.append((x, y))
    return found


def _distance_mm(polygon: list[Ring], x: int, y: int) -> float:
    """Return how far a place is from a polygon: 0 inside and on its border. Exact, since all numbers are whole."""
    is_inside, nearest = False, math.inf
    for ring in polygon:
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            dx, dy, px, py = bx - ax, by - ay, x - ax, y - ay
            cross = dx * py - dy * px
            if (ay > y) != (by > y) and (cross > 0) == (dy > 0):
                is_inside = not is_inside
            along, length = dx * px + dy * py, dx * dx + dy * dy
            if along <= 0:
                distance = math.hypot(px, py)
            elif along >= length:
                distance = math.hypot(x - bx, y - by)
            else:
                distance = abs(cross) / math.sqrt(length)
            nearest = min(nearest, distance)
    return 0.0 if is_inside or nearest < EXACT_MM else nearest


if __name__ == "__main__":
    read = Pack.open(Path(sys.argv[1]))
    sys.stdout.write(f"{read.grid_at(float(sys.argv[2]), float(sys.argv[3]))}\n")
