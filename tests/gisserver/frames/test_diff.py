"""The areas that another grid has: drawn before, drawn after, cells of 100 m by 100 m."""

import geopandas
import pytest
import shapely

from gisserver.frames import partition_diff
from tests.factories import drawn

IDS = {letter: number for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def partition(drawing: str) -> geopandas.GeoDataFrame:
    """Return the letters of a drawing as grids; a dot is no grid's."""
    shapes = {letter: shape for letter, shape in drawn(drawing).items() if letter != "."}
    return geopandas.GeoDataFrame(
        {
            "code": list(shapes),
            "geometry": [shapely.MultiPolygon(list(shapely.get_parts(shape))) for shape in shapes.values()],
        },
        index=[IDS[letter] for letter in shapes],
        crs="EPSG:4547",
    )


def moves(before: str, after: str) -> list[tuple[object, object, float]]:
    """Return (old, new, cells) for each area that changed hands."""
    changed = partition_diff(partition(before), partition(after)).astype({"old": object, "new": object})
    changed = changed.where(changed.notna(), None)
    return [(row.old, row.new, row.area_m2 / 10_000) for row in changed.itertuples()]


def test_a_border_that_moved() -> None:
    assert moves("AAB", "ABB") == [("A", "B", 1)]


def test_a_split_and_a_merge() -> None:
    assert moves("AABC", "ADBB") == [("A", "D", 1), ("C", "B", 1)]


def test_an_exchange_has_both_ways() -> None:
    assert moves("AB/AB", "AB/BA") == [("A", "B", 1), ("B", "A", 1)]


def test_area_that_came_and_went() -> None:
    assert moves("AB.", ".BC") == [("A", None, 1), (None, "C", 1)]


def test_nothing_changed() -> None:
    assert moves("AB", "AB") == []


def test_a_grid_with_another_code_is_the_same_grid() -> None:
    before, after = partition("AB"), partition("AB").assign(code=["X", "Y"])

    assert len(partition_diff(before, after)) == 0


def test_the_area_keeps_its_crs_and_its_place() -> None:
    changed = partition_diff(partition("AAB"), partition("ABB"))

    assert changed.crs.to_epsg() == 4547
    assert list(changed.geometry)[0].equals(drawn("AXB")["X"])


def test_degrees_are_no_areas() -> None:
    with pytest.raises(ValueError, match="projected"):
        partition_diff(partition("A").to_crs(4326), partition("A").to_crs(4326))
