"""Raster tiles over HTTP: pixels as a direct rendering has them, ETags, who sees what, WMTS."""

import io
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from numpy.typing import NDArray
from PIL import Image
from rasterio.crs import CRS
from rasterio.vrt import WarpedVRT

from gisserver.common.access.roles import Role
from layers.models import RasterLayer
from layers.publishing import publish_file
from rasters import pixels
from rasters.painting import ramp_colours
from tests import factories
from tests.layers.test_rasters import written
from tiles.address import TileAddress

# A tile over the town, 38 m a pixel at the equator.
TILE = TileAddress(12, 2176, 1397)
ADDRESS = "/tiles/raster/lauf/12/2176/1397.png"
OWS = "{http://www.opengis.net/ows/1.1}"
WMTS = "{http://www.opengis.net/wmts/1.0}"


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home of its own."""
    settings.GISSERVER_HOME = tmp_path / "home"
    return tmp_path


@pytest.fixture
def lauf(home: Path, shared_data: Path, db: None) -> RasterLayer:
    """The elevation of a small town, published."""
    layer = publish_file(shared_data / "lauf" / "lauf_srtm3.tif", slug="lauf").layer
    assert isinstance(layer, RasterLayer)
    return layer


@pytest.fixture
def reader(db: None) -> Client:
    """A collector of the whole deployment."""
    client = Client()
    client.force_login(factories.user("reader", role=Role.COLLECTOR, everywhere=True))
    return client


def rgba(content: bytes) -> NDArray[np.uint8]:
    """Return the pixels of a picture."""
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))


def warped(raster: RasterLayer) -> NDArray[Any]:
    """Return the values of TILE as GDAL warps them by itself, the nearest pixel."""
    box = TILE.clip
    transform = [TILE.side_m / 256, 0, box.west, 0, -TILE.side_m / 256, box.north]
    from affine import Affine

    with WarpedVRT(
        pixels.opened(raster), crs=CRS.from_epsg(3857), transform=Affine(*transform), width=256, height=256
    ) as vrt:
        return vrt.read(1, masked=True)


def test_a_tile_shows_the_pixels_that_gdal_warps(reader: Client, lauf: RasterLayer) -> None:
    answer = reader.get(ADDRESS, {"resampling": "nearest", "rescale": "300,600"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    heights = warped(lauf)
    shown = rgba(answer.content)
    steps = np.rint(np.clip((heights.filled(300) - 300.0) / 300.0, 0, 1) * 254).astype(int)
    expected = np.array(ramp_colours("viridis"), np.uint8)[steps]
    inside = ~np.ma.getmaskarray(heights)
    assert inside.mean() > 0.2
    assert np.array_equal(shown[..., 3] == 255, inside)
    assert np.array_equal(shown[inside], expected[inside])


def test_webp_holds_the_same_pixels_as_png(reader: Client, lauf: RasterLayer) -> None:
    png, webp = (rgba(reader.get(ADDRESS.replace(".png", ending)).content) for ending in (".png", ".webp"))
    visible = png[..., 3] > 0
    assert np.array_equal(png[visible], webp[visible])
    assert np.array_equal(png[..., 3], webp[..., 3])


@pytest.mark.parametrize("address", ["/tiles/raster/lauf/12/0/0.png", "/tiles/raster/lauf/22/0/0.webp"])
def test_where_there_is_nothing_a_tile_is_transparent(reader: Client, lauf: RasterLayer, address: str) -> None:
    assert not rgba(reader.get(address).content).any()


def test_who_holds_a_tile_is_told_that_it_is_still_true(
    reader: Client, lauf: RasterLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = reader.get(ADDRESS)["ETag"]
    monkeypatch.setattr(pixels, "opened", None)
    answer = reader.get(ADDRESS, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    assert answer["Cache-Control"] == "private, max-age=0, must-revalidate"


@pytest.mark.parametrize(
    "query",
    [{"rescale": "300,500"}, {"colormap": "magma"}, {"hillshade": "1"}, {"expression": "b1*2", "rescale": "0,9"}],
)
def test_another_picture_has_another_etag(reader: Client, lauf: RasterLayer, query: dict[str, str]) -> None:
    assert reader.get(ADDRESS)["ETag"] != reader.get(ADDRESS, query)["ETag"]


def test_a_new_version_has_another_etag(reader: Client, home: Path, lauf: RasterLayer) -> None:
    before = reader.get(ADDRESS)["ETag"]
    publish_file(written(home / "lauf.tif", np.ones((6, 10), "float32")), slug="lauf", replace=True)
    assert reader.get(ADDRESS)["ETag"] != before


def test_shades_of_neighbouring_tiles_meet(reader: Client, lauf: RasterLayer) -> None:
    """A relief has no seam: the shades of two columns across a tile's edge differ no more than those beside it."""
    west, east = (
        rgba(reader.get(f"/tiles/raster/lauf/14/{x}/5591.png", {"hillshade": "1"}).content)[..., 0].astype(int)
        for x in (8705, 8706)
    )
    across, beside = abs(west[:, -1] - east[:, 0]).mean(), abs(west[:, -2] - west[:, -1]).mean()
    assert across < 2 * beside + 1


