"""Draw docs/img/house.svg: every app with its modules, layer by layer, as the import contracts of pyproject.toml say.

`make docs` runs it; tests/docs/test_house.py fails when the picture is not the one that the contracts give.
"""

import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "img" / "house.svg"

WIDTH, MARGIN, GAP = 980, 16, 8
CHIP_HEIGHT, TITLE_HEIGHT, CHAR_WIDTH = 24, 28, 7.1
# Apps from the top down; a contract for each names its layers.
APPS = ("gisserver", "incidents", "buildings", "grids", "tiles", "rasters", "layers", "gisserver.common")
# Packages that are drawn with their own layers below the app they belong to.
INNER = {"buildings": "buildings.geocoding", "grids": "grids.redraws", "layers": "layers.ogc"}


def layers_of(container: str) -> list[list[str]]:
    """Return the layers of a package from the top down, each the names of its modules."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    contract: dict[str, Any] = next(c for c in contracts if c.get("containers") == [container])
    return [[name.strip(" ()") for name in layer.split("|")] for layer in contract["layers"]]


def rows_of(container: str) -> list[tuple[str, list[list[str]]]]:
    """Return what is drawn for an app: its own layers, then those of its largest package."""
    drawn = [(container, layers_of(container))]
    inner = INNER.get(container)
    return [*drawn, (inner, layers_of(inner))] if inner else drawn


def text(x: float, y: float, content: str, kind: str) -> str:
    """Return a line of text at a place in pixels."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(content)}</text>'


def chip(x: float, y: float, width: float, name: str) -> Iterator[str]:
    """Yield a module: a box with its name."""
    yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{CHIP_HEIGHT}" rx="4" class="module"/>'
    yield text(x + 8, y + 16.5, name, "name")


def package(name: str, layers: list[list[str]], top: float) -> tuple[list[str], float]:
    """Return the shapes of a package whose box begins at ``top``, and where it ends."""
    shapes: list[str] = [text(MARGIN + 12, top + 19, name, "title")]
    y = top + TITLE_HEIGHT
    for layer in layers:
        x = MARGIN + 12.0
        for module in layer:
            width = 16 + CHAR_WIDTH * len(module)
            if x + width > WIDTH - MARGIN - 12:
                x, y = MARGIN + 12.0, y + CHIP_HEIGHT + 4
            shapes += chip(x, y, width, module)
            x += width + GAP
        y += CHIP_HEIGHT + GAP
    box = f'<rect x="{MARGIN}" y="{top}" width="{WIDTH - 2 * MARGIN}" height="{y - top}" rx="6" class="app"/>'
    return [box, *shapes], y


def picture() -> str:
    """Return the SVG document."""
    shapes: list[str] = []
    y = float(MARGIN)
    for app in APPS:
        for name, layers in rows_of(app):
            drawn, bottom = package(name, layers, y)
            shapes += drawn
            y = bottom + GAP
    style = (
        "text{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px;fill:#1f2937}"
        ".title{font-weight:700;font-size:13px}.app{fill:#f3f4f6;stroke:#9ca3af}.module{fill:#fff;stroke:#cbd5e1}"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + MARGIN:.0f}" role="img">',
            "<title>Modules by layer; each may import only what is below it in its box, and boxes below it</title>",
            f"<style>{style}</style>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            *shapes,
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
