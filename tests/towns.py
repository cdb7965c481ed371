"""Generated towns for the tests and the bench of balancing: streets, blocks, houses, and grids that are not equal."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage

ORIGIN_M = (527_000.0, 2_510_000.0)
BLOCK_M = 120.0
VERGE_M = 9.0
Count = tuple[int, int]


@dataclass(frozen=True)
class Town:
    """A community with its streets, and houses with the households in each."""

    coverage: Coverage
    streets: list[BaseGeometry]
    houses: list[BaseGeometry]
    households: list[int]


def town(grids: Count, blocks: Count, houses: Count, seed: int, skew: float = 0.35) -> Town:
    """Return a town of so many grids east and north, blocks in each grid, and houses in each block.

    Streets are crooked, about one block in nine stands empty, and what lives in a grid differs by a lognormal
    factor of spread ``skew``.
    """
    noise = np.random.default_rng(seed)
    columns, rows = grids[0] * blocks[0], grids[1] * blocks[1]
    mesh = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1).astype(float)
    corners = np.round(np.array(ORIGIN_M) + mesh * BLOCK_M + noise.uniform(-12, 12, mesh.shape), 3)
    cells = {(c, r): _block(corners, c, r) for r in range(rows) for c in range(columns)}
    held: dict[str, list[BaseGeometry]] = {}
    for (c, r), cell in cells.items():
        held.setdefault(f"{r // blocks[1]:02d}{c // blocks[0]:02d}", []).append(cell)
    coverage = Coverage.from_polygons({key: shapely.coverage_union_all(own) for key, own in held.items()})
    factor = np.exp(noise.normal(0, skew, (grids[1], grids[0])))
    shapes: list[BaseGeometry] = []
    households: list[int] = []
    for (c, r), cell in cells.items():
        if noise.random() < 0.11:
            continue
        tall = noise.random() < 0.15
        for house in _houses(cell, houses, noise):
            shapes.append(house)
            mean = (14.0 if tall else 6.0) * factor[r // blocks[1], c // blocks[0]]
            households.append(int(noise.poisson(mean)))
    return Town(coverage, [shapely.boundary(cell) for cell in cells.values()], shapes, households)


def _block(corners: NDArray[np.float64], column: int, row: int) -> shapely.Polygon:
    return shapely.Polygon([corners[row + j, column + i] for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))])


def _houses(block: shapely.Polygon, count: Count, noise: np.random.Generator) -> list[shapely.Polygon]:
    """Return houses in rows inside a block, each turned and shrunk a little."""
    west, south, east, north = block.buffer(-VERGE_M).bounds
    wide, deep = (east - west) / count[0], (north - south) / count[1]
    inner = block.buffer(-VERGE_M / 2)
    houses = []
    for row in range(count[1]):
        for column in range(count[0]):
            x, y = west + (column + 0.5) * wide, south + (row + 0.5) * deep
            w, d = wide * noise.uniform(0.25, 0.4), deep * noise.uniform(0.25, 0.4)
            house = shapely.affinity.rotate(shapely.box(x - w, y - d, x + w, y + d), noise.uniform(-8, 8))
            if inner.contains(house):
                houses.append(shapely.set_precision(house, 0.001))
    return houses
