"""The bridge between GEOS and Shapely."""

import shapely

from gisserver.common.geo.geometry import to_geos, to_multipolygon, to_shapely


def test_a_geometry_crosses_and_comes_back_to_the_last_bit() -> None:
    polygon = shapely.Polygon([(527_000.001, 2_510_000.003), (527_100.007, 2_510_000), (527_050, 2_510_099.999)])
    assert to_shapely(to_geos(polygon, 4547)) == polygon


def test_the_srid_is_marked_on_the_far_side() -> None:
    assert to_geos(shapely.Point(1, 2), 32618).srid == 32618


def test_a_polygon_becomes_a_multipolygon_of_one() -> None:
    crossed = to_multipolygon(shapely.box(0, 0, 1, 1), 4547)
    assert (crossed.geom_type, len(crossed), crossed.srid) == ("MultiPolygon", 1, 4547)


def test_height_stays_behind() -> None:
    assert not to_geos(shapely.Point(1, 2, 3), 4547).hasz
