"""CRSs by their names, with the axis order of their authority."""

import pytest

from gisserver.common.errors import Invalid
from layers.spatial.crs import CRS84, epsg, of_storage, parse_crs

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.mark.parametrize(
    "text",
    ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", "https://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84",
     "urn:ogc:def:crs:OGC:1.3:CRS84", "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"],
)  # fmt: skip
def test_crs84_has_many_spellings(text: str) -> None:
    assert parse_crs(text) == CRS84


@pytest.mark.parametrize("code", [4326, 4490, 4547])
def test_these_are_north_first(code: int) -> None:
    assert parse_crs(f"{EPSG}{code}").north_first


@pytest.mark.parametrize("code", [3857, 32650, 2272])
def test_these_are_east_first(code: int) -> None:
    assert not parse_crs(f"{EPSG}{code}").north_first


def test_stored_wgs84_is_crs84() -> None:
    assert of_storage(4326) == CRS84
    assert of_storage(4547) == epsg(4547)


@pytest.mark.parametrize("text", ["", "4326", "EPSG:999999", f"{EPSG}unsupported", "http://example.org/crs"])
def test_unknown_names_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_crs(text)
