"""How many over time: a row for each group and span of the calendar, as it was counted then or on one day's grids."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.db import sql
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from grids.models import GridVersion
from incidents.learning.asked import Answer, Asked, grouped, measure, named
from incidents.learning.events import SQL

BUCKETS = ("year", "quarter", "month", "week", "day")
# On the grids of the day that `at` names; or on those that the incidents went to when they came in.
RESTATED, AS_IT_WAS = "restated", "as-it-was"
GRIDS = (RESTATED, AS_IT_WAS)
_PLACES = ("grid", "community")
_UNITS = {"year": "Y", "month": "M", "day": "D"}


@measure("series")
def series(asked: Asked) -> Answer:
    """Incidents by group and ``bucket`` of local time; ``grids`` says whether redraws since then count."""
    grids = asked.options.get("grids", RESTATED)
    if grids == AS_IT_WAS and (asked.by not in _PLACES or asked.at is not None):
        told = Sentence("Counts as they were are by grid or community, and on the grids of no other day.")
        raise Invalid("bad_grids", told)
    groups = _first(asked) if grids == AS_IT_WAS else grouped(asked, asked.events, asked.placed)
    buckets = _buckets(asked.options.get("bucket", "month"), asked.events.local)
    counted = Counter(zip(groups.tolist(), buckets.tolist(), strict=True))
    rows = [
        {"group": group, "bucket": bucket, "incidents": count} for (group, bucket), count in sorted(counted.items())
    ]
    about = {"grids": grids, "incidents": len(asked.events)}
    return Answer(named(asked, rows), about)  # a code that has gone stays, but has no name today


def _first(asked: Asked) -> NDArray[np.object_]:
    """Return the code of the grid (or the id of its community) that each incident first went to; "" for none."""
    incidents = asked.events.ids.tolist()
    found = list(sql.tuples(SQL / "first_grids.sql", incidents=incidents))
    versions = {version for _, version, _, _ in found}
    seen = set(GridVersion.objects.visible_to(asked.user).filter(pk__in=versions).values_list("pk", flat=True))
    column = 2 if asked.by == "grid" else 3
    names: dict[int, Any] = {row[0]: str(row[column]) for row in found if row[1] in seen}
    return np.array([names.get(incident, "") for incident in incidents], dtype=object)


def _buckets(bucket: str, local: NDArray[np.datetime64]) -> NDArray[np.str_]:
    """Return the first day of the span of the calendar in which each moment lies; weeks begin on Monday."""
    begins: Any
    if bucket == "week":
        days = local.astype("datetime64[D]")
        begins = days - (days.astype("int64") + 3) % 7  # 1970-01-01 was a Thursday
    elif bucket == "quarter":
        months = local.astype("datetime64[M]")
        begins = months - months.astype("int64") % 3
    else:
        begins = local.astype(f"datetime64[{_UNITS[bucket]}]")
    return np.asarray(begins.astype("datetime64[D]").astype(str), dtype=np.str_)
