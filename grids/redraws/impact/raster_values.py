"""What a raster says of the grids that a redraw changes, before and after: people at risk, heights, land use."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from grids.editing.geometry.shapes import Shape, to_polygon
from grids.models import Redraw
from grids.redraws.impact.outcome import outcome_of
from layers.models import RasterLayer
from rasters.zonal.asked import shown
from rasters.zonal.computing import of_shapes


def raster_values(redraw: Redraw, raster: RasterLayer, band: int, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the named statistics of each changed grid before and after, null where it is not there, by code.

    Raises Conflict when the draft no longer applies to the current partition, and what `of_shapes` raises.
    """
    pairs = [
        (key, change.before.coverage.get(key), change.after.coverage.get(key))
        for change in outcome_of(redraw).found
        for key in change.keys
    ]
    shapes = [shape for _, *both in pairs for shape in both if shape is not None]
    polygons = [to_polygon(shape, multi=True) for shape in shapes]
    found = iter(of_shapes(raster, band, settings.SURVEY_SRID, polygons))

    def told(shape: Shape | None) -> dict[str, Any] | None:
        return None if shape is None else shown(next(found), names)

    return [{"code": key, "before": told(old), "after": told(new)} for key, old, new in pairs]
