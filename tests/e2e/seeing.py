"""What the eye sees: an element whose box lies in the window, and that nothing covers."""

from playwright.sync_api import Locator

# The middle and the corners, a little inside: there, the topmost element is this one or a part of it.
_UNCOVERED = """element => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight || right - left < 8 || bottom - top < 8) return false;
    const places = [[(left + right) / 2, (top + bottom) / 2], [left + 6, top + 6], [right - 6, top + 6], [left + 6, bottom - 6], [right - 6, bottom - 6]];
    return places.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
}"""


def is_seen(locator: Locator) -> bool:
    """Say whether the whole element can be seen."""
    return bool(locator.evaluate(_UNCOVERED))
