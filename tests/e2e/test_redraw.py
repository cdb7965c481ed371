"""Redrawing grids on the map: from the first line to the new border."""

import re

import pytest
import shapely
from playwright.sync_api import expect

from tests.e2e.drafting import between, chord
from tests.e2e.seeing import is_seen

pytestmark = pytest.mark.e2e


def test_a_supervisor_splits_a_grid_and_a_reviewer_publishes_it(drafter, site) -> None:
    supervisor = drafter("huaxian")
    code = site.facts.building_grid
    row = supervisor.get(f"/api/grids/{code}/")
    grid = supervisor.grids(row["community"])[code]

    supervisor.look_at(grid)
    supervisor.open_panel()
    supervisor.panel.get_by_role("button", name="新建方案").click()
    supervisor.page.get_by_label("标题").fill("划分过大的网格")
    supervisor.page.get_by_label("理由").fill("户数过多")
    supervisor.click(shapely.point_on_surface(grid).coords[0])
    expect(supervisor.panel.locator(".chip")).to_contain_text(row["community_name"])
    supervisor.panel.get_by_role("button", name="创建草稿").click()
    expect(supervisor.panel).to_have_attribute("data-view", "one")
    supervisor.wait_until_idle()

    supervisor.use("s", "split")
    supervisor.draw(*chord(grid))
    supervisor.done("切分已完成")
    expect(supervisor.new_grids).to_have_count(1)
    expect(supervisor.preview.filter(has_text=code)).to_contain_text("→")
    expect(supervisor.panel.locator(".preview .stats")).to_contain_text("户数")
    supervisor.page.keyboard.press("Control+z")
    supervisor.done("已撤销")
    expect(supervisor.preview).to_have_count(0)
    supervisor.page.keyboard.press("Control+Shift+Z")
    supervisor.done("已重做")
    expect(supervisor.new_grids).to_have_count(1)
    supervisor.page.get_by_label("意见").fill("请审核")
    supervisor.take("submit")
    expect(supervisor.panel.locator(".redraw-status")).to_have_text("已提交")
    expect(supervisor.tool("split")).to_be_hidden()
    redraw = int((supervisor.panel.locator(".panel-title").inner_text()).split("#")[1].split()[0])

    reviewer = drafter("shenhe")
    reviewer.look_at(grid)
    before = int(reviewer.map.get_attribute("data-rendered-grids") or 0)
    reviewer.open_redraw(redraw)
    expect(reviewer.panel.locator(".log")).to_contain_text("请审核")
    expect(reviewer.panel.locator(".toolbox")).to_be_hidden()
    reviewer.take("approve")
    expect(reviewer.panel.locator(".redraw-status")).to_have_text("已批准")
    reviewer.take("publish")
    expect(reviewer.panel.locator(".redraw-status")).to_have_text("已发布")
    expect(reviewer.map).to_have_attribute("data-rendered-grids", str(before + 1))


def test_a_refusal_shows_the_place_and_keeps_the_drawing_to_be_mended(drafter, site) -> None:
    supervisor = drafter("huaxian")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    grid = supervisor.grids(community)[site.facts.grid_code]
    start, end = chord(grid)
    redraw = supervisor.draft(community)
    supervisor.look_at(grid)
    supervisor.open_redraw(redraw)

    supervisor.use("s", "split")
    supervisor.draw(start, between(start, end, 0.5))
    expect(supervisor.trouble).to_have_attribute("data-code", "LINE_ENDS_INSIDE")
    expect(supervisor.trouble).to_contain_text("没有到达边界")
    assert is_seen(supervisor.trouble)
    expect(supervisor.trouble).not_to_contain_text("does not reach its border")
    supervisor.page.get_by_role("button", name="EN").click()
    supervisor.page.get_by_role("button", name="Send again").click()
    expect(supervisor.trouble).to_contain_text("does not reach its border")
    supervisor.page.get_by_role("button", name="中文").click()
    expect(supervisor.trouble.get_by_role("button", name="查看位置")).to_be_visible()
    supervisor.drag(between(start, end, 0.5), end)
    supervisor.page.keyboard.press("Enter")
    supervisor.done("切分已完成")
    expect(supervisor.new_grids).to_have_count(1)


