"""GeoTIFFs become COGs with the same pixels; a file whose data don't bear out its header is refused with the reason."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from django.db import transaction
from numpy.typing import NDArray
from rasterio.transform import from_origin

from gisserver.common.access.roles import Role
from gisserver.common.errors import Forbidden, Invalid
from grids.models import Division
from layers import selectors
from layers.models import RasterLayer
from layers.publishing import publish_file
from layers.rasters import raster_path
from layers.reading import raster as reading
from layers.reading.picture_bands import is_classes
from tests import factories

_NORTH_WEST = from_origin(114.0, 23.0, 0.001, 0.001)
_RAMP = np.arange(60, dtype="float32").reshape(6, 10)


def written(path: Path, values: NDArray[Any], **profile: Any) -> Path:
    """Write ``values``, (rows, columns) or (bands, rows, columns), as a GeoTIFF."""
    bands = values if values.ndim == 3 else values[None]
    count, height, width = bands.shape
    options = {"crs": "EPSG:4326", "transform": _NORTH_WEST, "dtype": bands.dtype.name} | profile
    with rasterio.open(path, "w", driver="GTiff", count=count, height=height, width=width, **options) as file:
        file.write(bands)
    return path


def retagged(path: Path, tag: int, *, count: int | None = None, first: int | None = None) -> Path:
    """Give a tag of a little-endian TIFF another count, or another first value where its values lie elsewhere."""
    content = bytearray(path.read_bytes())
    (place,) = struct.unpack_from("<I", content, 4)
    (entries,) = struct.unpack_from("<H", content, place)
    at = next(
        at for at in range(place + 2, place + 2 + 12 * entries, 12) if struct.unpack_from("<H", content, at) == (tag,)
    )
    if count is not None:
        struct.pack_into("<I", content, at + 4, count)
    if first is not None:
        struct.pack_into("<I", content, struct.unpack_from("<I", content, at + 8)[0], first)
    path.write_bytes(content)
    return path


def refusal(path: Path, folder: Path) -> str:
    """Return the code with which a file is refused."""
    with pytest.raises(Invalid) as refused:
        reading.prepare(folder, path=str(path), crs=None)
    return refused.value.code


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home of its own."""
    settings.GISSERVER_HOME = tmp_path / "home"
    return tmp_path


def test_a_value_beyond_any_measure_is_refused(tmp_path: Path) -> None:
    """What GDAL writes for no data, where the file does not say that it is none."""
    values = np.array([[-np.finfo("float64").max, 1.0]])
    assert refusal(written(tmp_path / "b.tif", values), tmp_path) == "unsupported_raster"


def test_longitudes_are_counted_from_180_to_180(tmp_path: Path) -> None:
    """A raster from 0 to 360 would be drawn in the east only, and say nothing of the west."""
    turned, edge = (
        written(tmp_path / f"{west}.tif", _RAMP, transform=from_origin(west, 90, 36, 30)) for west in (0.0, -180.5)
    )
    assert refusal(turned, tmp_path) == "bad_transform"
    assert reading.prepare(tmp_path, path=str(edge), crs=None)["extent"][0] == pytest.approx(-180.5)


def test_a_scale_that_is_no_number_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "s.tif", _RAMP)
    with rasterio.open(path, "r+") as file:
        file.scales = (float("nan"),)
    assert refusal(path, tmp_path) == "unsupported_raster"


@pytest.mark.parametrize("name", ["lauf/lauf_srtm3.tif", "wuhan/pop_20_m_wuhan.tif"])
def test_a_real_raster_keeps_every_pixel(shared_data: Path, tmp_path: Path, name: str) -> None:
    described = reading.prepare(tmp_path, path=str(shared_data / name), crs=None)
    with rasterio.open(shared_data / name) as sent, rasterio.open(tmp_path / reading.COG) as kept:
        before, after = sent.read(1, masked=True), kept.read(1, masked=True)
        assert kept.profile["tiled"]
        assert kept.transform == sent.transform
    assert np.array_equal(before.filled(-1), after.filled(-1))
    [band] = described["bands"]
    assert (band["min"], band["max"]) == (before.min(), before.max())
    assert band["mean"] == pytest.approx(before.mean(dtype="float64"), rel=1e-12)
    assert band["valid_share"] == before.count() / before.size


def test_classes_are_counted_with_their_colours(tmp_path: Path) -> None:
    path = tmp_path / "land.tif"
    classes = np.array([[1, 1, 2], [2, 2, 7]], dtype="uint8")
    written(path, classes, nodata=7)
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {1: (0, 128, 0, 255), 2: (0, 0, 255, 255)})
    [band] = reading.prepare(tmp_path, path=str(path), crs=None)["bands"]
    assert band["classes"] == {"1": 2, "2": 3}
    assert band["colours"] == {"1": [0, 128, 0, 255], "2": [0, 0, 255, 255]}
    assert is_classes([band])
    with rasterio.open(tmp_path / reading.COG) as kept:
        assert kept.colormap(1)[1] == (0, 128, 0, 255)


def test_every_band_is_described_by_its_own_statistics(tmp_path: Path) -> None:
    path = written(tmp_path / "two.tif", np.stack([_RAMP, _RAMP * 10]))
    bands = reading.prepare(tmp_path, path=str(path), crs=None)["bands"]
    assert [band["max"] for band in bands] == [59.0, 590.0]


def test_a_declared_crs_is_the_one_that_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", _RAMP, crs=None)
    assert refusal(path, tmp_path) == "crs_missing"
    assert reading.prepare(tmp_path, path=str(path), crs="cgcs2000")["srid"] == 4490
    with rasterio.open(tmp_path / reading.COG) as kept:
        assert kept.crs.to_epsg() == 4490