def test_in_gcj02_the_same_pixels_lie_where_chinese_web_maps_draw_them(reader: Client, home: Path, db: None) -> None:
    """One bright pixel in Pingshan: on a map in GCJ-02 it lies some 580 m away, where the shift says."""
    from gisserver.common.geo.gcj02 import wgs84_to_gcj02
    from gisserver.common.geo.mercator import from_degrees

    values = np.zeros((60, 100), "uint8")
    values[30, 50] = 1
    publish_file(written(home / "spot.tif", values), slug="spot")
    lonlat = np.array([[114.0 + 50.5e-3, 23.0 - 30.5e-3]])

    def shown(crs: str, place: Any) -> Any:
        x, y, *_ = from_degrees((*place, *place))
        z = 15
        side = TileAddress(z, 0, 0).side_m
        column, row = (x + 20037508.342789244) / side, (20037508.342789244 - y) / side
        query = {"crs": crs, "colormap": '{"1": "#ff0000"}'}
        picture = rgba(reader.get(f"/tiles/raster/spot/{z}/{int(column)}/{int(row)}.png", query).content)
        return picture[int(row % 1 * 256), int(column % 1 * 256)].tolist()

    shifted = wgs84_to_gcj02(lonlat)[0]
    assert shown("wgs84", lonlat[0]) == [255, 0, 0, 255]
    assert shown("gcj02", shifted) == [255, 0, 0, 255]
    assert shown("wgs84", shifted) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"bidx": "2"}, "bad_bidx"),
        ({"bidx": "1,1"}, "bad_bidx"),
        ({"expression": "b1+"}, "bad_expression"),
        ({"expression": "b1*2"}, "bad_rescale"),
        ({"rescale": "5,5"}, "bad_rescale"),
        ({"rescale": "nan,1"}, "bad_rescale"),
        ({"rescale": "1"}, "bad_rescale"),
        ({"colormap": "../viridis"}, "bad_colormap"),
        ({"resampling": "lanczos"}, "bad_resampling"),
        ({"hillshade": "yes"}, "bad_hillshade"),
        ({"crs": "bd09"}, "bad_crs"),
        ({"at": "yesterday"}, "bad_at"),
        ({"colourmap": "magma"}, "unknown_parameter"),
    ],
)
def test_what_can_not_be_drawn_is_refused(reader: Client, lauf: RasterLayer, query: dict[str, str], code: str) -> None:
    answer = reader.get(ADDRESS, query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("door", "without_a_role"),
    [
        ("/tiles/raster/{}/12/1/1.png", 404),
        ("/tiles/raster/{}.json", 404),
        ("/rasters/{}/statistics", 403),
        ("/rasters/{}/legend", 403),
        ("/rasters/{}/point?lon=114&lat=23", 403),
    ],
)
def test_who_may_not_see_a_raster_is_answered_as_if_there_were_none(
    client: Client, home: Path, db: None, door: str, without_a_role: int
) -> None:
    community = factories.community_of("AB")
    elsewhere = factories.division("440310002", level="subdistrict")
    publish_file(written(home / "depth.tif", np.ones((6, 10), "float32")), slug="depth", area="440310001001")
    neighbour, stranger, nobody = Client(), Client(), Client()
    neighbour.force_login(factories.user("a", role=Role.COLLECTOR, area=community))
    stranger.force_login(factories.user("b", role=Role.COLLECTOR, area=elsewhere))
    nobody.force_login(factories.user("c"))
    asked = [each.get(door.format("depth")).status_code for each in (neighbour, stranger, nobody, client)]
    assert asked == [200, 404, without_a_role, 401]
    assert stranger.get(door.format("none")).status_code == 404


