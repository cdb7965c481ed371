"""What the eye sees: an element whose box lies in the window, and that nothing covers."""

from playwright.sync_api import Locator

# At its middle and its corners, a little inside, the topmost element is this one or a part of it. elementFromPoint
# looks through whatever lets clicks through (`pointer-events: none`), the eye does not: so nothing does meanwhile.
_UNCOVERED = """element => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    const large = right - left > 12 && bottom - top > 12;
    const places = [[left + 6, top + 6], [right - 6, top + 6], [left + 6, bottom - 6], [right - 6, bottom - 6]];
    places.push([(left + right) / 2, (top + bottom) / 2]);
    const opaque = document.createElement("style");
    opaque.textContent = "* { pointer-events: auto !important }";
    document.head.append(opaque);
    const uncovered = places.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
    opaque.remove();
    return inside && large && uncovered;
}"""


def is_seen(locator: Locator) -> bool:
    """Say whether the whole element can be seen."""
    return bool(locator.evaluate(_UNCOVERED))
