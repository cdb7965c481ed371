"""MapLibre styles over our own tiles: no foreign address, no glyph server, the reader's own fonts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

NAMES = ("grids",)
# What the style `grids` shows, bottom to top.
LAYERS = ("divisions", "grids", "buildings", "incidents")

Layer = dict[str, Any]

# Fonts of Chinese systems, on the reader's own machine: the style names no `glyphs` (MapLibre GL JS >= 5.11).
FONT = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
BACKGROUND, INK, HALO = "#f3f5f6", "#2f4a60", "rgba(255, 255, 255, 0.9)"
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


def document(shown: Sequence[str], root: str) -> dict[str, Any]:
    """Return the MapLibre style of the layers ``shown``; ``root`` is this server's address, ending in a slash."""
    layers: list[Layer] = [{"id": "background", "type": "background", "paint": {"background-color": BACKGROUND}}]
    for name in LAYERS:
        if name in shown:
            layers += _DRAWN[name]()
    for name in ("grids", "divisions"):
        if name in shown:
            layers.append(_names(name))
    return {
        "version": 8,
        "name": _("Grids"),
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


def _divisions() -> list[Layer]:
    width = ["match", ["get", "level"], "district", 3.5, "subdistrict", 2.4, 1.4]
    return [_layer("divisions", "border", "line", paint={"line-color": "#4d6476", "line-width": width})]


def _grids() -> list[Layer]:
    return [
        _layer("grids", "area", "fill", paint={"fill-color": "#dbe9f1", "fill-opacity": 0.5}),
        _layer(
            "grids",
            "border",
            "line",
            paint={"line-color": "#8fa5b5", "line-width": _by_zoom(10, 0.4, 13, 0.9, 16, 1.6)},
        ),
        _counts("grids", "#8fa5b5"),
    ]


def _buildings() -> list[Layer]:
    paint = {"fill-color": _by("kind", KINDS, "#bdbcb4"), "fill-outline-color": "rgba(90, 80, 70, 0.45)"}
    return [
        _layer("buildings", "area", "fill", minzoom=13, paint=paint),
        _counts("buildings", "#bda27c") | {"maxzoom": 13},
    ]


def _incidents() -> list[Layer]:
    paint = {
        "circle-color": _by("status", STATUSES, STATUSES["closed"]),
        "circle-radius": _by_zoom(10, 1.6, 13, 3.2, 15, 5, 18, 7),
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": _by_zoom(11, 0, 14.5, 1.2),
    }
    return [_layer("incidents", "place", "circle", paint=paint), *_numbers("incidents")]


def _numbers(name: str) -> list[Layer]:
    """Draw how many features lie close together (sql/bins.sql), in no feature's own colour."""
    radius = ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.3, 7.5, 1, 9, 2, 11.5, 4, 16]
    circle = {"circle-color": CLUSTER, "circle-opacity": 0.85, "circle-radius": radius}
    layout = {
        "text-field": ["to-string", ["get", "point_count"]],
        "text-font": FONT,
        "text-size": 10.5,
        "text-allow-overlap": True,
    }
    return [
        _layer(name, "counts", "circle", filter=COUNTS, paint=circle),
        _layer(name, "number", "symbol", filter=COUNTS, layout=layout, paint={"text-color": "#ffffff"}),
    ]


def _names(name: str) -> Layer:
    label = ["coalesce", ["get", "name"], ["get", "code"], ""]
    return _layer(
        name,
        "name",
        "symbol",
        minzoom=13.2 if name == "grids" else 9,
        layout={
            "text-field": label,
            "text-font": FONT,
            "text-size": 12,
            "text-padding": 8,
            "text-max-width": 8,
        },
        paint={"text-color": INK, "text-halo-color": HALO, "text-halo-width": 1.5},
    )


_DRAWN: Mapping[str, Callable[[], list[Layer]]] = {
    "divisions": _divisions,
    "grids": _grids,
    "buildings": _buildings,
    "incidents": _incidents,
}
