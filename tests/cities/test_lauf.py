"""Lauf: the buildings and addresses of a whole small town, and where `/geocode/search` finds them."""

import csv
import io
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyogrio
import pytest
import requests
import shapely

from gisserver.runtime.processes import wait_until
from tests.cities.conftest import REPOSITORY, City

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
    said = city.done("import_buildings", *buildings, "--repair", "--partial", f"--report={city.home / 'rejected.csv'}")
    assert said == "read 6531, begun 6524, ended 0, unchanged 0, rejected 5"
    said = city.done("import_addresses", town, "--layer=addresses")
    assert said.startswith("read 4778") and said.endswith("rejected 0")
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
    said = set()
    for layer in ("buildings", "addresses"):
        frame = pyogrio.read_dataframe(town, layer=layer, read_geometry=False)
        road = frame.addr_street.fillna(frame.addr_place)
        known = road.notna() & frame.addr_housenumber.notna()
        said |= set((road[known] + " " + frame.addr_housenumber[known]).str.strip())
    stored = {text for (text,) in lauf.rows("SELECT text FROM buildings_address")}
    # These two stand on buildings that the file does not draw.
    assert said - stored == {"Steyrer Straße 25", "Steyrer Straße 39"}


def test_every_address_has_its_building(lauf: City) -> None:
    assert lauf.rows("SELECT count(*) = count(building_id), count(*) > 5000 FROM buildings_address") == [(True, True)]


def test_the_same_again_changes_nothing(lauf: City, town: Path) -> None:
    buildings = lauf.done("import_buildings", town, "--layer=buildings", "--repair", "--partial")
    assert buildings == "read 6531, begun 0, ended 0, unchanged 6524, rejected 5"
    addresses = lauf.done("import_addresses", town, "--layer=addresses")
    assert addresses == "read 4778, begun 0, ended 0, unchanged 4778, rejected 0"


@pytest.fixture(scope="module")
def search(lauf: City) -> Iterator[Callable[[list[str]], list[tuple[str, str]]]]:
    """Send texts to the city's own server as a file; return the place of each answer as (longitude, latitude)."""
    lauf.done("createsuperuser", "--noinput", "--username=analyst", "--email=a@example.org")
    token = lauf.done("issue_token", "analyst")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"DATABASE_URL": lauf.url, "SURVEY_SRID": "32632", "GISSERVER_HOME": str(lauf.home)}
    command = [sys.executable, "-m", "granian", "--interface=wsgi", f"--port={port}", "gisserver.wsgi:application"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment, **quiet) as server, requests.Session() as session:
        session.auth = ("analyst", token)
        address = f"http://127.0.0.1:{port}"
        try:
            assert wait_until(lambda: _alive(session, address), timeout_s=60)

            def ask(texts: list[str]) -> list[tuple[str, str]]:
                file = io.StringIO()
                csv.writer(file).writerows([["address"], *([text] for text in texts)])
                sent = {"data": file.getvalue().encode(), "headers": {"Content-Type": "text/csv"}, "timeout": 300}
                answer = session.post(f"{address}/geocode/search/csv/", **sent)
                rows = csv.DictReader(io.StringIO(answer.content.decode()))
                return [(row["longitude"], row["latitude"]) for row in rows]

            yield ask
        finally:
            server.terminate()


def _alive(session: requests.Session, address: str) -> bool:
    try:
        return session.get(f"{address}/readyz", timeout=5).ok
    except requests.ConnectionError:
        return False


def test_an_address_lies_on_its_building(lauf: City, search: Callable[[list[str]], list[tuple[str, str]]]) -> None:
    asked = lauf.rows(ADDRESSES)
    places = search([text for text, _ in asked])
    missed = [
        text
        for (text, footprint), place in zip(asked, places, strict=True)
        if not all(place) or not shapely.covers(shapely.from_wkt(footprint), shapely.Point(*map(float, place)))
    ]
    assert len(asked) > 4_700
    assert len(missed) <= len(asked) * 0.01, missed
