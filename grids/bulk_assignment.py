"""The grids of points that never enter the database: millions at once, by law 3, as `grids_grid_of` says them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from django.conf import settings
from numpy.typing import ArrayLike

from gisserver import frames
from gisserver.common import moments
from gisserver.common.db.snapshot import one_look
from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import WGS84, DeclaredCRS, as_xy, misplaced, parse_crs, to_survey
from gisserver.common.lru import Memory
from grids.assigning.index import PartitionIndex, Rule
from grids.models import GridVersion

# Why a point has no grid, as in the receipts of incidents, or a coordinate's own reason (`Misplaced`).
_OUTSIDE = "outside_grids"
_NO_LOCATION = "no_location"


_KEPT: Memory["PartitionAt"] = Memory(2)


@dataclass(frozen=True, slots=True)
class PartitionAt:
    """The grids of a moment: their codes, in order, and the index that finds them."""

    codes: list[str]
    index: PartitionIndex | None

    @classmethod
    def read(cls, at: datetime | str | None = None) -> "PartitionAt":
        """Read the grids of ``at`` (default now) as the operator of the machine, who sees all of them.

        The last two partitions that were read are kept: versions never change.
        """
        moment = moments.parse_moment(at) if isinstance(at, str) else at
        with one_look():
            versions = tuple(GridVersion.objects.at(moment).order_by("pk").values_list("pk", flat=True))
            known = _KEPT.get(versions)
            return known or _KEPT.keep(
                versions, cls._made(frames.read("grids", user=None, at=moment, columns=["code"]))
            )

    @classmethod
    def _made(cls, grids: geopandas.GeoDataFrame) -> "PartitionAt":
        grids = grids.sort_values("code")
        return cls.on(dict(zip(grids["code"], grids.geometry, strict=True)))

    @classmethod
    def on(cls, polygons: Mapping[str, Any]) -> "PartitionAt":
        """Return the index of other grids, by their codes: of a draft (survey CRS, whole millimetres)."""
        codes = sorted(polygons)
        shapes = [polygons[code] for code in codes]
        return cls(codes, PartitionIndex(shapes, tolerance_m=settings.NEAREST_TOLERANCE_M) if shapes else None)

    def assign(self, points: Any, *, crs: str = "", margins: bool = False) -> Any:
        """Return what `assign` does, on these grids."""
        if hasattr(points, "__arrow_c_stream__") and not isinstance(points, pd.DataFrame | pd.Series):
            frame = geopandas.GeoDataFrame.from_arrow(points)  # of GeoArrow and WKB; needs pyarrow
            return self.assign(frame, crs=crs, margins=margins).to_arrow(index=False)
        if isinstance(points, geopandas.GeoDataFrame):
            found = self.assign(points.geometry, crs=crs, margins=margins)
            return points.assign(**{name: found[name] for name in found.columns})
        if isinstance(points, geopandas.GeoSeries):
            declared = parse_crs(crs) if crs else _declared(points)
            return self._table(_coordinates(points), declared, margins=margins).set_axis(points.index)
        if not crs:
            raise Invalid("no_crs", "Say what the coordinates are: crs='wgs84', 'gcj02', 'EPSG:4547', ….")
        return self._table(as_xy(points), parse_crs(crs), margins=margins)

    def _table(self, xy: Any, crs: DeclaredCRS, *, margins: bool) -> pd.DataFrame:
        survey, reason = _placed(xy, crs)
        good = reason == ""
        grid = np.full(len(xy), -1, dtype=np.int32)
        rule = np.full(len(xy), Rule.NONE, dtype=np.uint8)
        margin = np.full(len(xy), np.nan)
        if self.index is not None and good.any():
            found = self.index.assign(survey[good], margins=margins)
            grid[good], rule[good] = found.positions, found.rules
            if found.margin_m is not None:
                margin[good] = found.margin_m
        reason[good & (grid < 0)] = _OUTSIDE
        columns: dict[str, Any] = {
            "grid": pd.Categorical.from_codes(grid, categories=self.codes),
            "rule": pd.Categorical.from_codes(rule, categories=[each.name.lower() for each in Rule]),
            "reason": pd.Categorical(reason),
        }
        return pd.DataFrame(columns | ({"margin_m": margin} if margins else {}))


def assign(
    points: ArrayLike | geopandas.GeoSeries | geopandas.GeoDataFrame | Any,
    *,
    at: datetime | str | None = None,
    crs: str = "",
    margins: bool = False,
) -> Any:
    """Return for each of ``points`` its ``grid`` at ``at`` (default now), the ``rule``, and the ``reason`` where none.

    ``points`` is an array of shape (n, 2), east before north, with its ``crs`` declared (law 6); or a GeoSeries of
    points, or a GeoDataFrame, which comes back with these columns; its own CRS counts where ``crs`` is not given. An
    Arrow table (GeoArrow or WKB; whatever has ``__arrow_c_stream__``) comes back as one, where pyarrow is installed.
    Points are rounded to the millimetre in the survey CRS, as what is stored. ``margins`` adds ``margin_m``, the
    distance to the border of the grid (of ``nearest``: to the grid). A point that can't be placed has the rule ``none``
    and its reason: ``no_location``, ``outside_grids``, ``coordinate_outside_area``, …. Raises Invalid without a CRS.
    """
    return PartitionAt.read(at).assign(points, crs=crs, margins=margins)


def _declared(points: geopandas.GeoSeries) -> DeclaredCRS:
    authority = None if points.crs is None else points.crs.to_authority()
    if authority == ("OGC", "CRS84"):  # as GeoParquet declares degrees
        return WGS84
    if authority is None or authority[0] != "EPSG":
        raise Invalid("no_crs", "These points declare no CRS with an EPSG code: give crs.")
    return parse_crs(":".join(authority))


def _coordinates(points: geopandas.GeoSeries) -> Any:
    """Return the coordinates of points, NaN for those that are missing or empty; raises Invalid for other shapes."""
    shapes = np.asarray(points)
    is_point = (shapely.get_type_id(shapes) == shapely.GeometryType.POINT) & ~shapely.is_empty(shapes)
    if (~is_point & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)).any():
        raise Invalid("not_a_point", "Only points have one grid; take representative_point() of other shapes.")
    xy = np.full((len(shapes), 2), np.nan)
    xy[is_point] = shapely.get_coordinates(shapes[is_point])
    return xy


def _placed(xy: Any, crs: DeclaredCRS) -> tuple[Any, Any]:
    """Return the points in the survey CRS, and for each why it can't be placed ("": it can)."""
    reasons = misplaced(xy, crs, settings.SURVEY_SRID)
    bad = reasons != None  # noqa: E711 -- elementwise
    reason = np.where(bad, reasons, "").astype(object)
    reason[np.isnan(xy).all(axis=1)] = _NO_LOCATION
    survey = np.full(xy.shape, np.nan)
    survey[~bad] = to_survey(xy[~bad], crs, settings.SURVEY_SRID)
    return survey, reason
