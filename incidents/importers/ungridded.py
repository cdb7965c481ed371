"""Refuse incidents of areas that have no grids yet, unless they are asked for: over once, they would wait for ever."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import shapely
from django.conf import settings

from gisserver.common.db import sql
from gisserver.common.errors import Refused
from gisserver.common.sentences import Sentence

_COUNT = Path(__file__).parents[1] / "sql" / "ungridded.sql"


def refuse_ungridded(points: Sequence[shapely.Point], moment: datetime) -> None:
    """Raise Refused ``no_grids_here`` when places (survey CRS) lie in areas whose grids have yet to come.

    That is a community that never had any; and any place while there is no grid at all.
    """
    if not points:
        return
    points_wkb = shapely.to_wkb(shapely.MultiPoint(list(points)))
    [found] = sql.rows(_COUNT, points=points_wkb, srid=settings.SURVEY_SRID, moment=moment)
    if found["places"]:
        where = f" (communities {found['communities']})" if found["communities"] else ""
        raise Refused(
            "no_grids_here",
            Sentence(
                "{places} of {count} places lie in areas that have no grids yet{where}, so nothing was taken: bring "
                "the grids in first (manage.py import_grids). With --without-grids they are taken and wait; "
                "manage.py assign_incidents places them once the grids are there.",
                places=found["places"],
                count=len(points),
                where=where,
            ),
        )
