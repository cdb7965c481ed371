"""The redraw panel as its user handles it, and where things lie on the screen."""

import math
from collections.abc import Sequence
from typing import Any

import shapely
from playwright.sync_api import APIResponse, Locator, Page, expect
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

Place = tuple[float, float]
# MapLibre's tiles are this wide at zoom 0.
WORLD_PX = 512
# Of a window of 1280 by 800, what neither bar nor panels nor the hint cover.
FREE = (280.0, 220.0, 880.0, 760.0)
WINDOW_MIDDLE = (640.0, 428.0)


def mercator(lon: float, lat: float, zoom: float) -> Place:
    """Return pixels from the world's north-west corner at a zoom."""
    world = WORLD_PX * 2**zoom
    y = math.asinh(math.tan(math.radians(lat)))
    return (lon + 180) / 360 * world, (1 - y / math.pi) / 2 * world


def view_of(geometry: BaseGeometry) -> str:
    """Return the address's part that puts a geometry into the free part of the window."""
    west, south, east, north = geometry.bounds
    (left, bottom), (right, top) = mercator(west, south, 0), mercator(east, north, 0)
    zoom = math.log2(min((FREE[2] - FREE[0]) / (right - left), (FREE[3] - FREE[1]) / (bottom - top)))
    zoom = min(18.5, math.floor(zoom * 10) / 10)
    x, y = mercator((west + east) / 2, (south + north) / 2, zoom)
    x += WINDOW_MIDDLE[0] - (FREE[0] + FREE[2]) / 2
    y += WINDOW_MIDDLE[1] - (FREE[1] + FREE[3]) / 2
    world = WORLD_PX * 2**zoom
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / world))))
    return f"#map={zoom:.2f}/{lat:.7f}/{x / world * 360 - 180:.7f}"


class Drafting:
    """Somebody at the map with the panel of redraws."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.map = page.locator("#map")
        self.panel = page.locator("map-redraw")
        self.hint = page.locator("map-hint")
        self.trouble = self.hint.get_by_role("alert")
        self.preview = self.panel.locator(".preview tbody tr")
        self.new_grids = self.panel.locator('.preview tr[data-change="added"]')

    # --- The doors, for what a test is not about ---

    def get(self, path: str) -> Any:
        """Return what a door answers."""
        return self.page.request.get(self.url + path).json()

    def post(self, path: str, body: dict[str, Any]) -> APIResponse:
        """Send something to a door with this person's session."""
        token = next(cookie["value"] for cookie in self.page.context.cookies() if cookie["name"] == "csrftoken")
        return self.page.request.post(self.url + path, data=body, headers={"X-CSRFToken": token})

    def grids(self, community: str) -> dict[str, BaseGeometry]:
        """Return the boundaries of a community's grids, in lon/lat, by code."""
        rows = self.get(f"/api/grids/?community={community}&limit=500")["results"]
        return {row["code"]: shape(row["geometry"]) for row in rows}

    def draft(self, community: str) -> int:
        """Make a draft and return its id."""
        answer = self.post("/api/redraws/", {"title": "调整网格", "reason": "", "communities": [community]})
        return int(answer.json()["id"])

    # --- The map ---

    def wait_until_idle(self) -> None:
        """Wait until nothing loads or moves."""
        expect(self.map).to_have_attribute("data-idle", "true")

    def look_at(self, geometry: BaseGeometry) -> None:
        """Open the map where a geometry fills what the panels leave free."""
        self.page.goto(self.url + "/" + view_of(geometry))
        self.wait_until_idle()

    def look_around(self, lon: float, lat: float) -> None:
        """Open the map around a place, which is drawn sooner than the whole district."""
        self.page.goto(f"{self.url}/#map=16/{lat}/{lon}")

    def pixel(self, place: Sequence[float]) -> Place:
        """Return where a place (lon, lat) is in the window."""
        lon, lat = (float(part) for part in (self.map.get_attribute("data-center") or "").split(","))
        zoom = float(self.page.url.split("#map=")[1].split("/")[0])
        box = self.map.bounding_box()
        assert box is not None
        (x, y), (cx, cy) = mercator(place[0], place[1], zoom), mercator(lon, lat, zoom)
        return box["x"] + box["width"] / 2 + x - cx, box["y"] + box["height"] / 2 + y - cy

    def click(self, place: Sequence[float]) -> None:
        """Click a place of the map, coming from nearby as a hand does."""
        x, y = self.pixel(place)
        self.page.mouse.move(x - 3, y - 3)
        self.page.mouse.move(x, y)
        self.page.mouse.click(x, y)

    def drag(self, start: Sequence[float], end: Sequence[float]) -> None:
        """Press at a place, move to another and let go."""
        (ax, ay), (bx, by) = self.pixel(start), self.pixel(end)
        self.page.mouse.move(ax, ay)
        self.page.mouse.down()
        self.page.mouse.move((ax + bx) / 2, (ay + by) / 2, steps=3)
        self.page.mouse.move(bx, by, steps=3)
        self.page.mouse.up()

    # --- The panel ---

    def open_panel(self) -> None:
        """Open the list of redraws."""
        self.page.get_by_role("button", name="划格").click()
        expect(self.panel).to_be_visible()

    def open_redraw(self, redraw_id: int) -> None:
        """Open one redraw of the list."""
        self.open_panel()
        self.panel.locator(f'[data-key="redraw-{redraw_id}"]').click()
        expect(self.panel).to_have_attribute("data-view", "one")
        self.wait_until_idle()

    def tool(self, name: str) -> Locator:
        """Return the button of a tool."""
        return self.panel.locator(f'[data-tool="{name}"]')

    def use(self, key: str, name: str) -> None:
        """Choose a tool by its key, and wait until the pencil is at hand."""
        self.page.keyboard.press(key)
        expect(self.tool(name)).to_have_attribute("aria-pressed", "true")
        expect(self.map.locator("canvas.maplibregl-canvas")).not_to_have_css("cursor", "progress")

    def draw(self, *places: Sequence[float]) -> None:
        """Draw through some places and finish by the keyboard."""
        for place in places:
            self.click(place)
        self.page.keyboard.press("Enter")

    def done(self, words: str) -> None:
        """Wait until the last command is said to be done, and counted."""
        expect(self.hint).to_contain_text(words)
        expect(self.hint).to_have_attribute("aria-busy", "false")

    def take(self, step: str) -> None:
        """Take a step of the review, and record what is shown."""
        self.panel.locator(f'button[data-step="{step}"]').click()
        self.panel.locator('[data-key="record"]').click()


def chord(grid: BaseGeometry) -> tuple[Place, Place]:
    """Return the ends of a level line across a grid, on its border."""
    west, south, east, north = grid.bounds
    middle = shapely.point_on_surface(grid).y
    across = shapely.intersection(grid, shapely.LineString([(west - 1, middle), (east + 1, middle)]))
    longest = max(shapely.get_parts(across), key=shapely.length)
    (first, *_, last) = longest.coords
    return first, last


def between(a: Sequence[float], b: Sequence[float], part: float) -> Place:
    """Return the place at a part of the way."""
    return a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])
