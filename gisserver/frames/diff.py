"""What differs between two frames of grids: the areas that another grid has. Uses geopandas and shapely. Pure."""

from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]

# Boundaries are whole millimetres (law 2); so are those of what two of them have in common.
_MILLIMETRE = 0.001


def partition_diff(before: geopandas.GeoDataFrame, after: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return the areas that changed hands: a row for each ``old`` and ``new`` grid, ``area_m2``, a MultiPolygon.

    Both frames have a grid a row, its id as index and its ``code``, in one projected CRS in metres (`frames.read` gives
    such). A grid is the same while its id is, whatever its code; ``old`` or ``new`` is missing where there was, or is,
    no grid. A border that a neighbour's cut moved by less than a millimetre is an area too; ``area_m2`` tells it apart.
    Raises ValueError for frames that cannot be compared.
    """
    if before.crs is None or before.crs != after.crs or not before.crs.is_projected:
        raise ValueError("Read both frames in one projected CRS: areas are measured in it.")
    before, after = _changed(before, after), _changed(after, before)
    old, new = np.asarray(before.geometry), np.asarray(after.geometry)
    i, j = shapely.STRtree(new).query(old, predicate="intersects")
    other = before.index.to_numpy()[i] != after.index.to_numpy()[j]
    i, j = i[other], j[other]
    pieces = [
        _rows(
            shapely.intersection(old[i], new[j], grid_size=_MILLIMETRE), before["code"].iloc[i], after["code"].iloc[j]
        ),
        _rows(_without(old, new), before["code"], None),
        _rows(_without(new, old), None, after["code"]),
    ]
    found = pd.concat(pieces, ignore_index=True).sort_values(["old", "new"], ignore_index=True)
    return geopandas.GeoDataFrame(found, geometry="geometry", crs=before.crs)


def _changed(frame: geopandas.GeoDataFrame, other: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return the grids of ``frame`` that ``other`` does not have with the very same boundary."""
    there = np.asarray(other.geometry.reindex(frame.index))
    return frame[~shapely.equals_identical(np.asarray(frame.geometry), there)]


def _without(shapes: Shapes, others: Shapes) -> Shapes:
    remains: Shapes = shapely.difference(shapes, shapely.union_all(others), grid_size=_MILLIMETRE)
    return remains


def _rows(shapes: Shapes, old: Any, new: Any) -> pd.DataFrame:
    """Return a row for each of ``shapes`` that has an area, with the code of its old and of its new grid."""
    parts, whole = shapely.get_parts(shapes, return_index=True)
    is_area = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
    kept, group = np.unique(whole[is_area], return_inverse=True)
    areas = shapely.multipolygons(parts[is_area], indices=group) if len(kept) else np.empty(0, dtype=object)
    codes = {
        name: pd.array([None] * len(kept) if given is None else list(given.iloc[kept]), dtype="str")
        for name, given in (("old", old), ("new", new))
    }
    return pd.DataFrame({**codes, "area_m2": shapely.area(areas), "geometry": areas})
