"""What is said with a step of the review is recorded once, where it was meant, and can be corrected."""

import pytest
from playwright.sync_api import expect

from tests.e2e.drafting import Drafting

pytestmark = pytest.mark.e2e
WORDS = "界线与测绘图不符"


@pytest.fixture
def reviewer(drafter) -> Drafting:
    """Somebody who reviews, at the panel."""
    return drafter("shenhe")


@pytest.fixture
def submitted(drafter, site) -> list[int]:
    """Two redraws that wait for the reviewer."""
    supervisor = drafter("huaxian")
    supervisor.page.goto(f"{supervisor.url}/healthz")
    community = supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"]
    made = []
    for name in ("甲", "乙"):
        redraw = supervisor.draft(community)
        body = {"verb": "rename", "grid": site.facts.grid_code, "name": name}
        assert supervisor.post(f"/api/redraws/{redraw}/commands/", body).ok
        assert supervisor.post(f"/api/redraws/{redraw}/submit/", {}).ok
        made.append(redraw)
    return made


def comments_of(person: Drafting, redraw: int) -> list[tuple[str, str]]:
    """Return the log's last lines: action and words."""
    return [(line["action"], line["comment"]) for line in person.get(f"/api/redraws/{redraw}/")["events"][2:]]


def test_words_are_shown_before_they_are_recorded_and_the_box_is_empty_afterwards(reviewer, submitted) -> None:
    first, second = submitted
    box = reviewer.page.get_by_label("意见")
    reviewer.page.goto(reviewer.url)
    reviewer.open_redraw(first)
    box.fill(WORDS)
    reviewer.panel.locator('button[data-step="reject"]').click()
    expect(reviewer.panel.locator(".record")).to_contain_text(WORDS)
    assert comments_of(reviewer, first) == []
    reviewer.panel.get_by_role("button", name="确认驳回").click()
    expect(reviewer.panel.locator(".redraw-status")).to_have_text("已驳回")
    reviewer.panel.get_by_role("button", name="返回列表").click()
    reviewer.panel.get_by_role("button", name="关闭").click()
    reviewer.open_redraw(second)
    expect(box).to_have_value("")
    reviewer.take("approve")
    expect(reviewer.panel.locator(".redraw-status")).to_have_text("已批准")
    assert comments_of(reviewer, first) == [("rejected", WORDS)]
    assert comments_of(reviewer, second) == [("approved", "")]


def test_words_for_one_redraw_are_not_offered_with_another(reviewer, submitted) -> None:
    first, second = submitted
    box = reviewer.page.get_by_label("意见")
    reviewer.page.goto(reviewer.url)
    for redraw, words in ((first, WORDS), (second, "")):
        reviewer.open_redraw(redraw)
        expect(box).to_have_value("")
        box.fill(words)
        reviewer.panel.get_by_role("button", name="返回列表").click()
        reviewer.panel.get_by_role("button", name="关闭").click()
    reviewer.open_redraw(first)
    expect(box).to_have_value(WORDS)


def test_a_line_of_the_log_is_corrected_by_who_wrote_it(reviewer, submitted) -> None:
    (redraw, _) = submitted
    assert reviewer.page.goto(reviewer.url)
    assert reviewer.post(f"/api/redraws/{redraw}/reject/", {"comment": WORDS}).ok
    reviewer.open_redraw(redraw)
    reviewer.panel.get_by_role("button", name="更正", exact=True).click()
    reviewer.page.get_by_label("更正").fill("此意见原为另一方案所写")
    reviewer.panel.get_by_role("button", name="记入更正").click()
    expect(reviewer.panel.locator('.log [data-action="corrected"]')).to_contain_text("此意见原为另一方案所写")
    expect(reviewer.panel.locator('.log [data-action="rejected"]')).to_contain_text("已更正")
    assert comments_of(reviewer, redraw) == [("rejected", WORDS), ("corrected", "此意见原为另一方案所写")]
