"""An analyst brings a file that says no coordinate system: looks where it would lie, declares, publishes, withdraws."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from gisserver.common.geo.crs import from_wgs84, parse_crs
from tests.e2e.conftest import DESK, PATIENCE_MS, Site

pytestmark = pytest.mark.e2e

PLACED = """
    SELECT ST_X(geom), ST_Y(geom), "收到" FROM {table} ORDER BY fid
"""


@pytest.fixture
def desk(browser: Browser, site: Site, sessions: Callable[[str], list[Any]]) -> Iterator[Page]:
    """The desk of an analyst of the whole city."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce", base_url=site.url)
    context.add_cookies(sessions("wangzhuguan"))
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    failures: list[Any] = []
    page.on("pageerror", lambda error: failures.append(error))
    yield page
    context.close()
    assert failures == []


@pytest.fixture
def trees(site: Site, tmp_path: Path) -> Path:
    """Three trees on a phone's map of China: GCJ-02, which the file does not say; times as Americans write them."""
    lon, lat = site.facts.grid_lon, site.facts.grid_lat
    shifted = from_wgs84([[lon, lat], [lon + 1e-5, lat], [lon, lat + 1e-5]], parse_crs("gcj02"))
    rows = [f"00{n},{x:.7f},{y:.7f},3/{n}/2026 2:05 PM,13800000000" for n, (x, y) in enumerate(shifted, start=1)]
    path = tmp_path / "行道树.csv"
    path.write_text("编号,lon,lat,收到,电话\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_file_without_a_crs_is_looked_at_declared_published_and_withdrawn(
    desk: Page, site: Site, trees: Path, database: str
) -> None:
    desk.goto("/desk/layers/")
    desk.get_by_label("文件", exact=True).set_input_files(trees)

    # What each column becomes and why; where the positions would lie.
    expect(desk.locator("[data-column=编号]")).to_contain_text("文本：第 1 行是 '001'")
    expect(desk.get_by_text("文件没有说明坐标系")).to_be_visible()
    expect(desk.get_by_role("button", name="发布")).to_be_disabled()
    fitting = desk.locator(".layer-readings li", has_text="gcj02").filter(has_not_text="对调")
    expect(fitting).to_contain_text("100 % 在网格内")

    fitting.get_by_role("button", name="采用").click()
    expect(desk.get_by_label("坐标系（空为按文件所述）")).to_have_value("gcj02")
    desk.get_by_label("收到 的类型").select_option("datetime")
    desk.get_by_label("收到 的时间格式").fill("%m/%d/%Y %I:%M %p")
    desk.locator("[data-column=电话]").get_by_label("略去").check()
    desk.get_by_role("button", name="预览").click()
    expect(desk.locator("[data-column=收到]")).to_contain_text("按声明")
    desk.get_by_role("button", name="发布").click()

    row = desk.locator("[data-layer=xingdaoshu]")
    expect(row).to_contain_text("3 个要素")
    with psycopg.connect(database) as reader:
        table, fields = reader.execute(
            "SELECT 'layer_' || id, fields FROM layers_uploadedlayer WHERE slug = 'xingdaoshu'"
        ).fetchone()  # type: ignore[misc]
        lon, lat, received = reader.execute(PLACED.format(table=table)).fetchone()  # type: ignore[arg-type,misc]
    assert [field["title"] for field in fields] == ["编号", "lon", "lat", "收到"]
    assert (lon, lat) == pytest.approx((site.facts.grid_lon, site.facts.grid_lat), abs=1e-6)
    assert received.isoformat().startswith("2026-03-01T")

    row.get_by_role("button", name="撤下").click()
    row.get_by_role("button", name="撤下").click()
    expect(desk.get_by_text("“行道树”已撤下")).to_be_visible()
    expect(row).to_have_count(0)
