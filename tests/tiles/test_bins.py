"""Incidents at low zooms: a number where several lie close together, and the picture equals the list."""

import gzip
import json
import random
from collections import Counter

import pytest
from django.test import Client

from incidents.models import Incident, IncidentStatus
from tests.tiles.town import place
from tiles import mvt
from tiles.address import EXTENT, TileAddress
from tiles.tileset import tileset

OPEN = "status IN ('new','assigned','in_progress')"
SIDE = EXTENT // mvt.COUNT_BINS


@pytest.fixture
def many(town) -> None:
    """Three hundred incidents of every status, most in the west."""
    rng = random.Random(7)
    town.incidents(
        *(
            Incident(
                title=f"事件{number}",
                status=rng.choice(IncidentStatus.values),
                location=place(round(4000 * rng.random() ** 3, 3), round(rng.uniform(0, 2000), 3)),
                community=town.west,
            )
            for number in range(300)
        )
    )


@pytest.fixture
def draw(analyst, decode):
    """Read the incidents of a tile, under a filter."""

    def read(address: TileAddress, where: str = "") -> list[dict]:
        body = mvt.render(tileset("incidents", analyst, filter=where), address).body
        return decode(gzip.decompress(body))["incidents"]["features"] if body else []

    return read


def tiles_over(at, zoom: int) -> list[TileAddress]:
    """All tiles of a zoom that the town lies in."""
    low, high = at(0, 2000, zoom), at(4000, 0, zoom)
    return [TileAddress(zoom, x, y) for x in range(low.x, high.x + 1) for y in range(low.y, high.y + 1)]


def number(feature: dict) -> int:
    """Return how many incidents a feature stands for."""
    return feature["properties"].get("point_count", 1)


@pytest.mark.parametrize("zoom", [8, 12, 14, 16, 17])
@pytest.mark.parametrize("where", ["", OPEN, "status = 'closed'", "title LIKE '%7%'"])
def test_the_picture_holds_as_many_as_the_list(many, web: Client, draw, at, zoom, where):
    # By id, for what is drawn one by one lies in the buffers of neighbouring tiles too.
    drawn = {feature["id"]: number(feature) for tile in tiles_over(at, zoom) for feature in draw(tile, where)}
    query = {"resulttype": "hits", **({"filter": where} if where else {})}
    page = web.get("/ogc/collections/incidents/items", query)
    assert sum(drawn.values()) == json.loads(page.getvalue())["numberMatched"]


def test_a_bin_holds_one_thing_in_every_tile(many, draw, at):
    """Wherever the seam of two tiles runs: nobody sees dots on one side and a number for the same on the other."""
    bins = Counter(
        (tile, *(int(value) // SIDE for value in feature["geometry"]["coordinates"]))
        for tile in tiles_over(at, 14)
        for feature in draw(tile)
    )
    assert set(bins.values()) == {1}


def test_an_incident_by_itself_is_drawn_as_it_is(town, draw, at):
    incident = town.incident(500, 500)
    (feature,) = draw(at(500, 500, 12))
    assert feature["id"] == incident.pk
    assert feature["properties"]["status"] == "new"
    assert "point_count" not in feature["properties"]


def test_one_of_two_is_by_itself_when_the_other_is_filtered_out(town, draw, at):
    kept, other = town.incident(500, 500), town.incident(501, 500)
    Incident.objects.filter(pk=other.pk).update(status="closed")
    address = at(500, 500, 12)
    assert [number(feature) for feature in draw(address)] == [2]
    assert [feature["id"] for feature in draw(address, "status = 'new'")] == [kept.pk]


def test_a_number_has_an_id_that_no_incident_has(town, draw, at):
    town.incident(500, 500)
    town.incident(501, 500)
    (feature,) = draw(at(500, 500, 12))
    assert feature["id"] > mvt.BEYOND_IDS


def test_at_a_high_zoom_each_is_drawn(town, draw, at):
    town.incident(500, 500)
    town.incident(500.2, 500)
    assert [number(feature) for feature in draw(at(500, 500, 17))] == [1, 1]


def test_a_filtered_tile_is_another_tile(town, web: Client, at):
    town.incident(500, 500)
    address = at(500, 500, 12)
    url = f"/tiles/incidents/{address.z}/{address.x}/{address.y}.mvt"
    assert web.get(url).status_code == 200
    assert web.get(url, {"filter": "status = 'closed'"}).status_code == 204


@pytest.mark.parametrize("where", ["status =", "nothing = 1"])
def test_what_is_no_filter_is_refused(town, web: Client, where):
    assert web.get("/tiles/incidents/12/1/1.mvt", {"filter": where}).status_code == 400