def test_tilejson_says_where_and_how_deep(reader: Client, lauf: RasterLayer) -> None:
    told = reader.get("/tiles/raster/lauf.json", {"colormap": "magma"}).json()
    assert told["tiles"] == ["http://testserver/tiles/raster/lauf/{z}/{x}/{y}.png?colormap=magma"]
    assert told["bounds"] == pytest.approx([11.1995833, 49.4504167, 11.3595833, 49.5804167])
    assert (told["minzoom"], told["maxzoom"]) == (8, 13)


def test_the_capabilities_name_each_raster_and_where_its_tiles_are(reader: Client, lauf: RasterLayer) -> None:
    answer = reader.get("/wmts", {"service": "WMTS", "ReQuest": "GetCapabilities"})
    tree = ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer
    [layer] = tree.findall(f"{WMTS}Contents/{WMTS}Layer")
    assert layer.findtext(f"{OWS}Identifier") == "lauf"
    resource = layer.find(f"{WMTS}ResourceURL")
    assert resource is not None
    template = resource.attrib["template"]
    address = template.replace("{TileMatrix}", "12").replace("{TileCol}", "2176").replace("{TileRow}", "1397")
    assert address == f"http://testserver{ADDRESS}"
    matrices = tree.findall(f"{WMTS}Contents/{WMTS}TileMatrixSet/{WMTS}TileMatrix")
    assert float(matrices[0].findtext(f"{WMTS}ScaleDenominator") or 0) == pytest.approx(559082264.0287178)
    assert reader.get("/wmts/1.0.0/WMTSCapabilities.xml").content == answer.content


def test_a_tile_by_parameters_is_the_tile_by_address(reader: Client, lauf: RasterLayer) -> None:
    query = {
        "SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": "lauf", "STYLE": "default",
        "FORMAT": "image/png", "TILEMATRIXSET": "WebMercatorQuad", "TILEMATRIX": "12", "TILECOL": "2176",
        "TILEROW": "1397",
    }  # fmt: skip
    assert reader.get("/wmts", query).content == reader.get(ADDRESS).content


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "MissingParameterValue"),
        ({"SERVICE": "WMS"}, 400, "InvalidParameterValue"),
        ({"SERVICE": "WMTS", "REQUEST": "GetMap"}, 400, "InvalidParameterValue"),
    ],
)
def test_wmts_refuses_in_its_own_words(reader: Client, query: dict[str, str], status: int, code: str) -> None:
    answer = reader.get("/wmts", query)
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/xml; charset=utf-8")
    assert f'exceptionCode="{code}"' in answer.content.decode()


def test_a_title_with_signs_that_xml_does_not_know_breaks_no_document(reader: Client, home: Path, db: None) -> None:
    publish_file(written(home / "odd.tif", np.ones((6, 10), "float32")), slug="odd", title="a\x0bb<&")
    for address in ("/wmts/1.0.0/WMTSCapabilities.xml", "/rasters/odd/legend?format=svg"):
        assert "a b<&" in "".join(ElementTree.fromstring(reader.get(address).content).itertext())


@pytest.mark.parametrize(
    "query", [{"rescale": "-1.7e308,1.7e308"}, {"expression": "b1*2", "rescale": "0,9", "hillshade": "1"}]
)
def test_a_picture_that_can_not_be_drawn_is_refused(reader: Client, lauf: RasterLayer, query: dict[str, str]) -> None:
    answers = [reader.get(address, query) for address in ("/rasters/lauf/legend", ADDRESS)]
    assert [(each.status_code, each.json()["code"][:4]) for each in answers] == [(400, "bad_")] * 2


def test_of_a_raster_of_few_pixels_there_are_zooms_to_look_at(reader: Client, home: Path, db: None) -> None:
    publish_file(written(home / "few.tif", np.ones((2, 2), "float32")), slug="few")
    document = reader.get("/tiles/raster/few.json").json()
    assert document["minzoom"] <= document["maxzoom"]
