"""Random partitions and random commands, kind and hostile, for the property tests, the soak and the bench."""

import math
from collections.abc import Callable
from random import Random

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage
from grids.editing.verbs.arguments import Line, Place
from grids.editing.verbs.insert_node import InsertNode
from grids.editing.verbs.merge import Merge
from grids.editing.verbs.move_node import MoveNode
from grids.editing.verbs.remove_node import RemoveNode
from grids.editing.verbs.reshape import Reshape
from grids.editing.verbs.split import Split
from grids.editing.verbs.transfer import Transfer
from grids.editing.verbs.verb import Edit

ORIGIN_M = (527_000.0, 2_510_000.0)
CELL_M = 250.0


def jittered(columns: int, rows: int, seed: int, *, steps: int = 4) -> Coverage:
    """Return a lattice of cells with every corner moved, and ``steps - 1`` bent vertices on every border.

    The frame is as crooked as the rest, so that hardly a millimetre lies exactly on it.
    """
    noise = np.random.default_rng(seed)
    far = min(18.0, 0.288 * CELL_M / steps)
    grid = np.stack(np.meshgrid(np.arange(columns * steps + 1), np.arange(rows * steps + 1)), axis=-1)
    places = np.array(ORIGIN_M) + grid * (CELL_M / steps) + noise.uniform(-far, far, grid.shape)
    polygons = {
        f"{row:03d}{column:03d}": shapely.Polygon(places[_outline(row * steps, column * steps, steps)])
        for row in range(rows)
        for column in range(columns)
    }
    return Coverage.from_polygons(polygons)


def _outline(row: int, column: int, steps: int) -> tuple[list[int], list[int]]:
    there, back = range(steps), range(steps, 0, -1)
    across = [column + i for i in there] + [column + steps] * steps + [column + i for i in back] + [column] * steps
    up = [row] * steps + [row + i for i in there] + [row + steps] * steps + [row + i for i in back]
    return up, across


def voronoi(count: int, seed: int) -> Coverage:
    """Return the Voronoi cells of random points that lie well inside, rounded to the millimetre."""
    noise = np.random.default_rng(seed)
    side = CELL_M * math.sqrt(count)
    points = shapely.multipoints(np.array(ORIGIN_M) + noise.uniform(0, side, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points))
    inner = shapely.box(*ORIGIN_M, ORIGIN_M[0] + side, ORIGIN_M[1] + side).buffer(-CELL_M / 4)
    cells = cells[shapely.within(cells, inner)]
    whole = shapely.set_precision(cells, 0.001, mode="pointwise")
    return Coverage.from_polygons({f"{index:06d}": cell for index, cell in enumerate(whole)})


