"""Python and SQL against one list of positions, computed apart from both with 40 digits (positions.csv)."""

import csv
from pathlib import Path

import numpy as np
import pytest
from django.db import DataError, connection

from gisserver.common.geo import gcj02
from gisserver.common.geo.crs import from_wgs84, parse_crs, to_wgs84

EXACT_DEG = 1e-9
MILLIMETRE_DEG = 1e-8

pytestmark = pytest.mark.django_db


def column(name: str) -> np.ndarray:
    with (Path(__file__).parent / "positions.csv").open(encoding="utf-8", newline="") as file:
        return np.array([[float(row[f"{name}lon"]), float(row[f"{name}lat"])] for row in csv.DictReader(file)])


def in_sql(xy: np.ndarray, source: str, target: str) -> np.ndarray:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(g), ST_Y(g) FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS p (x, y, number),"
            " gis_transform(ST_MakePoint(x, y), %s, %s) AS g ORDER BY number",
            [xy[:, 0].tolist(), xy[:, 1].tolist(), source, target],
        )
        return np.array(cursor.fetchall())


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_python_and_sql_shift_as_the_list_says(system: str) -> None:
    wgs84, shifted = column(""), column(f"{system}_")
    np.testing.assert_allclose(from_wgs84(wgs84, parse_crs(system)), shifted, rtol=0, atol=EXACT_DEG)
    np.testing.assert_allclose(in_sql(wgs84, "wgs84", system), shifted, rtol=0, atol=EXACT_DEG)


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_python_and_sql_find_the_way_back(system: str) -> None:
    wgs84, shifted = column(""), column(f"{system}_")
    np.testing.assert_allclose(to_wgs84(shifted, parse_crs(system)), wgs84, rtol=0, atol=MILLIMETRE_DEG)
    np.testing.assert_allclose(in_sql(shifted, system, "wgs84"), wgs84, rtol=0, atol=MILLIMETRE_DEG)


@pytest.mark.parametrize("system", ["wgs84", "cgcs2000", "gcj02", "bd09", "EPSG:4547", "EPSG:32650"])
def test_python_and_sql_agree_all_over_the_district(system: str) -> None:
    crs = parse_crs(system)
    wgs84 = np.random.default_rng(4).uniform([114.28, 22.62], [114.46, 22.78], (2_000, 2))
    declared = from_wgs84(wgs84, crs)
    np.testing.assert_allclose(in_sql(declared, system, "wgs84"), to_wgs84(declared, crs), rtol=0, atol=EXACT_DEG)


def test_a_hundred_metre_lattice_of_the_district_closes_within_a_millimetre() -> None:
    lon, lat = np.meshgrid(np.arange(114.28, 114.46, 0.001), np.arange(22.62, 22.78, 0.0009))
    lattice = np.column_stack([lon.ravel(), lat.ravel()])
    back = gcj02.bd09_to_wgs84(gcj02.wgs84_to_bd09(lattice))
    assert np.abs(back - lattice).max() < MILLIMETRE_DEG


def test_sql_refuses_a_system_that_nobody_declares() -> None:
    with pytest.raises(DataError, match="accepted are wgs84, cgcs2000, gcj02, bd09 or EPSG:n"):
        in_sql(np.array([[114.35, 22.7]]), "mars", "wgs84")
