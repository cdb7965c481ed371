"""The doors of grids answer as DESIGN §6 says, and only about what the user may see."""

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import GridVersion
from tests import factories
from tests.factories import at, community_of, drawn, grid, hours_ago, lonlat

pytestmark = pytest.mark.usefixtures("laws")


def ask(client: Client, place: object, **more: object) -> dict[str, object]:
    lon, lat = lonlat(place)  # type: ignore[arg-type]
    return client.get("/api/grids/at", {"lon": lon, "lat": lat, **more}).json()


def test_the_grid_of_a_point(admin_client: Client) -> None:
    community_of("AB")
    answer = ask(admin_client, at(1.3, 0.5))
    assert (answer["grid"], answer["rule"], answer["margin_m"]) == (
        "B",
        "inside",
        pytest.approx(30, abs=0.002),
    )
    assert answer["version"] == GridVersion.objects.get(code="B").pk
    assert answer["at"]


def test_the_grid_of_a_point_in_the_past(admin_client: Client) -> None:
    """AB until an hour ago, then the border moved:  AA B."""
    community = community_of("AAB")
    versions = {v.code: v.grid for v in GridVersion.objects.all()}
    moment = hours_ago(1)
    GridVersion.objects.all().end(moment)
    for code, shape in drawn("ABB").items():
        grid(code, shape, community, identity=versions[code], begins=moment)
    place = at(1.5, 0.5)
    assert ask(admin_client, place)["grid"] == "B"
    assert ask(admin_client, place, at=hours_ago(2).isoformat())["grid"] == "A"


def test_a_point_outside_every_grid(admin_client: Client) -> None:
    community_of("AB")
    answer = ask(admin_client, at(9, 9))
    assert (answer["grid"], answer["version"], answer["rule"], answer["margin_m"]) == (
        None,
        None,
        "none",
        None,
    )


def test_gcj02_coordinates_are_converted_when_declared(admin_client: Client) -> None:
    """The same numbers read as WGS84 would lie more than 500 m away, outside this partition."""
    import numpy as np
    from django.conf import settings

    from gisserver.common.geo.crs import from_survey, parse_crs

    community_of("AB")
    place = at(0.5, 0.5)
    lon, lat = from_survey(np.array([[place.x, place.y]]), parse_crs("gcj02"), settings.SURVEY_SRID)[0]
    assert admin_client.get("/api/grids/at", {"lon": lon, "lat": lat, "crs": "gcj02"}).json()["grid"] == "A"
    assert admin_client.get("/api/grids/at", {"lon": lon, "lat": lat}).json()["grid"] is None


def test_a_grid_by_its_code(admin_client: Client) -> None:
    community_of("AB", code="440310001001")
    answer = admin_client.get("/api/grids/A/").json()
    assert (answer["code"], answer["community"], answer["area_m2"]) == ("A", "440310001001", 10_000)
    assert answer["load"] == {"buildings": 0, "units": 0, "households": 0, "residents": 0, "incidents_open": 0}
    assert answer["geometry"]["type"] == "MultiPolygon"
    assert 114 < answer["geometry"]["coordinates"][0][0][0][0] < 115


def test_the_list_is_by_code_and_pages_by_key(admin_client: Client) -> None:
    community_of("CAB")
    first = admin_client.get("/api/grids/?limit=2").json()
    assert [row["code"] for row in first["results"]] == ["A", "B"]
    second = admin_client.get(first["next"]).json()
    assert [row["code"] for row in second["results"]] == ["C"]
    assert second["next"] is None


def test_the_list_within_a_box(admin_client: Client) -> None:
    community_of("ABC")
    west, south = lonlat(at(0.1, 0.1))
    east, north = lonlat(at(0.9, 0.9))
    rows = admin_client.get(f"/api/grids/?bbox={west},{south},{east},{north}").json()["results"]
    assert [row["code"] for row in rows] == ["A"]


@pytest.mark.parametrize("box", ["-180,-90,180,90", "0,0,179,89", "114,-90,115,90", "90,22,140,23"])
def test_a_large_box_misses_nothing(admin_client: Client, box: str) -> None:
    community_of("ABC")
    assert len(admin_client.get(f"/api/grids/?bbox={box}").json()["results"]) == 3


def test_the_list_of_a_community(admin_client: Client) -> None:
    community_of("A", code="1")
    rows = admin_client.get("/api/grids/?community=1").json()["results"]
    assert [row["code"] for row in rows] == ["A"]
    assert admin_client.get("/api/grids/?community=2").status_code == 404


def test_an_old_code_finds_the_grid_that_had_it(admin_client: Client) -> None:
    community = community_of("A")
    version, moment = GridVersion.objects.get(), hours_ago(1)
    GridVersion.objects.all().end(moment)
    grid("A2", drawn("A")["A"], community, identity=version.grid, begins=moment)
    assert admin_client.get("/api/grids/A/").json()["code"] == "A2"
    history = admin_client.get("/api/grids/A/history/").json()
    assert [row["code"] for row in history] == ["A", "A2"]


class TestAreas:
    """A collector of one community sees its grids and no others."""

    @pytest.fixture
    def collector(self, client: Client) -> Client:
        district = factories.division("440310", level="district")
        mine = community_of("A", code="440310001001", parent=district)
        other = factories.division("440310001002", geometry=drawn(".B")["B"], parent=district)
        grid("B", drawn(".B")["B"], other)
        client.force_login(factories.user("li", role=Role.COLLECTOR, area=mine))
        return client

    def test_in_lists(self, collector: Client) -> None:
        assert [row["code"] for row in collector.get("/api/grids/").json()["results"]] == ["A"]

    def test_by_code(self, collector: Client) -> None:
        assert collector.get("/api/grids/B/").status_code == 404

    def test_by_point(self, collector: Client) -> None:
        assert ask(collector, at(0.5, 0.5))["grid"] == "A"
        assert ask(collector, at(1.5, 0.5))["grid"] is None

    def test_divisions_above_are_seen_and_neighbours_are_not(self, collector: Client) -> None:
        rows = collector.get("/api/divisions/").json()["results"]
        assert [row["code"] for row in rows] == ["440310", "440310001001"]


def test_an_area_includes_all_divisions_below_it(client: Client) -> None:
    district = factories.division("440310", level="district")
    community_of("AB", parent=district)
    client.force_login(factories.user("wang", role=Role.ANALYST, area=district))
    assert len(client.get("/api/grids/").json()["results"]) == 2


def test_a_user_without_a_grant_is_forbidden(client: Client) -> None:
    client.force_login(factories.user("nobody"))
    response = client.get("/api/grids/")
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
