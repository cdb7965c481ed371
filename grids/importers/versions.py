"""How a version gives way to its successor, and when it need not."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.geos import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gisserver.common.db.validity import since
from gisserver.common.errors import Refused
from gisserver.common.geo.geometry import to_multipolygon
from gisserver.common.sentences import Sentence
from grids.editing.geometry.shapes import from_polygon, to_polygon
from grids.models import DivisionVersion, GridVersion
from grids.topology_repair.noding import node


@dataclass(slots=True)
class Tally:
    """What a writer has done so far, in versions."""

    begun: int = 0
    ended: int = 0
    unchanged: int = 0


def same_or_new(old: BaseGeometry | None, new: BaseGeometry | None) -> BaseGeometry | None:
    """Return ``old`` itself when ``new`` draws the same border, be it with other vertices on the line."""
    if old is None or new is None:
        return new
    if alike(old, new):
        return old
    old_noded, new_noded = node(np.array([old, new], dtype=object)).polygons
    return old if alike(old_noded, new_noded) else new


def end_version(version: DivisionVersion | GridVersion, moment: datetime) -> None:
    """End a version at ``moment``; Refused ``effective_too_early`` when it begins only then or later.

    Refused ``partition_scheduled`` when it is planned to end later: a successor is written for that moment.
    """
    if version.valid.lower >= moment:
        raise Refused(
            "effective_too_early",
            Sentence(
                "{code} has held only since {lower}: its successor must take effect later. Say when with "
                "--effective-at.",
                code=version.code,
                lower=version.valid.lower.isoformat(),
            ),
        )
    if version.valid.upper is not None and version.valid.upper > moment:
        raise Refused(
            "partition_scheduled",
            Sentence(
                "{code} is planned to change at {upper}: an import must take effect then or later. Say when with "
                "--effective-at.",
                code=version.code,
                upper=version.valid.upper.isoformat(),
            ),
        )
    type(version).objects.filter(pk=version.pk).end(moment)


def succeed(version: DivisionVersion | GridVersion, boundary: BaseGeometry, *, source: str, moment: datetime) -> None:
    """End ``version`` at ``moment`` and begin one that differs by its boundary only."""
    end_version(version, moment)
    values = {
        field.attname: getattr(version, field.attname)
        for field in version._meta.concrete_fields
        if not (field.primary_key or field.generated or field.name == "recorded_at")
    }
    values["geom"] = as_drawn(boundary)
    values |= {"valid": since(moment), "source": source[:200]}
    type(version).objects.create(**values)


def as_drawn(boundary: BaseGeometry) -> MultiPolygon:
    """Return a boundary as the edit engine writes it: the same area is the same bytes, whoever wrote it."""
    return to_multipolygon(to_polygon(from_polygon(boundary), multi=True), settings.SURVEY_SRID)


def alike(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Return whether two boundaries are the same, vertex for vertex, wherever their rings begin."""
    return bool(shapely.equals_exact(shapely.normalize(_multi(one)), shapely.normalize(_multi(other))))


def _multi(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.multipolygons(shapely.get_parts(geometry))
