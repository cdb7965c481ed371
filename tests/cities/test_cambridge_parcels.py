"""Cambridge's parcels, each with the address that its tax rows give it, and where a batch of those finds them."""

import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest

from tests.cities.conftest import City
from tests.cities.serving import Missed, answering

# A flat ("#2", "#224/1") is no matter of the parcel; a text may stand on several parcels, and then either is right.
ADDRESSES = """
    SELECT a.text, ST_AsText(ST_Transform(ST_Union(ST_Buffer(b.footprint, 0.01)), 4326))
    FROM buildings_address a JOIN buildings_building b ON b.id = a.building_id GROUP BY a.text ORDER BY a.text
"""


def _addresses(tax: Path) -> dict[str, str]:
    """Return number and street by parcel: of the first tax row that tells a number."""
    texts: dict[str, str] = {}
    with gzip.open(tax, "rt", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            text = " ".join(row["Location"].partition("#")[0].split())
            if re.match(r"\d", text):
                texts.setdefault(row["ML"], text)
    return texts


@pytest.fixture(scope="module")
def parcels(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parcels joined with their addresses on ML, as an office would before it imports them."""
    folder, home = shared_data / "cambridge", tmp_path_factory.mktemp("parcels")
    drawn = home / "parcels.topojson"
    drawn.write_bytes(gzip.decompress((folder / "ASSESSING_ParcelsFY2014.topojson.gz").read_bytes()))
    frame = gpd.read_file(drawn, engine="pyogrio").dropna(subset="ML")[["ML", "geometry"]]
    frame = frame.set_geometry(frame.make_valid()).dissolve("ML").reset_index()
    frame["address"] = frame.ML.map(_addresses(folder / "TaxFY14.csv.gz"))
    joined = home / "joined.geojson"
    frame.dropna(subset="address").set_crs("EPSG:4326", allow_override=True).to_file(joined, engine="pyogrio")
    return joined


@pytest.fixture(scope="module")
def cambridge(found, parcels: Path) -> City:
    city: City = found("cambridge_parcels", 32619)
    output = city.done("import_buildings", parcels, "--crs=wgs84", "--map=source_ref=ML", "--repair")
    count = len(json.loads(parcels.read_text())["features"])
    assert output == f"read {count}, begun {count}, ended 0, unchanged 0, rejected 0"
    return city


@pytest.fixture(scope="module")
def missed(cambridge: City) -> Iterator[Missed]:
    with answering(cambridge) as ask:
        yield ask


def test_number_and_street_lie_on_their_parcel(cambridge: City, missed: Missed) -> None:
    known = cambridge.rows(ADDRESSES)
    lost = missed(known)
    assert len(known) > 12_000
    assert len(lost) <= len(known) * 0.02, lost
