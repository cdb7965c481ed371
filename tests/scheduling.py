"""Redraws published for a future moment: what the tests of schedules share; all on AABB."""

from datetime import datetime
from typing import Any

import shapely
from django.test import Client

from gisserver.common.geo.geometry import to_shapely
from grids.models import GridVersion
from tests.redrawing import Draft, line


def planned(draft: Draft, reviewer: Client, moment: datetime, verb: str, **members: Any) -> Draft:
    """Draw one command and publish it for a moment."""
    draft.draw(verb, **members)
    draft.approved(reviewer).step("publish", effective_at=moment.isoformat())
    return draft


def cut_a(new: str = "N") -> dict[str, Any]:
    """Cut A in a western and an eastern half."""
    return {"grid": "A", "line": line((1, 0), (1, 2)), "new": new}


def cut_b() -> dict[str, Any]:
    """Cut B in a southern and a northern half: the cut sets a vertex on the border of A."""
    return {"grid": "B", "line": line((2, 1.5), (4, 1.5)), "new": "M"}


def polygons(moment: datetime | None = None) -> dict[str, tuple[int, str]]:
    """Return code → identity and polygon, its rings beginning at their least vertex."""
    return {
        version.code: (version.grid_id, shapely.normalize(to_shapely(version.geom)).wkt)
        for version in GridVersion.objects.at(moment)
    }


def areas(moment: datetime | None = None) -> dict[str, int]:
    return {version.code: round(version.area_m2) for version in GridVersion.objects.at(moment)}
