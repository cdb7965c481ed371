"""What is stored around an import: frames and neighbours whose borders must get the same vertices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Q
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.geometry import to_shapely
from grids.models import DivisionVersion, GridVersion

Polygons = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Current versions beside or around the imported grids, with their boundaries in the same order."""

    versions: tuple[DivisionVersion | GridVersion, ...]
    boundaries: Polygons


def context_around(
    polygons: Polygons, *, communities: Iterable[int], moment: datetime, without_frames: bool
) -> ImportContext:
    """Return the divisions (of every level) and the other communities' grids that these polygons may touch.

    ``without_frames`` leaves the communities' own boundaries out: they are to be made anew.
    """
    concerned = list(communities)
    box = Polygon.from_bbox(shapely.total_bounds(polygons).tolist())
    near: dict[str, Any] = {"geom__bboverlaps": box}
    own = Q(division_id__in=concerned) if without_frames else Q(pk__in=[])
    divisions = DivisionVersion.objects.at(moment).filter(**near).exclude(own)
    grids = GridVersion.objects.at(moment).filter(**near).exclude(community_id__in=concerned)
    versions: list[DivisionVersion | GridVersion] = [*divisions.order_by("pk"), *grids.order_by("pk")]
    boundaries: list[BaseGeometry] = [to_shapely(version.geom) for version in versions if version.geom is not None]
    return ImportContext(tuple(versions), np.array(boundaries, dtype=object))
