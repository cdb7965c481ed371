"""What the colours of a raster's picture mean: as values, as SVG, as PNG."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from rasters.asked import Rendering
from rasters.painting import CLEAR, Classes, Colour, Ramp, css

_STEPS = 7
# What XML 1.0 cannot hold, escaped or not (§2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROW_PX, _SWATCH_PX, _WIDTH_PX = 20, 24, 220


@dataclass(frozen=True, slots=True)
class Entry:
    """A value with its colour, and what it is called."""

    value: float
    colour: Colour
    label: str


def entries(rendering: Rendering, band: Mapping[str, str]) -> list[Entry]:
    """Return the legend: seven steps of a ramp, or each class; none for a picture in its own colours."""
    unit = f" {band['unit']}" if band.get("unit") and rendering.expression is None and not rendering.hillshade else ""
    paint = rendering.paint
    if isinstance(paint, Ramp):
        return [Entry(value, colour, f"{value:.6g}{unit}") for value, colour in paint.steps(_STEPS)]
    if isinstance(paint, Classes):
        return [Entry(value, colour, f"{value:.15g}{unit}") for value, colour in paint.colours]
    return []


def xml_text(text: str) -> str:
    """Return what somebody wrote as text of an XML document, a space for each sign that XML does not know."""
    return escape(_NOT_XML.sub(" ", text))


def svg(title: str, found: Sequence[Entry]) -> str:
    """Return the legend as SVG."""
    rows = "".join(
        f'<rect x="8" y="{top}" width="{_SWATCH_PX}" height="14" fill="{css(entry.colour)}" stroke="#666"/>'
        f'<text x="{_SWATCH_PX + 16}" y="{top + 12}">{xml_text(entry.label)}</text>\n'
        for top, entry in zip(range(32, 32 + _ROW_PX * len(found), _ROW_PX), found, strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH_PX}" height="{40 + _ROW_PX * len(found)}" '
        f'font-family="sans-serif" font-size="12">\n<text x="8" y="20" font-weight="bold">{xml_text(title)}</text>\n'
        f"{rows}</svg>\n"
    )


def png(found: Sequence[Entry]) -> bytes:
    """Return the legend as PNG: colours and values; the title, in any script, is left to whoever shows it."""
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (_WIDTH_PX, max(1, 8 + _ROW_PX * len(found))), CLEAR)
    draw = ImageDraw.Draw(image)
    for top, entry in zip(range(4, 4 + _ROW_PX * len(found), _ROW_PX), found, strict=True):
        draw.rectangle((8, top, 8 + _SWATCH_PX, top + 14), fill=entry.colour, outline=(102, 102, 102, 255))
        draw.text((_SWATCH_PX + 16, top + 1), entry.label.encode("ascii", "replace").decode(), fill=(0, 0, 0, 255))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
