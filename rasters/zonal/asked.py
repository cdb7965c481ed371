"""What is asked of zones, by the parameters of a request or of a job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web import params
from layers.models import RasterLayer
from rasters import selectors
from rasters.zonal.coverage import QUANTILES, Statistics
from rasters.zonal.zones import ZoneRow, Zones, zones_of

PLAIN: Final = ("covered", "count", "sum", "mean", "min", "max")
# q0, q5, …, q100: the value up to which that share, in per cent, lies.
SHARES: Final = {f"q{round(share * 100)}": place for place, share in enumerate(QUANTILES)}
DEFAULT: Final = ("count", "sum", "mean", "min", "max")


@dataclass(frozen=True, slots=True)
class Asked:
    """A version of a raster, one of its bands, the zones, and the names of the statistics."""

    raster: RasterLayer
    band: int
    zones: Zones
    names: tuple[str, ...]

    def shown(self, row: ZoneRow, statistics: Statistics) -> dict[str, Any]:
        """Return what is told of a zone: its id, its properties, its statistics."""
        return {"id": row.id, **row.properties, **shown(statistics, self.names)}


def shown(statistics: Statistics, names: Sequence[str]) -> dict[str, Any]:
    """Return the named statistics; ``classes`` are shares of what has a value, null without classes."""
    told: dict[str, Any] = {}
    for name in names:
        if name == "classes":
            told[name] = shares_of(statistics)
        elif name in SHARES:
            told[name] = statistics.quantiles[SHARES[name]] if statistics.quantiles else None
        else:
            told[name] = getattr(statistics, name)
    return told


def shares_of(statistics: Statistics) -> dict[str, float] | None:
    """Return the share of each class among the pixels with a value; None where the values are no classes."""
    if statistics.classes is None:
        return None
    return {value: share / statistics.count for value, share in statistics.classes.items()}


def asked(layer: str, user: Any, query: Mapping[str, str]) -> Asked:
    """Return what a query asks of the zones that ``user`` may see.

    ``at`` is the moment of the zones, ``raster_at`` that of the raster. Raises Invalid for what cannot be read, and
    what `selectors.raster` and `zones_of` raise.
    """
    raster = selectors.raster(layer, user, params.moment(query, "raster_at"))
    band = params.whole(query.get("band") or "1", "band", least=1, most=len(raster.bands))
    zones = zones_of(
        query.get("zones") or "grids", user, at=params.moment(query), filter=query.get("filter", "").strip()
    )
    return Asked(raster, band, zones, statistics_named(query))


def statistics_named(query: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of ``stats``. Raises Invalid ``bad_stats``."""
    names = tuple(name.strip() for name in query["stats"].split(",")) if query.get("stats") else DEFAULT
    known = {*PLAIN, *SHARES, "classes"}
    if len(names) > len(known) or not set(names) <= known:
        listed = ", ".join([*PLAIN, "classes", "q0", "q5", "…", "q100"])
        raise Invalid("bad_stats", Sentence("stats names some of: {known}.", known=listed), parameter="stats")
    return tuple(dict.fromkeys(names))


def cells(told: Mapping[str, Any]) -> list[Any]:
    """Return what is told of a zone as the cells of a CSV; classes as ``value:share`` with spaces between."""
    return [
        " ".join(f"{value}:{share:.6g}" for value, share in each.items()) if isinstance(each, dict) else each
        for each in told.values()
    ]