def test_nan_without_a_mark_is_no_data(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", np.array([[1.0, np.nan], [3.0, 4.0]]))
    [band] = reading.prepare(tmp_path, path=str(path), crs=None)["bands"]
    assert (band["nodata"], band["valid_share"], band["mean"]) == ("nan", 0.75, pytest.approx(8 / 3))


def test_numbers_that_would_not_stay_exact_are_refused(tmp_path: Path) -> None:
    exact, beyond = np.array([[1, 2**53]]), np.array([[1, 2**53 + 2]])
    described = reading.prepare(tmp_path, path=str(written(tmp_path / "a.tif", exact)), crs=None)
    assert described["bands"][0]["max"] == 2**53
    assert refusal(written(tmp_path / "b.tif", beyond), tmp_path) == "unsupported_raster"


def test_of_a_compound_crs_the_horizontal_part_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", _RAMP, crs="EPSG:4326+5773")
    assert reading.prepare(tmp_path, path=str(path), crs=None)["srid"] == 4326


@pytest.mark.parametrize("compress", ["none", "deflate"])
def test_a_file_that_ends_early_is_refused(tmp_path: Path, compress: str) -> None:
    path = written(tmp_path / "a.tif", np.random.default_rng(1).random((90, 90)), compress=compress)
    path.write_bytes(path.read_bytes()[:-200])
    assert refusal(path, tmp_path) == "damaged_raster"


@pytest.mark.parametrize("tag", [273, 279])
@pytest.mark.parametrize("change", [{"count": 3}, {"first": 0}, {"first": 5}, {"first": 2**31}])
def test_blocks_that_are_not_where_the_header_says_are_refused(
    tmp_path: Path, tag: int, change: dict[str, int]
) -> None:
    path = written(tmp_path / "a.tif", np.tile(_RAMP, (40, 40)), blockysize=16)
    assert refusal(retagged(path, tag, **change), tmp_path) == "damaged_raster"


def test_packed_data_that_can_not_be_unpacked_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", np.tile(_RAMP, (9, 9)), compress="deflate")
    with rasterio.open(path) as file:
        offset = int(
            file.tags(1, ns="TIFF").get("BLOCK_OFFSET_0_0") or file.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", 1)
        )
    content = bytearray(path.read_bytes())
    content[offset : offset + 40] = b"\xff" * 40
    path.write_bytes(content)
    assert refusal(path, tmp_path) == "damaged_raster"


def test_a_header_without_a_block_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    profile = {"driver": "GTiff", "count": 1, "width": 64, "height": 64, "dtype": "uint8", "sparse_ok": True}
    with rasterio.open(path, "w", crs="EPSG:4326", transform=_NORTH_WEST, **profile):
        pass
    assert refusal(path, tmp_path) == "damaged_raster"


def test_a_mark_that_no_pixel_can_have_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", _RAMP.astype("uint8"), nodata=200)
    path.write_bytes(path.read_bytes().replace(b"200\0", b"999\0"))
    assert refusal(path, tmp_path) == "bad_nodata"


@pytest.mark.parametrize(
    "transform",
    [
        Affine(float("nan"), 0, 114, 0, -0.001, 23),
        Affine(0.001, 0, float("inf"), 0, -0.001, 23),
        Affine(0, 0, 114, 0, 0, 23),
        Affine(1e300, 0, 114, 0, -1e300, 23),
        Affine(100, 0, 114, 0, -100, 23),
        Affine(0.001, 0.0005, 114, 0, -0.001, 23),
        Affine(0.001, 0, 114, 0, 0.001, 23),
    ],
)
def test_an_absurd_transform_is_refused(tmp_path: Path, transform: Affine) -> None:
    path = written(tmp_path / "a.tif", _RAMP, transform=transform)
    assert refusal(path, tmp_path) in {"bad_transform", "damaged_raster"}


def test_a_new_file_is_a_new_version_and_the_old_one_stays(home: Path, db: None) -> None:
    first = publish_file(written(home / "depth.tif", _RAMP)).layer
    second = publish_file(written(home / "depth.tif", _RAMP + 1), replace=True).layer
    assert isinstance(first, RasterLayer)
    assert RasterLayer.objects.at(None).get() == second
    assert RasterLayer.objects.at(first.created_at).filter(pk=first.pk).exists()
    assert raster_path(first).exists()


@pytest.fixture
def communities(db: None) -> dict[str, Division]:
    """Two communities side by side, each of one grid, by code."""
    drawing = factories.drawn("AB")
    made = {}
    for code, letter in (("440310001001", "A"), ("440310001002", "B")):
        with transaction.atomic():
            made[code] = factories.division(code, geometry=drawing[letter])
            factories.grid(f"{code}001", drawing[letter], made[code])
    return made


def test_a_raster_of_an_area_is_seen_by_who_reads_all_of_it(home: Path, communities: dict[str, Division]) -> None:
    here, there = communities.values()
    publish_file(written(home / "depth.tif", _RAMP), area="440310001001")
    readers = [factories.user(name, role=Role.COLLECTOR, area=area) for name, area in (("a", here), ("b", there))]
    readers.append(factories.user("c", role=Role.COLLECTOR, everywhere=True))
    assert [len(selectors.rasters(user)) for user in readers] == [1, 0, 1]


def test_nobody_publishes_for_an_area_that_is_not_theirs(home: Path, communities: dict[str, Division]) -> None:
    analyst = factories.user("a", role=Role.ANALYST, area=communities["440310001001"])
    with pytest.raises(Forbidden):
        publish_file(written(home / "depth.tif", _RAMP), owner=analyst, area="440310001002")