def test_a_command_whose_answer_is_lost_is_done_once(drafter, site) -> None:
    supervisor = drafter("huaxian")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    grid = supervisor.grids(community)[site.facts.grid_code]
    redraw = supervisor.draft(community)
    supervisor.look_at(grid)
    supervisor.open_redraw(redraw)

    answers = []

    def lose(route) -> None:
        answers.append(route.fetch().status)
        route.abort()

    supervisor.page.route(re.compile(r"/commands/$"), lose, times=1)
    supervisor.use("s", "split")
    supervisor.draw(*chord(grid))
    supervisor.done("切分已完成")
    assert answers == [201]
    assert len(supervisor.get(f"/api/redraws/{redraw}/commands/")["results"]) == 1


def test_a_drawing_outlives_the_end_of_the_session(drafter, site, credentials) -> None:
    supervisor = drafter("huaxian")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    grid = supervisor.grids(community)[site.facts.grid_code]
    redraw = supervisor.draft(community)
    supervisor.look_at(grid)
    supervisor.open_redraw(redraw)

    supervisor.use("s", "split")
    supervisor.page.context.clear_cookies(name="sessionid")
    supervisor.draw(*chord(grid))
    dialog = supervisor.page.get_by_role("dialog")
    dialog.get_by_label("密码").fill(credentials.password)
    dialog.get_by_role("button", name="登录并继续").click()
    supervisor.done("切分已完成")


def test_undo_pressed_quickly_is_done_in_order(drafter, site) -> None:
    supervisor = drafter("huaxian")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    redraw = supervisor.draft(community)
    supervisor.look_at(supervisor.grids(community)[site.facts.grid_code])
    for name in ("甲", "乙", "丙"):
        body = {"verb": "rename", "grid": site.facts.grid_code, "name": name}
        assert supervisor.post(f"/api/redraws/{redraw}/commands/", body).ok
    supervisor.open_redraw(redraw)
    for _ in range(3):
        supervisor.page.keyboard.press("Control+z")
    expect(supervisor.panel.locator('.log [data-action="undone"]')).to_have_count(3)
    expect(supervisor.preview).to_have_count(0)


