"""What these tests take for seen."""

import pytest
from playwright.sync_api import Page

from tests.e2e.seeing import is_seen

pytestmark = pytest.mark.e2e

ALERT = '<p role="alert" style="position: fixed; left: 20px; top: 20px; width: 200px; {style}">断开</p>'
# Over the alert's right end.
COVER = '<div style="position: fixed; left: 200px; top: 0; width: 99px; height: 99px; background: #fff; {style}"></div>'


def shown(page: Page, *elements: str) -> bool:
    page.set_content("".join(elements))
    return is_seen(page.get_by_role("alert"))


def test_what_lies_in_the_window_is_seen(page: Page) -> None:
    assert shown(page, ALERT.format(style=""))


def test_what_lets_clicks_through_is_seen(page: Page) -> None:
    assert shown(page, ALERT.format(style="pointer-events: none"))


@pytest.mark.parametrize("style", ["", "pointer-events: none"])
def test_what_something_covers_is_not_seen(page: Page, style: str) -> None:
    assert not shown(page, ALERT.format(style=""), COVER.format(style=style))


def test_what_a_transformed_parent_takes_below_the_window_is_not_seen(page: Page) -> None:
    parent = '<div style="position: fixed; bottom: 0; transform: translateX(0)">'
    assert not shown(page, parent, ALERT.format(style=""), "</div>")
