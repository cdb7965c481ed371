"""Buildings are chosen by a box (选楼栋), and go to another grid."""

from collections.abc import Sequence
from typing import Any

import pytest
import shapely
from playwright.sync_api import expect
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from tests.e2e.drafting import Drafting

pytestmark = pytest.mark.e2e

# About eleven metres in degrees: wide enough for a box, not for a block.
REACH = 1e-4


@pytest.fixture
def supervisor(drafter) -> Drafting:
    """Somebody who draws."""
    return drafter("huaxian")


@pytest.fixture
def grids(supervisor: Drafting, site) -> tuple[BaseGeometry, BaseGeometry]:
    """A grid in which people live, and the neighbour with the longest common border."""
    code = site.facts.building_grid
    there = supervisor.grids(supervisor.get(f"/api/grids/{code}/")["community"])
    giver = there.pop(code)
    return giver, max(there.values(), key=lambda grid: shapely.length(shapely.intersection(grid, giver)))


@pytest.fixture
def chooser(supervisor: Drafting, grids: tuple[BaseGeometry, BaseGeometry], site) -> Drafting:
    """Somebody who has said from where to where, and that it is buildings that go."""
    redraw = supervisor.draft(supervisor.get(f"/api/grids/{site.facts.building_grid}/")["community"])
    supervisor.look_at(shapely.union_all(list(grids)))
    supervisor.open_redraw(redraw)
    supervisor.use("t", "transfer")
    for grid in grids:
        supervisor.click(shapely.point_on_surface(grid).coords[0])
    supervisor.panel.get_by_role("button", name="选楼栋").click()
    expect(supervisor.hint).to_contain_text("拖动拉框")
    return supervisor


def standing_in(supervisor: Drafting, grid: BaseGeometry) -> list[BaseGeometry]:
    """Return where the buildings of a grid stand."""
    words = ",".join(map(str, grid.bounds))
    rows: Sequence[dict[str, Any]] = supervisor.get(f"/api/buildings/?bbox={words}&limit=1000")["results"]
    return [place for row in rows if grid.contains(place := shape(row["geometry"]))]


def test_a_box_is_dragged_around_buildings_and_they_go_to_the_neighbour(
    chooser: Drafting, grids: tuple[BaseGeometry, BaseGeometry], site
) -> None:
    giver, taker = grids
    places = standing_in(chooser, giver)
    nearest = min(places, key=taker.distance)
    around = box(nearest.x - REACH, nearest.y - REACH, nearest.x + REACH, nearest.y + REACH)
    before = chooser.map.get_attribute("data-center")
    chooser.drag((nearest.x - REACH, nearest.y - REACH), (nearest.x + REACH, nearest.y + REACH))
    expect(chooser.panel).to_contain_text(f"已选 {sum(map(around.contains, places))} 栋")
    assert chooser.map.get_attribute("data-center") == before
    chooser.panel.get_by_role("button", name="划转所选楼栋").click()
    chooser.done("划转已完成")
    expect(chooser.preview.filter(has_text=site.facts.building_grid)).to_contain_text("→")