def test_the_author_reads_a_rejection_without_asking(drafter, site) -> None:
    supervisor, reviewer = drafter("huaxian"), drafter("shenhe")
    reviewer.page.goto(f"{reviewer.url}/healthz")
    supervisor.look_around(site.facts.grid_lon, site.facts.grid_lat)
    redraw = supervisor.draft(supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"])
    body = {"verb": "rename", "grid": site.facts.grid_code, "name": "甲"}
    assert supervisor.post(f"/api/redraws/{redraw}/commands/", body).ok
    assert supervisor.post(f"/api/redraws/{redraw}/submit/", {}).ok
    supervisor.open_redraw(redraw)
    expect(supervisor.panel.locator(".redraw-status")).to_have_text("已提交")
    assert reviewer.post(f"/api/redraws/{redraw}/reject/", {"comment": "界线不符"}).ok
    expect(supervisor.panel.locator(".redraw-status")).to_have_text("已驳回")
    expect(supervisor.panel.locator(".log")).to_contain_text("界线不符")


def test_a_change_of_kind_is_seen_before_it_is_published(drafter, site) -> None:
    supervisor = drafter("huaxian")
    supervisor.look_around(site.facts.grid_lon, site.facts.grid_lat)
    redraw = supervisor.draft(supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"])
    body = {"verb": "set_kind", "grid": site.facts.grid_code, "kind": "special"}
    assert supervisor.post(f"/api/redraws/{redraw}/commands/", body).ok
    supervisor.open_redraw(redraw)
    expect(supervisor.preview.locator('[data-what="kind"]')).to_have_text("类别 基础网格 → 专属网格")


def test_a_drawing_outlives_a_lost_connection(drafter, site) -> None:
    supervisor = drafter("huaxian")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    grid = supervisor.grids(community)[site.facts.grid_code]
    redraw = supervisor.draft(community)
    supervisor.look_at(grid)
    supervisor.open_redraw(redraw)

    supervisor.use("s", "split")
    supervisor.page.context.set_offline(True)
    supervisor.draw(*chord(grid))
    expect(supervisor.trouble).to_have_attribute("data-code", "network")
    supervisor.page.context.set_offline(False)
    supervisor.hint.get_by_role("button", name="再次提交").click()
    supervisor.done("切分已完成")


def test_grids_are_merged_by_clicking_them(drafter, site) -> None:
    supervisor = drafter("huaxian")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    grids = supervisor.grids(community)
    kept = grids[site.facts.grid_code]
    code, other = max(
        ((code, grid) for code, grid in grids.items() if code != site.facts.grid_code),
        key=lambda pair: shapely.length(shapely.intersection(pair[1].boundary, kept.boundary)),
    )
    redraw = supervisor.draft(community)
    supervisor.look_at(shapely.union(kept, other))
    supervisor.open_redraw(redraw)

    supervisor.use("m", "merge")
    for grid in (kept, other):
        supervisor.click(shapely.point_on_surface(grid).coords[0])
    supervisor.panel.locator(f'[data-key="keep-{code}"]').check()
    supervisor.panel.get_by_role("button", name="合并", exact=True).last.click()
    supervisor.done("合并已完成")
    expect(supervisor.panel.locator('tr[data-change="removed"]')).to_contain_text(site.facts.grid_code)
    expect(supervisor.panel.locator('tr[data-change="changed"]')).to_contain_text(code)


def test_all_grids_at_a_corner_follow_when_it_is_dragged(drafter, site) -> None:
    supervisor = drafter("huaxian")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    grids = supervisor.grids(community)
    frame = shapely.union_all(list(grids.values())).boundary
    corners = shapely.points(shapely.get_coordinates(list(grids.values())))
    inner = corners[shapely.distance(corners, frame) > 1e-4]
    meeting = [sum(shapely.dwithin(grid, corner, 1e-9) for grid in grids.values()) for corner in inner]
    corner = inner[meeting.index(3)]
    redraw = supervisor.draft(community)
    supervisor.look_at(shapely.buffer(corner, 0.001))
    supervisor.open_redraw(redraw)

    supervisor.use("n", "move_node")
    supervisor.drag((corner.x, corner.y), (corner.x + 2e-5, corner.y + 2e-5))
    supervisor.done("移点已完成")
    expect(supervisor.preview).to_have_count(3)


def test_who_only_reads_sees_no_tools(drafter, site) -> None:
    supervisor = drafter("huaxian")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    redraw = supervisor.draft(community)
    reader = drafter("fenxi")
    reader.look_at(reader.grids(community)[site.facts.grid_code])
    reader.open_panel()
    expect(reader.panel.get_by_role("button", name="新建方案")).to_have_count(0)
    reader.panel.locator(f'[data-key="redraw-{redraw}"]').click()
    expect(reader.panel.locator(".log")).to_be_visible()
    expect(reader.panel.locator(".toolbox")).to_be_hidden()
    expect(reader.panel.locator(".steps")).to_be_hidden()


def test_the_past_and_who_drew_a_border_are_seen_on_the_map(drafter, site) -> None:
    supervisor, reviewer = drafter("huaxian"), drafter("shenhe")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    grids = supervisor.grids(community)
    code, grid = max(grids.items(), key=lambda pair: pair[1].area)
    start, end = chord(grid)
    line = {"type": "LineString", "coordinates": [start, end]}
    redraw = supervisor.draft(community)
    for step, body in (("commands", {"verb": "split", "grid": code, "line": line}), ("submit", {})):
        assert supervisor.post(f"/api/redraws/{redraw}/{step}/", body).ok
    for step in ("approve", "publish"):
        assert reviewer.post(f"/api/redraws/{redraw}/{step}/", {}).ok

    reviewer.look_at(grid)
    reviewer.page.reload()  # all tiles are of after the publish: none is drawn anew while grids are counted
    reviewer.wait_until_idle()
    card = reviewer.page.locator("map-inspector")
    reviewer.page.get_by_role("button", name="历史").click()
    reviewer.click(between(start, end, 0.5))
    expect(card).to_have_attribute("data-kind", "edge")
    expect(card).to_contain_text("调整网格")
    expect(card).to_contain_text("huaxian")
    expect(card).to_contain_text("切分")
    reviewer.wait_until_idle()
    now = int(reviewer.map.get_attribute("data-rendered-grids") or 0)
    reviewer.page.locator("map-time input[type=datetime-local]").fill("2021-06-01T00:00")
    expect(reviewer.page.locator("map-time")).to_contain_text("2021年6月1日")
    expect(reviewer.map).not_to_have_attribute("data-rendered-grids", str(now))
    reviewer.page.get_by_role("button", name="回到现在").click()
    expect(reviewer.map).to_have_attribute("data-rendered-grids", str(now))
