"""MapLibre styles over our own tiles: no foreign address; labels in a font of ours, or in the reader's own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

# What most styles show, bottom to top.
LAYERS = ("divisions", "grids", "buildings", "incidents")
LOAD_LAYERS = ("divisions", "grid_numbers")

Layer = dict[str, Any]

# Fonts of Chinese systems, on the reader's own machine, where there are no `glyphs` (MapLibre GL JS >= 5.11).
FONT = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of what is no feature of a kind or a status."""

    background: str
    ink: str
    halo: str
    division: str
    grid: str
    grid_border: str
    outline: str
    font: tuple[str, ...] = tuple(FONT)


LIGHT = Theme("#f3f5f6", "#2f4a60", "rgba(255, 255, 255, 0.9)", "#4d6476", "#dbe9f1", "#8fa5b5", "#6b5f54")
DARK = Theme("#14191d", "#d5e2ec", "rgba(10, 14, 18, 0.9)", "#9fb6c8", "#22323d", "#4c6373", "#0d1114")
# The style `grids` is the first one's name of old.
THEMES = {"grids": LIGHT, "light": LIGHT, "dark": DARK, "load": LIGHT}
NAMES = tuple(THEMES)
# Households of a grid, and the colour from so many on (ColorBrewer YlOrRd); grey where nothing is told.
LOADS = ((0, "#ffffb2"), (200, "#fecc5c"), (400, "#fd8d3c"), (600, "#f03b20"), (900, "#bd0026"))
UNTOLD = "#c9ced2"
KINDS = {
    "residential": "#e8b976",
    "commercial": "#dd8d86",
    "industrial": "#9ea8c9",
    "public": "#7fb79f",
    "mixed": "#c6a2cb",
}
STATUSES = {
    "new": "#d23f31",
    "assigned": "#ee8a2c",
    "in_progress": "#2f7fd1",
    "resolved": "#3c9b6c",
    "closed": "#8a949e",
}
# Several features in one place: no colour of a status.
CLUSTER = "#55636f"
# A layer that is too dense for its tile comes as counts (sql/counts.sql), which are circles whatever it is.
COUNTS = ["has", "point_count"]
FEATURES = ["!", COUNTS]


def layers_of(name: str) -> tuple[str, ...]:
    """Return what the style ``name`` draws, bottom to top."""
    return LOAD_LAYERS if name == "load" else LAYERS


def document(name: str, shown: Sequence[str], root: str, font: str = "") -> dict[str, Any]:
    """Return the MapLibre style ``name`` of the layers ``shown``; ``root`` is this server's address, ending in a slash.

    ``font`` names the font that this server has glyphs of, "" for none.
    """
    theme = replace(THEMES[name], font=(font,)) if font else THEMES[name]
    layers: list[Layer] = [{"id": "background", "type": "background", "paint": {"background-color": theme.background}}]
    for each in layers_of(name):
        if each in shown:
            layers += _DRAWN[each](theme)
    for each in ("grids", "grid_numbers", "divisions"):
        if each in shown:
            layers.append(_names(theme, each))
    return {
        "version": 8,
        "name": {"dark": _("Grids, dark"), "load": _("Households of grids")}.get(name, _("Grids")),
        **({"glyphs": f"{root}glyphs/{{fontstack}}/{{range}}.pbf"} if font else {}),
        "sources": {"gisserver": {"type": "vector", "url": f"{root}tiles/{','.join(shown)}.json"}},
        "layers": layers,
    }


def _layer(name: str, part: str, kind: str, *, paint: Mapping[str, Any], **members: Any) -> Layer:
    common = {"id": f"{name}-{part}", "type": kind, "source": "gisserver", "source-layer": name}
    return {**common, "filter": FEATURES, **members, "paint": dict(paint)}


def _by(name: str, colors: Mapping[str, str], other: str) -> list[Any]:
    return ["match", ["get", name], *(part for pair in colors.items() for part in pair), other]


def _by_zoom(*stops: float) -> list[Any]:
    return ["interpolate", ["linear"], ["zoom"], *stops]


