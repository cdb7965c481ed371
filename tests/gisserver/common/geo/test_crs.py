"""What may be declared, and the way to the survey CRS and back."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import (
    Shift,
    from_survey,
    geometries_from_survey,
    geometries_to_survey,
    geometries_to_wgs84,
    misplaced,
    parse_crs,
    survey_crs,
    to_survey,
    to_wgs84,
)
from gisserver.common.geo.misplaced import Misplaced

PINGSHAN = (114.35, 22.69)
pingshan = st.tuples(st.floats(114.2, 114.5), st.floats(22.6, 22.8))
accepted = st.sampled_from(["wgs84", "cgcs2000", "gcj02", "bd09", "EPSG:4547", "EPSG:3857", "EPSG:32650"])


@pytest.mark.parametrize("text", ["wgs84", "WGS84", " EPSG:4326 ", "epsg:4326", "CRS84"])
def test_wgs84_by_its_names(text: str) -> None:
    assert parse_crs(text).srid == 4326


@pytest.mark.parametrize("text", ["GCJ02", "gcj-02", "GCJ_02"])
def test_gcj02_by_its_spellings(text: str) -> None:
    assert parse_crs(text).shift is Shift.GCJ02


@pytest.mark.parametrize(
    "text", ["", "foo", "EPSG:", "EPSG:999999", "EPSG:4979", "EPSG:5773", "EPSG:１２", "4326", "x" * 9999]
)
def test_anything_else_is_refused_naming_what_is_accepted(text: str) -> None:
    with pytest.raises(Invalid, match="wgs84, cgcs2000, gcj02, bd09 or EPSG:n") as refusal:
        parse_crs(text)
    assert refusal.value.code == "unknown_crs"
    assert len(refusal.value.detail) < 200


@settings(deadline=None)  # the first call makes a transformer
@given(pingshan, accepted)
def test_there_and_back_closes_within_a_millimetre(place: tuple[float, float], name: str) -> None:
    crs = parse_crs(name)
    survey = to_survey([place], parse_crs("wgs84"), 4547)
    there = from_survey(survey, crs, 4547)
    np.testing.assert_allclose(to_survey(there, crs, 4547), survey, atol=0.001)


def test_longitude_comes_first_whatever_the_authority_says() -> None:
    east, north = to_survey([PINGSHAN], parse_crs("EPSG:4490"), 4547)[0]
    assert (round(east), round(north)) == (535964, 2510250)


def test_us_feet_become_metres() -> None:
    lonlat = to_wgs84([(2_693_000.0, 236_000.0)], parse_crs("EPSG:2272"))
    np.testing.assert_allclose(lonlat, [[-75.165, 39.953]], atol=0.01)


def test_gcj02_declared_lies_hundreds_of_metres_off_wgs84() -> None:
    apart = to_survey([PINGSHAN], parse_crs("gcj02"), 4547) - to_survey([PINGSHAN], parse_crs("wgs84"), 4547)
    assert 500 < np.hypot(*apart[0]) < 650


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ((float("nan"), 22.7), Misplaced.NOT_FINITE),
        ((114.3, float("-inf")), Misplaced.NOT_FINITE),
        ((22.7, 114.3), Misplaced.SWAPPED),
        ((38.9, -77.0), Misplaced.OUTSIDE),
        ((1e300, 22.7), Misplaced.OUTSIDE),
    ],
)
def test_a_position_that_can_not_be_is_refused_by_name(place: tuple[float, float], reason: Misplaced) -> None:
    with pytest.raises(Invalid) as refusal:
        to_survey([PINGSHAN, place], parse_crs("wgs84"), 4547)
    assert (refusal.value.code, refusal.value.data["index"]) == (reason.value, 1)


def test_axes_swapped_are_seen_though_both_orders_are_on_the_globe() -> None:
    reasons = misplaced([(-77.0, 38.9), (38.9, -77.0)], parse_crs("wgs84"), 32618)
    assert list(reasons) == [None, Misplaced.SWAPPED]


@pytest.mark.parametrize("values", [[1, 2], [[1, 2, 3]], [["a", "b"]], [[10**400, 1]], [[None, 1]]])
def test_what_is_no_list_of_pairs_is_refused(values: object) -> None:
    with pytest.raises(Invalid):
        to_survey(values, parse_crs("wgs84"), 4547)


@pytest.mark.parametrize("srid", [4326, 2272, 999999, 5773])
def test_a_survey_crs_is_projected_and_in_metres(srid: int) -> None:
    with pytest.raises(Invalid):
        survey_crs(srid)


def test_geometries_keep_their_kind_and_lose_their_height() -> None:
    line = shapely.LineString([(114.3, 22.6, 5), (114.4, 22.7, 6)])
    moved = geometries_to_survey(line, parse_crs("wgs84"), 4547)
    assert (moved.geom_type, moved.has_z) == ("LineString", False)


def test_geometries_come_back() -> None:
    box = shapely.box(114.3, 22.6, 114.4, 22.7)
    survey = geometries_to_survey(box, parse_crs("wgs84"), 4547)
    assert shapely.equals_exact(geometries_from_survey(survey, parse_crs("wgs84"), 4547), box, 1e-9)
    assert shapely.equals_exact(geometries_to_wgs84(survey, parse_crs("EPSG:4547")), box, 1e-9)


def test_threads_don_t_share_a_transformer() -> None:
    def there(number: int) -> float:
        return float(to_survey([(114.3 + number / 1e4, 22.7)], parse_crs("EPSG:4490"), 4547)[0, 0])

    numbers = range(200)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(there, numbers)) == [there(number) for number in numbers]
