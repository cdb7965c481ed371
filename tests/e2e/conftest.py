"""A real server on a real PostGIS with the demo district, and a headless browser in front of it.

All of it lives outside this process: a database, a server and a browser of its own, so that these tests leave nothing
behind for the others. What the tests compare with (a grid, a building) is asked of the database directly.
"""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import psycopg
import pytest
import requests
from django.conf import settings
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from gisserver.runtime.processes import wait_until
from gisserver.runtime.web_command import web_command
from tests.databases import demo, new_database
from tests.e2e.drafting import Drafting

ROOT = Path(__file__).resolve().parents[2]
FACTS = Path(__file__).with_name("facts.sql")
PEOPLE = Path(__file__).with_name("people.py")
CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
# Software rendering on two cores is slow; a test that passes does not wait for this.
PATIENCE_MS = 60_000
# Small enough to be drawn quickly, wide enough for both panels.
WINDOW = ViewportSize(width=1040, height=660)
# A desk has a larger one, where a grid is seen whole beside the panel.
DESK = ViewportSize(width=1280, height=800)


@dataclass(frozen=True, slots=True)
class Facts:
    """Places of the demo district: a grid with a free spot in it, building 1 of an estate."""

    grid_code: str
    grid_name: str
    grid_lon: float
    grid_lat: float
    estate: str
    building_code: str
    building_grid: str
    address: str
    building_lon: float
    building_lat: float


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs in."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Site:
    """A running server and what is true in it."""

    url: str
    facts: Facts


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """A copy of the demo beside the tests' own database; dropped afterwards."""
    with new_database(f"gisserver_e2e_{os.getpid()}", demo()) as url:
        yield url


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    """An administrator with a password of this run."""
    return Credentials("wangzhuguan", secrets.token_urlsafe(12))


@pytest.fixture(scope="session")
def environment(database: str, credentials: Credentials, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the commands and the server are told."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gisserver.settings.dev",
        "DATABASE_URL": database,
        "GISSERVER_HOME": str(tmp_path_factory.mktemp("home")),
        "SECRET_KEY": secrets.token_urlsafe(32),
        "DJANGO_SUPERUSER_USERNAME": credentials.name,
        "DJANGO_SUPERUSER_PASSWORD": credentials.password,
    }


@pytest.fixture(scope="session")
def district(database: str, environment: dict[str, str]) -> Facts:
    """The demo district in the database, and somebody who may see it."""

    def manage(*arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, timeout=1200)

    manage("createsuperuser", "--noinput", "--email=")
    manage("shell", "--no-imports", "--command", PEOPLE.read_text())
    with psycopg.connect(database) as reader:
        row = reader.execute(FACTS.read_text(), {"survey": settings.SURVEY_SRID}).fetchone()
    assert row is not None
    return Facts(*row)


@pytest.fixture(scope="session")
def site(environment: dict[str, str], district: Facts) -> Iterator[Site]:
    """The server, listening on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = web_command(sys.executable, host="127.0.0.1", port=port)
    log = Path(environment["GISSERVER_HOME"]) / "web.log"
    with (
        log.open("wb") as words,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=words, stderr=words) as server,
    ):
        url = f"http://127.0.0.1:{port}"
        try:
            assert wait_until(lambda: server.poll() is not None or answers(url), timeout_s=120), "it does not answer"
            assert server.poll() is None, log.read_text()
            yield Site(url, district)
        finally:
            server.terminate()


def answers(url: str) -> bool:
    """Whether the server answers by now, its workers and its database too."""
    try:
        return requests.get(f"{url}/readyz", timeout=5).ok
    except requests.RequestException:
        return False


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; a module's own, because Django's ORM refuses to work beside Playwright's event loop."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor with a Chinese browser, who likes no moving pictures, and whose page may not fail unseen."""
    context = browser.new_context(viewport=WINDOW, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    failures: list[Any] = []
    page.on("pageerror", lambda error: failures.append(error))
    yield page
    context.close()
    assert failures == []


def cookies_of(site: Site, name: str, password: str) -> list[Any]:
    """Sign in, which the password must do, and return the cookies that this gives, as a browser takes them."""
    door = f"{site.url}/login/"
    with requests.Session() as visitor:
        visitor.get(door, timeout=60).raise_for_status()
        form = {"username": name, "password": password, "csrfmiddlewaretoken": visitor.cookies["csrftoken"]}
        answer = visitor.post(door, data=form | {"next": "/healthz"}, headers={"Referer": door}, timeout=60)
        assert answer.url == f"{site.url}/healthz"
        return [{"name": key, "value": value, "url": site.url} for key, value in visitor.cookies.items()]


@pytest.fixture(scope="session")
def sessions(site: Site, credentials: Credentials) -> Callable[[str], list[Any]]:
    """Give the cookies of a person by name, who signs in once for all tests."""
    return cache(lambda name: cookies_of(site, name, credentials.password))


@pytest.fixture
def drafter(browser: Browser, site: Site, sessions: Callable[[str], list[Any]]) -> Iterator[Callable[[str], Drafting]]:
    """Sit somebody down at the map by name: huaxian who redraws, shenhe who reviews, fenxi who reads."""
    with ExitStack() as stack:

        def sit(name: str) -> Drafting:
            context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce")
            stack.callback(context.close)
            context.add_cookies(sessions(name))
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", lambda error: failures.append(error))
            return Drafting(page, site.url)

        failures: list[Any] = []
        yield sit
    assert failures == []


class MapPage:
    """The map as its user handles it; waits for conditions, never for time."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.url, self.facts = page, site.url, site.facts
        self.map = page.locator("#map")
        self.inspector = page.locator("map-inspector")
        self.search = page.get_by_role("combobox")
        self.results = page.get_by_role("listbox").get_by_role("option")
        self.banner = page.locator("map-status").get_by_role("alert")

    def open(self, lon: float | None = None, lat: float | None = None) -> None:
        """Open the whole district, or the map around a place."""
        self.page.goto(self.url if lon is None else f"{self.url}/#map=17/{lat}/{lon}")
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait until nothing loads or moves."""
        expect(self.map).to_have_attribute("data-idle", "true")

    def drawn(self, layer: str) -> int:
        """Return how many distinct features of a layer are on the screen."""
        self.wait_until_idle()
        return int(self.map.get_attribute(f"data-rendered-{layer}") or 0)

    def center(self) -> tuple[float, float]:
        """Return the longitude and latitude in the middle of the screen."""
        self.wait_until_idle()
        lon, lat = (self.map.get_attribute("data-center") or "").split(",")
        return float(lon), float(lat)

    def find(self, text: str) -> None:
        """Search and take the first result."""
        self.search.fill(text)
        expect(self.results.first).to_be_visible()
        self.search.press("Enter")
        self.wait_until_idle()

    def click_middle(self, button: Literal["left", "right"] = "left") -> None:
        """Click the map in the middle of the screen."""
        box = self.map.bounding_box()
        assert box is not None
        self.map.click(position={"x": box["width"] / 2, "y": box["height"] / 2}, button=button)


@pytest.fixture
def map_page(page: Page, site: Site, credentials: Credentials, sessions: Callable[[str], list[Any]]) -> MapPage:
    """The map of somebody who signed in, not opened yet."""
    page.context.add_cookies(sessions(credentials.name))
    return MapPage(page, site)
