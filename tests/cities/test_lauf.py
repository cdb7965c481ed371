"""Lauf: the buildings and addresses of a whole small town, and where `/geocode/search` finds them."""

from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest

from tests.cities.conftest import City
from tests.cities.serving import Missed, answering

# Two houses may share a text, and then either is right.
ADDRESSES = """
    SELECT a.text, ST_AsText(ST_Transform(ST_Union(ST_Buffer(b.footprint, 0.5)), 4326))
    FROM buildings_address a JOIN buildings_building b ON b.id = a.building_id GROUP BY a.text ORDER BY a.text
"""


@pytest.fixture(scope="module")
def town(shared_data: Path) -> Path:
    return shared_data / "lauf" / "lauf_de.gpkg"


@pytest.fixture(scope="module")
def lauf(found, town: Path) -> City:
    city: City = found("lauf", 32632)
    buildings = (town, "--layer=buildings")
    city.done("import_divisions", *buildings, "--level=community", "--hull=09574138", "--name=Lauf an der Pegnitz")
    output = city.done(
        "import_buildings", *buildings, "--repair", "--partial", f"--report={city.home / 'rejected.csv'}"
    )
    assert output == "read 6531, begun 6524, ended 0, unchanged 0, rejected 5"
    output = city.done("import_addresses", town, "--layer=addresses")
    assert output.startswith("read 4778") and output.endswith("rejected 0")
    return city


def test_of_seven_buildings_that_the_file_does_not_draw_five_are_reported_and_two_with_an_address_wait(
    lauf: City,
) -> None:
    report = (lauf.home / "rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(report) == 6
    assert all("no_geometry" in line for line in report[1:])
    assert lauf.rows("SELECT count(*) FROM buildings_reviewitem WHERE status = 'open'") == [(2,)]


def test_all_buildings_stand_in_the_town(lauf: City) -> None:
    assert lauf.rows("SELECT count(*), count(community_id) FROM buildings_building") == [(6524, 6524)]


def test_every_address_of_the_file_is_known(lauf: City, town: Path) -> None:
    # 4,778 points and 635 buildings carry one; shops in one house share its address.
    addresses = set()
    for layer in ("buildings", "addresses"):
        frame = pyogrio.read_dataframe(town, layer=layer, read_geometry=False)
        road = frame.addr_street.fillna(frame.addr_place)
        known = road.notna() & frame.addr_housenumber.notna()
        addresses |= set((road[known] + " " + frame.addr_housenumber[known]).str.strip())
    stored = {text for (text,) in lauf.rows("SELECT text FROM buildings_address")}
    # These two stand on buildings that the file does not draw.
    assert addresses - stored == {"Steyrer Straße 25", "Steyrer Straße 39"}


def test_every_address_has_its_building(lauf: City) -> None:
    assert lauf.rows("SELECT count(*) = count(building_id), count(*) > 5000 FROM buildings_address") == [(True, True)]


def test_the_same_again_changes_nothing(lauf: City, town: Path) -> None:
    buildings = lauf.done("import_buildings", town, "--layer=buildings", "--repair", "--partial")
    assert buildings == "read 6531, begun 0, ended 0, unchanged 6524, rejected 5"
    addresses = lauf.done("import_addresses", town, "--layer=addresses")
    assert addresses == "read 4778, begun 0, ended 0, unchanged 4778, rejected 0"


@pytest.fixture(scope="module")
def missed(lauf: City) -> Iterator[Missed]:
    with answering(lauf) as ask:
        yield ask


def test_an_address_lies_on_its_building(lauf: City, missed: Missed) -> None:
    known = lauf.rows(ADDRESSES)
    lost = missed(known)
    assert len(known) > 4_700
    assert len(lost) <= len(known) * 0.01, lost
