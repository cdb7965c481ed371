"""What the statistics find of what was planted, and forecasts beside the seasonal-naive ones on two cities' data.

The contract (issue 14): of 20 borders drawn wrong at least 18 among the 25 most disputed; hot spots planted in noise
found at the stated false rate; forecasts with less error than the seasonal-naive ones on `pingshan` and `dc`, whose
data lie beside the project (`GISSERVER_DATA`, by default `../shared/data`); without them that part is left out.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from bench import Broken, Ratio
from grids.assigning.borders import shared_borders
from grids.assigning.index import PartitionIndex
from incidents.learning.disputed import Beside, beside, disputed
from incidents.learning.forecasting import held_out_errors, with_missing_days
from incidents.learning.hot_spots import FALSE_RATE, hot_spots, neighbours
from incidents.learning.rates import Floats
from tests.partitions import jittered

DATA = Path(os.environ.get("GISSERVER_DATA") or Path(__file__).parents[2] / "shared" / "data")
ACROSS, PLANTED, TOP, LEAST = 22, 20, 25, 18
INCIDENTS, SEEDS, NOISE = 100_000, 10, 400


def run() -> Iterator[Ratio]:
    """Print what was found, and time the ranking of borders against that of a year's incidents by hand."""
    index = PartitionIndex(list(jittered(ACROSS, ACROSS, 1).to_polygons().values()))
    _hot(index)
    found = [_disputed(index, seed) for seed in range(SEEDS)]
    print(f"borders: of {PLANTED} drawn wrong among the {TOP} most disputed: {sorted(found)} (at least {LEAST})")
    if min(found) < LEAST:
        raise Broken("borders drawn wrong are not found")
    for name, counts in _cities():
        began = time.process_time()
        for weeks in (1, 4):
            errors = held_out_errors(counts, ahead_weeks=weeks)
            print(
                f"forecast, {name}, {len(counts)} areas, {weeks} weeks ahead: mean absolute error {errors.mae:.2f},"
                f" seasonal-naive {errors.naive_mae:.2f}; root mean square {errors.rmse:.2f}, {errors.naive_rmse:.2f};"
                f" {errors.inside:.0%} within the 90 % interval"
            )
            if errors.mae >= errors.naive_mae or errors.rmse >= errors.naive_rmse:
                raise Broken(f"the seasonal-naive forecast is better on {name}")
        print(f"  {time.process_time() - began:.1f} s of processor time", flush=True)
    yield from ()


def _hot(index: PartitionIndex) -> None:
    count, near = len(index.shapes), neighbours(index.adjacent, len(index.shapes))
    random = np.random.default_rng(1)
    wrong = sum(hot_spots(random.poisson(8, count), near).found.any() for _ in range(NOISE)) / NOISE
    print(f"hot spots: in {wrong:.1%} of {NOISE} towns of mere noise something is found (stated: {FALSE_RATE:.0%})")
    hit = false = total = 0
    for _ in range(SEEDS):
        centres = random.choice(count, 6, replace=False)
        planted = np.asarray(near[centres].sum(axis=0)) > 0
        touched = np.asarray(near[planted].sum(axis=0)) > 0
        found = hot_spots(random.poisson(np.where(planted, 24, 8)), near).found == 1
        hit, false, total = (
            hit + int(found[centres].sum()),
            false + int((found & ~touched).sum()),
            total + int(found.sum()),
        )
    print(
        f"hot spots: {hit} of {6 * SEEDS} planted are found; {false} of {total} that are found lie elsewhere",
        flush=True,
    )


def _disputed(index: PartitionIndex, seed: int) -> int:
    random = np.random.default_rng(seed)
    sides, lines = shared_borders(index.edges)
    low, high = index.edges.origin_mm / 1000, (index.edges.origin_mm + index.edges.b.max(axis=0)) / 1000
    xy = random.uniform(low, high, (INCIDENTS, 2))
    grid = index.assign(xy).positions.astype(np.intp)
    xy, grid = xy[grid >= 0], grid[grid >= 0]
    found = beside(lines, grid, xy, np.full(len(grid), -1))
    wrong = random.choice(len(sides), PLANTED, replace=False)
    source, target = sides[found.border].T
    between = np.isin(found.border, wrong) & (found.grid == source) & (found.margin_m < 20)
    corrected = random.random(len(found.border)) < np.where(between, 0.6, 0.01)
    given_to = np.where(corrected, np.where(found.grid == source, target, source), -1)
    told = Beside(found.border, found.grid, found.margin_m, given_to, found.along_m)
    return len({row.border for row in disputed(told, sides)[:TOP]} & set(wrong.tolist()))


def _cities() -> Iterator[tuple[str, Floats]]:
    if not DATA.is_dir():
        print("forecast: the cities' data are not here")
        return
    rows = pd.read_csv(DATA / "pingshan/events_2018.csv", usecols=["CREATE_TIME", "COMMUNITY_NAME"])
    yield "pingshan by community", _by_day(pd.to_datetime(rows["CREATE_TIME"]), rows["COMMUNITY_NAME"])
    rows = pd.read_csv(DATA / "dc/requests_311.csv.gz", usecols=["ADDDATE", "WARD", "lon", "lat"])
    moments = pd.to_datetime(rows["ADDDATE"]).dt.tz_localize(None)
    kept = moments < "2017"
    yield "dc by ward", _by_day(moments[kept], rows["WARD"][kept])
    cells = (rows["lon"] * 100).round().astype(str) + " " + (rows["lat"] * 100).round().astype(str)
    yield "dc by square kilometre", _by_day(moments[kept], cells[kept])


def _by_day(moments: "pd.Series[pd.Timestamp]", areas: "pd.Series[str]") -> Floats:
    days = moments.dt.floor("D")
    every = pd.date_range(days.min(), days.max(), freq="D")
    return with_missing_days(pd.crosstab(areas, days).reindex(columns=every, fill_value=0).to_numpy())