def _counts(name: str, color: str) -> Layer:
    radius = ["interpolate", ["linear"], ["sqrt", ["get", "point_count"]], 1, 2.5, 30, 16]
    paint = {"circle-color": color, "circle-opacity": 0.6, "circle-radius": radius}
    return _layer(name, "counts", "circle", filter=COUNTS, paint=paint)


def _divisions(theme: Theme) -> list[Layer]:
    width = ["match", ["get", "level"], "district", 3.5, "subdistrict", 2.4, 1.4]
    return [_layer("divisions", "border", "line", paint={"line-color": theme.division, "line-width": width})]


def _grids(theme: Theme) -> list[Layer]:
    return [
        _layer("grids", "area", "fill", paint={"fill-color": theme.grid, "fill-opacity": 0.5}),
        _layer(
            "grids",
            "border",
            "line",
            paint={"line-color": theme.grid_border, "line-width": _by_zoom(10, 0.4, 13, 0.9, 16, 1.6)},
        ),
        _counts("grids", theme.grid_border),
    ]


def _loads(theme: Theme) -> list[Layer]:
    """Draw how many households each grid has; of a few, nothing may be told."""
    steps: list[Any] = ["step", ["get", "households"], LOADS[0][1]]
    steps += [part for least, color in LOADS[1:] for part in (least, color)]
    told = ["case", ["==", ["typeof", ["get", "households"]], "number"], steps, UNTOLD]
    border = {"line-color": theme.grid_border, "line-width": _by_zoom(10, 0.4, 13, 0.9, 16, 1.6)}
    return [
        _layer("grid_numbers", "load", "fill", paint={"fill-color": told, "fill-opacity": 0.75}),
        _layer("grid_numbers", "border", "line", paint=border),
        _counts("grid_numbers", theme.grid_border),
    ]


def _buildings(theme: Theme) -> list[Layer]:
    paint = {"fill-color": _by("kind", KINDS, "#bdbcb4"), "fill-outline-color": theme.outline}
    return [
        _layer("buildings", "area", "fill", minzoom=13, paint=paint),
        _counts("buildings", "#bda27c") | {"maxzoom": 13},
    ]


def _incidents(theme: Theme) -> list[Layer]:
    paint = {
        "circle-color": _by("status", STATUSES, STATUSES["closed"]),
        "circle-radius": _by_zoom(10, 1.6, 13, 3.2, 15, 5, 18, 7),
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": _by_zoom(11, 0, 14.5, 1.2),
    }
    return [_layer("incidents", "place", "circle", paint=paint), *_numbers(theme, "incidents")]


def _numbers(theme: Theme, name: str) -> list[Layer]:
    """Draw how many features lie close together (sql/bins.sql), in no feature's own colour."""
    radius = ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.3, 7.5, 1, 9, 2, 11.5, 4, 16]
    circle = {"circle-color": CLUSTER, "circle-opacity": 0.85, "circle-radius": radius}
    layout = {
        "text-field": ["to-string", ["get", "point_count"]],
        "text-font": list(theme.font),
        "text-size": 10.5,
        "text-allow-overlap": True,
    }
    return [
        _layer(name, "counts", "circle", filter=COUNTS, paint=circle),
        _layer(name, "number", "symbol", filter=COUNTS, layout=layout, paint={"text-color": "#ffffff"}),
    ]


def _names(theme: Theme, name: str) -> Layer:
    label = ["coalesce", ["get", "name"], ["get", "code"], ""]
    return _layer(
        name,
        "name",
        "symbol",
        minzoom=9 if name == "divisions" else 13.2,
        layout={
            "text-field": label,
            "text-font": list(theme.font),
            "text-size": 12,
            "text-padding": 8,
            "text-max-width": 8,
        },
        paint={"text-color": theme.ink, "text-halo-color": theme.halo, "text-halo-width": 1.5},
    )


_DRAWN: Mapping[str, Callable[[Theme], list[Layer]]] = {
    "divisions": _divisions,
    "grids": _grids,
    "grid_numbers": _loads,
    "buildings": _buildings,
    "incidents": _incidents,
}
