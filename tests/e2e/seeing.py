"""What the eye sees: an element whose box lies in the window, and that nothing covers."""

from playwright.sync_api import Locator

# Its middle and its corners, a little inside: there, the topmost element is this one or a part of it.
_UNCOVERED = """element => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    const large = right - left > 12 && bottom - top > 12;
    const places = [[left + 6, top + 6], [right - 6, top + 6], [left + 6, bottom - 6], [right - 6, bottom - 6]];
    places.push([(left + right) / 2, (top + bottom) / 2]);
    return inside && large && places.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
}"""


def is_seen(locator: Locator) -> bool:
    """Say whether the whole element can be seen."""
    return bool(locator.evaluate(_UNCOVERED))
