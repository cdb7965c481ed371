"""One map on paper: the grids around a change with their codes, what differs, buildings beneath, scale and north."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

import shapely
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from shapely.geometry.base import BaseGeometry

from grids.redraws.package.dossier import Plate, Polygons

Bounds = tuple[float, float, float, float]
Box = tuple[float, float, float, float]
"""On paper, in points: left, bottom, width, height."""

CHANGED, OTHER, BUILDING = HexColor("#fde3c8"), HexColor("#f7f7f4"), HexColor("#b9b4ab")
BORDER, FRAME, GONE, COME, INK = (
    HexColor("#7d8791"),
    HexColor("#2f3a45"),
    HexColor("#555555"),
    HexColor("#c0161d"),
    HexColor("#1b1f24"),
)
MARGIN = 0.12
LABEL_PT, LEAST_PT = 8.0, 5.0
# The least extent that a map shows, so that a moved vertex is seen among its neighbours.
LEAST_M = 120.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is drawn: its colour, its width in points, its dashes."""

    colour: Color
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """What one map shows: the grids, and the borders that are drawn over them, each in its style."""

    grids: Polygons
    lines: Sequence[tuple[BaseGeometry, Style]]


GOING = Style(GONE, 1.1, (4, 2.5))
COMING = Style(COME, 2.4)


def sides(plate: Plate) -> tuple[Side, Side]:
    """Return the map before, with what goes dashed, and the map after, with what comes bold beside it."""
    return Side(plate.before, [(plate.gone, GOING)]), Side(plate.after, [(plate.gone, GOING), (plate.come, COMING)])


def extent(plate: Plate, ratio: float) -> Bounds:
    """Return the extent (survey CRS) that both maps show: what changes and a margin; width to height as ``ratio``."""
    shapes = [side[code] for side in (plate.before, plate.after) for code in sorted(plate.changed) if code in side]
    frame = shapely.bounds(plate.frame).tolist()
    west, south, east, north = shapely.total_bounds(shapes).tolist() if shapes else frame
    width, height = (max(LEAST_M, span * (1 + 2 * MARGIN)) for span in (east - west, north - south))
    width, height = max(width, height * ratio), max(height, width / ratio)
    x = _centred((west + east) / 2, width, frame[0], frame[2])
    y = _centred((south + north) / 2, height, frame[1], frame[3])
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _centred(middle: float, span: float, least: float, most: float) -> float:
    """Return the middle of a window that shows no more outside the community than it must."""
    margin = (most - least) * MARGIN / 4
    least, most = least - margin + span / 2, most + margin - span / 2
    return (least + most) / 2 if least > most else min(max(middle, least), most)


