"""Statistics and joins of collections: 500 random ones of each beside pandas and geopandas, and how long they take.

It asks the database in use and keeps nothing there. The frames come from the features themselves (each property looked
up row by row), the answers from the statements of the doors. A difference is broken.
"""

import random
from collections.abc import Iterator
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from django.contrib.auth.models import User
from django.db import connection, transaction

from bench import Broken, Ratio, compare
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from layers import registry
from layers.ogc.joins.expression import parse_expression
from layers.ogc.joins.statement import asked_of, statistics
from layers.ogc.statistics.having import ALL
from layers.ogc.statistics.statement import Asked, answered
from layers.ogc.statistics.terms import parse_groups, parse_statistics
from layers.rows import FID, GEOMETRY, select
from layers.spatial.crs import CRS84

CASES = 500
GROUPS = {
    "incidents": ("grid", "community", "subdistrict", "status", "type"),
    "building_points": ("grid", "community", "district", "kind", "floors"),
}
NUMBERS = {"building_points": ("floors",), "incidents": ()}
FUNCTIONS = {"sum": "sum", "avg": "mean", "min": "min", "max": "max", "median": "median", "distinct": "nunique"}
_BY_GRID_AND_MONTH = "SELECT count(*) FROM incidents_incident"


def run() -> Iterator[Ratio]:
    """Compare 500 statistics and 500 joins with pandas', then yield how long the longest take."""
    with transaction.atomic():
        reader = User.objects.create_user("bench-questions")
        Grant.objects.create(user=reader, role=Role.ADMINISTRATOR, area=None)
        luck = random.Random(15)
        frames = {name: _frame(name, reader) for name in ("incidents", "building_points", "grids")}
        for number in range(CASES):
            _demand_statistic(luck, number, frames, reader)
            _demand_join(luck, number, frames, reader)
        yield from _speed(reader, len(frames["incidents"]), len(frames["building_points"]))
        transaction.set_rollback(True)


def _frame(name: str, reader: Any) -> geopandas.GeoDataFrame:
    """Return the features that the reader sees, as a frame."""
    collection = registry.find(name)
    if collection is None:
        raise Broken(f"There is no collection {name}.")
    fields = (*collection.fields, *collection.groupings)
    made = select(collection, collection.rows(reader).order_by(), geometry=collection.geometry, fields=fields)
    with connection.cursor() as cursor:
        cursor.execute(made.sql, made.params)
        rows = cursor.fetchall()
    frame = pd.DataFrame(rows, columns=[FID, GEOMETRY, *(field.name for field in fields)])
    return geopandas.GeoDataFrame(frame, geometry=shapely.from_wkb(frame[GEOMETRY].to_numpy()))


def _demand_statistic(luck: random.Random, number: int, frames: dict[str, Any], reader: Any) -> None:
    name = luck.choice(list(GROUPS))
    groups = luck.sample(GROUPS[name], luck.choice([1, 1, 2]))
    function = luck.choice(list(FUNCTIONS)) if NUMBERS[name] else "distinct"
    field = luck.choice(NUMBERS[name] or ("type",))
    collection: Any = registry.find(name)
    asked = Asked(
        groups=parse_groups(collection, ",".join(groups)),
        statistics=parse_statistics(collection, f"count,{function}({field})"),
        having=ALL,
        order=(),
        limit=100_000,
    )
    found = answered(collection, collection.rows(reader).order_by(), asked, CRS84)
    by = frames[name].groupby(groups, dropna=False)
    wanted = pd.DataFrame({"count": by.size(), "value": by[field].agg(FUNCTIONS[function])})
    told = {_key(row[: len(groups)]): (row[-2], row[-1]) for row in found}
    _same(f"statistic {number}: {function}({field}) of {name} by {groups}", told, wanted)


def _demand_join(luck: random.Random, number: int, frames: dict[str, Any], reader: Any) -> None:
    name, group = luck.choice(list(GROUPS)), luck.choice(["code", "kind", "community"])
    by_place = luck.random() < 0.3
    least = luck.randrange(0, 60_000)
    joined = f"S_WITHIN({name}.geometry, grids.geometry)" if by_place else f"{name}.grid = grids.code"
    body = {"collections": [name, "grids"], "filter": f"{joined} AND grids.area_m2 > {least}",
            "group-by": f"grids.{group}", "statistics": "count"}  # fmt: skip
    [query] = parse_expression(body, lambda each: registry.get(each, reader))
    found = statistics(query, reader, asked_of(query))
    grids = frames["grids"][frames["grids"].area_m2 > least][["code", "kind", "community", "geometry"]]
    mine = frames[name][["grid", "geometry"]]
    both = (
        geopandas.sjoin(mine, grids, predicate="within")
        if by_place
        else mine.drop(columns="geometry").merge(grids, left_on="grid", right_on="code")
    )
    by = both.groupby(group, dropna=False)
    wanted = pd.DataFrame({"count": by.size(), "value": by.size()})
    _same(f"join {number}: {body}", {_key(row[:1]): (row[1], row[1]) for row in found}, wanted)


def _key(values: Any) -> Any:
    """Return a key as pandas has it."""
    plain = tuple(None if value is None or value != value else value for value in values)
    return plain[0] if len(plain) == 1 else plain


def _same(what: str, told: dict[Any, Any], wanted: pd.DataFrame) -> None:
    expected = {
        _key(key if isinstance(key, tuple) else (key,)): (row["count"], row["value"]) for key, row in wanted.iterrows()
    }
    right = told.keys() == expected.keys() and all(
        count == expected[key][0] and np.isclose(float(value or 0), float(np.nan_to_num(expected[key][1])))
        for key, (count, value) in told.items()
    )
    if not right:
        raise Broken(f"{what}: {len(told)} groups, pandas has {len(expected)}")


def _speed(reader: Any, incidents: int, buildings: int) -> Iterator[Ratio]:
    collection: Any = registry.find("incidents")
    asked = Asked(
        groups=parse_groups(collection, "grid,month(occurred_at)"),
        statistics=parse_statistics(collection, "count"),
        having=ALL,
        order=(),
        limit=100_000,
    )
    yield compare(
        f"{incidents:,} incidents per grid and month",
        ours=lambda: answered(collection, collection.rows(reader).order_by(), asked, CRS84),
        peer="counting them all",
        theirs=lambda: _run(_BY_GRID_AND_MONTH),
        rounds=3,
    )
    week = "incidents.occurred_at > DATE('2026-11-20')"
    body = {"collections": ["building_points", "grids", "incidents"], "exists": ["incidents"], "limit": 10_000,
            "filter": f"building_points.grid = grids.code AND incidents.grid = grids.code AND {week}",
            "group-by": "grids.code", "statistics": "count"}  # fmt: skip
    [query] = parse_expression(body, lambda each: registry.get(each, reader))
    yield compare(
        f"{buildings:,} buildings in grids with an incident",
        ours=lambda: statistics(query, reader, asked_of(query)),
        peer="counting all incidents",
        theirs=lambda: _run(_BY_GRID_AND_MONTH),
        rounds=3,
    )


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()