class Supervisor:
    """Somebody who draws: most of it makes sense, some of it is meant to break the engine."""

    def __init__(self, seed: int, *, start: int, hostile: float = 0.15) -> None:
        self.random = Random(seed)
        self.start, self.hostile = start, hostile
        self.made = 0

    def command(self, coverage: Coverage) -> Edit:
        """Return the next command for a coverage; the number of grids stays about what it was."""
        keys = coverage.keys
        key = keys[self.random.randrange(len(keys))]
        if self.random.random() < self.hostile:
            return self.random.choice(self._hostilities())(coverage, key)
        few, many = len(coverage) < 0.9 * self.start, len(coverage) > 1.1 * self.start
        weights = [0 if many else 4, 0 if few else 3, 4, 3, 4, 1, 2, 1]
        kinds: list[Callable[[Coverage, str], Edit]] = [
            self._split,
            self._merge,
            self._reshape,
            self._transfer,
            self._move_node,
            self._insert_node,
            self._remove_node,
            self._island,
        ]
        return self.random.choices(kinds, weights)[0](coverage, key)

    def _hostilities(self) -> list[Callable[[Coverage, str], Edit]]:
        return [
            self._not_a_number,
            self._along,
            self._through_corners,
            self._far,
            self._bow_tie,
            self._stub,
            self._any_merge,
            self._thread,
            self._hair,
            self._corner_to_corner,
        ]

    def _new_key(self) -> str:
        self.made += 1
        return f"n{self.made:07d}"

    def _split(self, coverage: Coverage, key: str) -> Edit:
        west, south, east, north = _bounds(coverage, key)
        x, y = self.random.uniform(west, east), self.random.uniform(south, north)
        angle = self.random.uniform(0, math.pi)
        reach = math.hypot(east - west, north - south) * self.random.uniform(0.4, 0.8)
        dx, dy = reach * math.cos(angle), reach * math.sin(angle)
        bend = (x + self.random.gauss(0, reach / 12), y + self.random.gauss(0, reach / 12))
        line = ((x - dx, y - dy), bend, (x + dx, y + dy))
        return Split(key, self._new_key(), line, snap_m=self.random.choice([0.5, 5.0, reach]))

    def _island(self, coverage: Coverage, key: str) -> Edit:
        x, y = self._inside(coverage, key)
        ring = _star(self.random, x, y, self.random.uniform(2, 60), self.random.randint(3, 9))
        if self.random.random() < 0.5:
            return Split(key, self._new_key(), (*ring, ring[0]))
        return Split(key, self._new_key(), area=shapely.Polygon(ring))

    def _merge(self, coverage: Coverage, key: str) -> Edit:
        chosen = [key]
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            beside = [other for other in coverage.neighbours(chosen[-1]) if other not in chosen]
            if beside:
                chosen.append(self.random.choice(beside))
        return Merge(tuple(chosen), self.random.choice(chosen))

    def _reshape(self, coverage: Coverage, key: str) -> Edit:
        (ax, ay), (bx, by) = self._border_places(coverage, key)
        length = math.hypot(bx - ax, by - ay)
        count = self.random.randint(1, 3)
        between = [
            (
                ax + (bx - ax) * i / (count + 1) + self.random.gauss(0, length / 4),
                ay + (by - ay) * i / (count + 1) + self.random.gauss(0, length / 4),
            )
            for i in range(1, count + 1)
        ]
        return Reshape(((ax, ay), *between, (bx, by)), snap_m=self.random.choice([0.01, 0.5, 3.0]))

    def _transfer(self, coverage: Coverage, key: str) -> Edit:
        (x, y), _ = self._border_places(coverage, key)
        beside = coverage.neighbours(key) or [key]
        ring = _star(self.random, x, y, self.random.uniform(1, 120), self.random.randint(3, 12))
        return Transfer(key, self.random.choice(beside), shapely.Polygon(ring))

    def _move_node(self, coverage: Coverage, key: str) -> Edit:
        x, y = self._vertex(coverage, key)
        far = self.random.choice([0.002, 0.1, 5.0, 20.0, 80.0])
        return MoveNode((x, y), (x + self.random.gauss(0, far), y + self.random.gauss(0, far)))

    def _insert_node(self, coverage: Coverage, key: str) -> Edit:
        return InsertNode(self._border_places(coverage, key)[0])

    def _remove_node(self, coverage: Coverage, key: str) -> Edit:
        return RemoveNode(self._vertex(coverage, key))

    def _not_a_number(self, coverage: Coverage, key: str) -> Edit:
        bad = self.random.choice([math.nan, math.inf, -math.inf, 1e300])
        x, y = self._inside(coverage, key)
        return self.random.choice(
            [
                Split(key, self._new_key(), ((x, bad), (x, y))),
                Reshape(((x, y), (bad, y), (x + 1, y))),
                MoveNode((x, y), (bad, y)),
                InsertNode((bad, bad)),
            ]
        )

    def _along(self, coverage: Coverage, key: str) -> Edit:
        ring = [_metres(point) for point in coverage[key].parts[0][0]]
        begin = self.random.randrange(len(ring))
        line = tuple((ring + ring)[begin : begin + self.random.randint(2, len(ring))])
        if self.random.random() < 0.5:
            return Split(key, self._new_key(), line)
        return Reshape(line)

    def _through_corners(self, coverage: Coverage, key: str) -> Edit:
        vertices = [self._vertex(coverage, key) for _ in range(self.random.randint(2, 5))]
        return self.random.choice([Split(key, self._new_key(), tuple(vertices)), Reshape(tuple(vertices))])

    def _corner_to_corner(self, coverage: Coverage, key: str) -> Edit:
        a, b = self._vertex(coverage, key), self._vertex(coverage, key)
        return Split(key, self._new_key(), (a, b), snap_m=self.random.choice([0.0, 0.002, 50.0]))

    def _far(self, coverage: Coverage, key: str) -> Edit:
        x, y = self._vertex(coverage, key)
        away = self.random.choice([5e2, 5e3, 4e4, 9e5])
        return Split(key, self._new_key(), ((x, y), (x + away, y + 1), (x, y + away)))

    def _bow_tie(self, coverage: Coverage, key: str) -> Edit:
        x, y = self._inside(coverage, key)
        ring = ((x, y), (x + 40, y + 40), (x + 40, y), (x, y + 40))
        if self.random.random() < 0.5:
            return Split(key, self._new_key(), (*ring, ring[0]))
        return Transfer(key, (coverage.neighbours(key) or [key])[0], shapely.Polygon(ring))

    def _stub(self, coverage: Coverage, key: str) -> Edit:
        x, y = self._inside(coverage, key)
        return self.random.choice(
            [
                Split(key, self._new_key(), ((x, y), (x + 0.0004, y))),
                Split("nobody", self._new_key(), ((x, y), (x + 9, y))),
                Split(key, key, ((x, y), (x + 9, y))),
                Reshape(((x, y), (x + 3, y + 3))),
                Merge((key,), key),
                RemoveNode((x, y)),
            ]
        )

    def _any_merge(self, coverage: Coverage, key: str) -> Edit:
        other = self.random.choice(coverage.keys)
        return Merge((key, other), other)

    def _thread(self, coverage: Coverage, key: str) -> Edit:
        """A border drawn a few millimetres beside the old one."""
        ring = coverage[key].parts[0][0]
        begin = self.random.randrange(len(ring))
        off = self.random.choice([0.001, 0.002, 0.005, 0.05])
        line = tuple(
            (x + self.random.uniform(-off, off), y + self.random.uniform(-off, off))
            for x, y in map(_metres, (ring + ring)[begin : begin + 6])
        )
        return self.random.choice(
            [
                Split(key, self._new_key(), line, snap_m=off),
                Reshape(line, snap_m=off),
                Reshape(line, snap_m=0.0),
            ]
        )

    def _hair(self, coverage: Coverage, key: str) -> Edit:
        """An area with a side a few millimetres from a vertex, as wide as nothing."""
        x, y = self._vertex(coverage, key)
        w = self.random.choice([0.001, 0.003, 0.02])
        area = shapely.box(x - w, y - 30, x + w * self.random.randint(0, 3) + 0.001, y + 30)
        return Transfer(key, (coverage.neighbours(key) or [key])[0], area)

    def _vertex(self, coverage: Coverage, key: str) -> Place:
        part = self.random.choice(coverage[key].parts)
        return _metres(self.random.choice(self.random.choice(part)))

    def _inside(self, coverage: Coverage, key: str) -> Place:
        west, south, east, north = _bounds(coverage, key)
        return self.random.uniform(west, east), self.random.uniform(south, north)

    def _border_places(self, coverage: Coverage, key: str) -> tuple[Place, Place]:
        """Return two places on the outer ring of a grid, up to half of it apart."""
        ring = coverage[key].parts[0][0]
        line = shapely.LinearRing([_metres(point) for point in ring])
        begin = self.random.uniform(0, line.length)
        end = (begin + self.random.uniform(0.05, 0.5) * line.length) % line.length
        return _xy(line.interpolate(begin)), _xy(line.interpolate(end))


def _star(random: Random, x: float, y: float, radius: float, count: int) -> Line:
    turns = sorted(random.uniform(0, 2 * math.pi) for _ in range(count))
    return tuple(
        (x + radius * r * math.cos(turn), y + radius * r * math.sin(turn))
        for turn in turns
        for r in [random.uniform(0.4, 1.0)]
    )


def _bounds(coverage: Coverage, key: str) -> tuple[float, float, float, float]:
    west, south, east, north = coverage[key].bounds
    return west / 1000, south / 1000, east / 1000, north / 1000


def _metres(point: tuple[int, int]) -> Place:
    return point[0] / 1000, point[1] / 1000


def _xy(point: BaseGeometry) -> Place:
    return point.x, point.y