class Map:
    """A map being drawn in a box of a page."""

    def __init__(self, canvas: Canvas, box: Box, bounds: Bounds, font: str) -> None:
        self.canvas, self.box, self.bounds, self.font = canvas, box, bounds, font
        self.per_metre = box[2] / (bounds[2] - bounds[0])
        self.window = shapely.box(*bounds)

    def draw(self, plate: Plate, side: Side, buildings: Sequence[BaseGeometry]) -> None:
        """Draw it all; what is outside the window is left out, what crosses its rim is clipped."""
        canvas, (left, bottom, width, height) = self.canvas, self.box
        canvas.saveState()
        clip = canvas.beginPath()
        clip.rect(left, bottom, width, height)
        canvas.clipPath(clip, stroke=0, fill=0)
        shown = {code: polygon for code, polygon in side.grids.items() if shapely.intersects(polygon, self.window)}
        for code, polygon in shown.items():
            self._fill([polygon], CHANGED if code in plate.changed else OTHER)
        self._fill(self._within(buildings), BUILDING)
        self._stroke(map(shapely.boundary, shown.values()), Style(BORDER, 0.7))
        self._stroke([shapely.boundary(plate.frame)], Style(FRAME, 1.6))
        for lines, style in side.lines:
            self._stroke([lines], style)
        for code, polygon in shown.items():
            self._label(code.removeprefix(plate.code) or code, code, polygon)
        self._north()
        self._scale()
        canvas.restoreState()
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.rect(left, bottom, width, height)

    def _within(self, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        return [shape for shape in shapes if shapely.intersects(shape, self.window)]

    def _at(self, x: float, y: float) -> tuple[float, float]:
        west, south, _, _ = self.bounds
        return self.box[0] + (x - west) * self.per_metre, self.box[1] + (y - south) * self.per_metre

    def _trace(self, shapes: Iterable[BaseGeometry], *, closed: bool) -> object:
        """Return a path along the rings or lines of shapes, clipped a little outside the window."""
        path = self.canvas.beginPath()
        around = shapely.buffer(self.window, 50 / self.per_metre, join_style="mitre").bounds
        for shape in shapes:
            near = shapely.clip_by_rect(shape, *around)
            rings = shapely.get_rings(near) if closed else shapely.get_parts(near)
            for ring in rings:
                points = [self._at(x, y) for x, y in shapely.get_coordinates(ring).tolist()]
                for step, (x, y) in enumerate(points):
                    (path.lineTo if step else path.moveTo)(x, y)
                if closed and points:
                    path.close()
        return path

    def _fill(self, shapes: Iterable[BaseGeometry], colour: Color) -> None:
        self.canvas.setFillColor(colour)
        self.canvas.drawPath(self._trace(shapes, closed=True), stroke=0, fill=1, fillMode=0)

    def _stroke(self, shapes: Iterable[BaseGeometry], style: Style) -> None:
        self.canvas.setStrokeColor(style.colour)
        self.canvas.setLineWidth(style.width)
        self.canvas.setLineJoin(1)
        self.canvas.setDash(*([list(style.dash)] if style.dash else []))
        lines = [line for shape in shapes for line in shapely.get_parts(shape)]
        self.canvas.drawPath(self._trace(lines, closed=False), stroke=1, fill=0)
        self.canvas.setDash()

    def _label(self, short: str, code: str, polygon: BaseGeometry) -> None:
        """Write a grid's code at the widest place of what is seen of it: in full where it fits, else its own digits."""
        seen = shapely.intersection(polygon, self.window)
        parts = [part for part in shapely.get_parts(seen) if part.geom_type == "Polygon"]
        if not parts:
            return
        widest = max(parts, key=lambda part: float(shapely.area(part)))
        circle = shapely.maximum_inscribed_circle(widest, max(0.5, widest.length / 200))
        room = 2 * shapely.length(circle) * self.per_metre
        text = code if self._width(code, LABEL_PT) <= room * 1.1 else short
        size = min(LABEL_PT, LABEL_PT * room / max(1.0, self._width(text, LABEL_PT)))
        x, y = self._at(*shapely.get_coordinates(circle)[0].tolist())
        self._write(text, x, y - LABEL_PT / 3, max(size, LEAST_PT))

    def _width(self, text: str, size: float) -> float:
        return float(stringWidth(text, self.font, size))

    def _write(self, text: str, x: float, y: float, size: float) -> None:
        """Write centred text with a pale rim, so that it is read over lines."""
        for colour, mode, width in ((HexColor("#ffffff"), 1, 2.2), (INK, 0, 0.0)):
            line = self.canvas.beginText(x - self._width(text, size) / 2, y)
            line.setFont(self.font, size)
            line.setTextRenderMode(mode)
            self.canvas.setStrokeColor(colour)
            self.canvas.setFillColor(colour)
            self.canvas.setLineWidth(width)
            line.textOut(text)
            line.setTextRenderMode(0)
            self.canvas.drawText(line)

    def _north(self) -> None:
        """Draw an arrow to the north of the survey grid."""
        x, y = self.box[0] + self.box[2] - 22, self.box[1] + self.box[3] - 48
        self.canvas.setFillColor(HexColor("#ffffff"))
        self.canvas.rect(x - 16, y - 6, 32, 48, stroke=0, fill=1)
        arrow = self.canvas.beginPath()
        for step, (east, north) in enumerate(((0, 26), (7, 0), (0, 6), (-7, 0))):
            (arrow.lineTo if step else arrow.moveTo)(x + east, y + north)
        arrow.close()
        self.canvas.setFillColor(INK)
        self.canvas.setStrokeColor(HexColor("#ffffff"))
        self.canvas.setLineWidth(0.5)
        self.canvas.drawPath(arrow, stroke=1, fill=1)
        self._write("北 N", x, y + 29, 8)

    def _scale(self) -> None:
        """Draw a bar of a round length, no longer than a quarter of the map."""
        length = round_length((self.bounds[2] - self.bounds[0]) / 4)
        x, y, width = self.box[0] + 12, self.box[1] + 12, length * self.per_metre
        self.canvas.setFillColor(HexColor("#ffffff"))
        self.canvas.rect(x - 6, y - 6, width + 44, 24, stroke=0, fill=1)
        self.canvas.setStrokeColor(INK)
        self.canvas.setLineWidth(0.6)
        for part in range(4):
            self.canvas.setFillColor(INK if part % 2 == 0 else HexColor("#ffffff"))
            self.canvas.rect(x + part * width / 4, y, width / 4, 4, stroke=1, fill=1)
        self.canvas.setFillColor(INK)
        self.canvas.setFont(self.font, 7)
        self.canvas.drawString(x - 2, y + 7, "0")
        self.canvas.drawCentredString(x + width, y + 7, length_label(length))


def round_length(most_m: float) -> float:
    """Return the longest of 1, 2, 5 · 10ⁿ metres that is no longer than ``most_m``."""
    power = 10.0 ** floor(log10(most_m))
    return max(step * power for step in (1, 2, 5) if step * power <= most_m)


def length_label(length_m: float) -> str:
    """Return a length as people say it: 200 m, 1.5 km."""
    return f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"


Legend = tuple[str, Callable[[Canvas, float, float], None]]


def legend() -> list[Legend]:
    """Return what the maps' signs mean, each with what draws it, 22 points wide, from its lower left corner."""

    def patch(colour: Color) -> Callable[[Canvas, float, float], None]:
        def draw(canvas: Canvas, x: float, y: float) -> None:
            canvas.setFillColor(colour)
            canvas.setStrokeColor(BORDER)
            canvas.setLineWidth(0.6)
            canvas.rect(x, y, 22, 8, stroke=1, fill=1)

        return draw

    def stroke(style: Style) -> Callable[[Canvas, float, float], None]:
        def draw(canvas: Canvas, x: float, y: float) -> None:
            canvas.setStrokeColor(style.colour)
            canvas.setLineWidth(style.width)
            canvas.setDash(*([list(style.dash)] if style.dash else []))
            canvas.line(x, y + 4, x + 22, y + 4)
            canvas.setDash()

        return draw

    return [
        ("有变更的网格 changed grid", patch(CHANGED)),
        ("其他网格 other grid", patch(OTHER)),
        ("楼栋 building", patch(BUILDING)),
        ("取消的界线 border that goes", stroke(GOING)),
        ("新增的界线 new border", stroke(COMING)),
        ("社区界线 community", stroke(Style(FRAME, 1.6))),
    ]
