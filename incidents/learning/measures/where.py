"""Where: hot spots, density, places with repeats."""

from typing import Any

import numpy as np
from django.conf import settings

from gisserver.common.db.projections import LONLAT_DIGITS
from gisserver.common.geo.crs import WGS84, from_survey
from incidents.learning.asked import Answer, Asked, Row, measure
from incidents.learning.hot_spots import FALSE_RATE, HotSpots, density, hot_spots, neighbours
from incidents.learning.places import same_place

# What a screen or a sheet holds of places and cells: the foremost.
MOST_PLACES = 1000
# A place has repeats from so many incidents on.
REPEATS = 3


@measure("hot-spots")
def hot_grids(asked: Asked) -> Answer:
    """The Gi* of each grid: of its count, or with ``of=rate`` of its incidents per household."""
    found, values = _gi_star(asked)
    rows = [
        {
            "group": row.code, "name": row.name, "value": None if np.isnan(value) else round(float(value), 6),
            "z": _told(z), "p": _told(p, 8), "q": _told(q, 8), "found": ("cold", "", "hot")[int(hot) + 1],
        }
        for row, value, z, p, q, hot in zip(
            asked.ground.rows, values, found.z, found.p, found.q, found.found, strict=True
        )
    ]  # fmt: skip
    rows.sort(key=lambda row: -np.inf if row["z"] is None else row["z"], reverse=True)
    return Answer(rows, {"false_discovery_rate": FALSE_RATE, "hot": int((found.found == 1).sum())})


def _gi_star(asked: Asked) -> tuple[HotSpots, Any]:
    rows = asked.ground.rows
    values = np.bincount(asked.placed[asked.placed >= 0], minlength=len(rows)).astype(np.float64)
    if asked.options.get("of") == "rate":
        homes = asked.ground.households
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(homes > 0, values / homes, np.nan)
    index, codes = asked.ground.partition.index, asked.ground.partition.codes
    own = {row.code: number for number, row in enumerate(rows)}
    position = np.array([own.get(code, -1) for code in codes], dtype=np.intp)
    pairs = position[index.adjacent] if index is not None else np.empty((0, 2), dtype=np.intp)
    return hot_spots(values, neighbours(pairs[(pairs >= 0).all(axis=1)], len(rows))), values


def _told(value: Any, digits: int = 4) -> float | None:
    return None if np.isnan(value) else round(float(value), digits)


@measure("density")
def dense_places(asked: Asked) -> Answer:
    """The kernel density of incidents per km², the densest cells first."""
    bandwidth = asked.options.get("bandwidth_m", 300.0)
    xy = asked.events.xy[~np.isnan(asked.events.xy[:, 0])]
    centres, per_km2 = density(xy, cell_m=bandwidth / 4, bandwidth_m=bandwidth)
    lonlat = _lonlat(centres[:MOST_PLACES])
    rows = [
        {"lon": lon, "lat": lat, "per_km2": round(value, 3)}
        for (lon, lat), value in zip(lonlat, per_km2[:MOST_PLACES].tolist(), strict=True)
    ]
    return Answer(rows, {"bandwidth_m": bandwidth, "cell_m": bandwidth / 4, "cells": len(centres)})


def _lonlat(xy: Any) -> list[list[float]]:
    found: list[list[float]] = np.round(from_survey(xy, WGS84, settings.SURVEY_SRID), LONLAT_DIGITS).tolist()
    return found


@measure("repeats")
def repeat_places(asked: Asked) -> Answer:
    """Places with several incidents within ``within_m`` of each other, the most first."""
    within, least = asked.options.get("within_m", 15.0), 3
    known = np.flatnonzero(~np.isnan(asked.events.xy[:, 0]))
    if not len(known):
        return Answer([])
    place = same_place(asked.events.xy[known], within)
    times = np.bincount(place)
    foremost = np.argsort(-times, kind="stable")[:MOST_PLACES]
    rows: list[Row] = []
    centres = []
    for each in foremost[times[foremost] >= least].tolist():
        own = known[place == each]
        types, counted = np.unique(asked.events.types[own].astype(str), return_counts=True)
        centres.append(asked.events.xy[own].mean(axis=0))
        local = asked.events.local[own]
        rows.append({
            "incidents": len(own), "open": int(asked.events.is_open[own].sum()), "first": str(local.min()),
            "last": str(local.max()), "type": str(types[counted.argmax()]), "types": len(types),
            "grid": (asked.ground.rows[at].code if (at := int(asked.placed[own[0]])) >= 0 else ""),
        })  # fmt: skip
    for row, (lon, lat) in zip(rows, _lonlat(np.array(centres).reshape(-1, 2)), strict=True):
        row |= {"lon": lon, "lat": lat}
    return Answer(rows, {"within_m": within})
