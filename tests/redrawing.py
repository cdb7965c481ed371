"""A redraw through its doors: what the tests of redraws share."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division, GridVersion
from tests import factories
from tests.factories import at

Places = list[tuple[float, float]]
COMMUNITY = "440310001001"


def check_constraints() -> None:
    """Run the checks that wait for the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def position(column: float, row: float) -> list[float]:
    """Return a place of a drawing in lon/lat."""
    return list(factories.lonlat(at(column, row)))


def line(*places: tuple[float, float]) -> dict[str, Any]:
    """Return a line through places of a drawing as GeoJSON in lon/lat."""
    return {"type": "LineString", "coordinates": [position(*place) for place in places]}


def area(*places: tuple[float, float]) -> dict[str, Any]:
    """Return a polygon around places of a drawing as GeoJSON in lon/lat."""
    return {"type": "Polygon", "coordinates": [[position(*place) for place in (*places, places[0])]]}


def point(column: float, row: float) -> dict[str, Any]:
    """Return a place of a drawing as GeoJSON in lon/lat."""
    return {"type": "Point", "coordinates": position(column, row)}


def signed_in(name: str, role: Role, area: Division) -> Client:
    """Return the browser of a new user with a role in an area."""
    client = Client()
    client.force_login(factories.user(name, role=role, area=area))
    return client


class Draft:
    """A redraw as its author sees it."""

    def __init__(self, client: Client, *communities: str, title: str = "调整") -> None:
        self.client = client
        body = {"title": title, "reason": "户数不均", "communities": list(communities)}
        self.id = int(send(client, "/api/redraws/", body)["id"])
        self.path = f"/api/redraws/{self.id}/"

    def draw(self, verb: str, *, expect: int = 201, **members: Any) -> dict[str, Any]:
        """Send a command and return its answer."""
        return send(self.client, f"{self.path}commands/", {"verb": verb, **members}, expect=expect)

    def step(self, name: str, *, by: Client | None = None, expect: int = 200, **body: Any) -> dict[str, Any]:
        """Take a step of its life and return the answer."""
        return send(by or self.client, f"{self.path}{name}/", body, expect=expect)

    def read(self, what: str = "") -> Any:
        """Return what a door below the redraw answers."""
        response = self.client.get(f"{self.path}{what}")
        assert response.status_code == 200, response.content
        return response.json()

    def approved(self, reviewer: Client) -> "Draft":
        """Hand it in and have it approved."""
        self.step("submit")
        self.step("approve", by=reviewer)
        return self


def opened(client: Client, redraw_id: int) -> Draft:
    """Return a redraw that is there already."""
    found = Draft.__new__(Draft)
    found.client, found.id, found.path = client, redraw_id, f"/api/redraws/{redraw_id}/"
    return found


def send(client: Client, path: str, body: Any, *, expect: int = 201, **headers: str) -> dict[str, Any]:
    """POST a body; the status must be the expected one."""
    response = client.post(path, body, content_type="application/json", headers=headers)
    assert response.status_code == expect, (response.status_code, response.content.decode())
    answer: dict[str, Any] = response.json()
    return answer


def codes_and_areas() -> dict[str, float]:
    """Return the current partition: code → square metres."""
    return {version.code: version.area_m2 for version in GridVersion.objects.at()}


def areas_after(draft: Draft) -> dict[str, float]:
    """Return what the preview says of the changed grids: code → square metres after."""
    return {row["code"]: row["after"]["area_m2"] for row in draft.read("preview/")["grids"]}


def survey() -> str:
    """Return the name of the survey CRS as a request declares it."""
    return f"EPSG:{settings.SURVEY_SRID}"
