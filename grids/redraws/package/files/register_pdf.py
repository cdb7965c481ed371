"""The paper of the package: who asks for what and why, the register, the maps, and where to sign (PDF, A3)."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import shapely
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A3, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    LongTable,
    PageBreak,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)

from grids.redraws.package import maps
from grids.redraws.package.dossier import CHANGES, Dossier, Plate
from grids.redraws.package.fonts import font_for
from grids.redraws.package.package_file import Contents, PackageFile, register
from grids.redraws.package.register import COUNTS, cells, counted, titles
from grids.redraws.package.wording import SIGNATURES, TEXTS, Text

PAGE = landscape(A3)
EDGE = 15 * mm
LINE, SHADE, INK = HexColor("#9aa3ab"), HexColor("#eef1f3"), HexColor("#1b1f24")


def write(path: Path, contents: Contents) -> None:
    """Write the paper."""
    with font_for([*TEXTS, *contents.dossier.texts]) as font:
        _Paper(contents.dossier, font).write(path)


register(PackageFile("register.pdf", write))


class _Paper:
    """The paper being written."""

    def __init__(self, dossier: Dossier, font: str) -> None:
        self.dossier, self.font = dossier, font
        self.small = ParagraphStyle("small", fontName=font, fontSize=8, leading=11, wordWrap="CJK", textColor=INK)
        self.plain = ParagraphStyle("plain", parent=self.small, fontSize=10, leading=14)
        self.narrow = ParagraphStyle("narrow", parent=self.small, fontSize=7.5, leading=10, wordWrap=None)
        self.title_of_column = ParagraphStyle("title_of_column", parent=self.narrow, fontSize=6.8, leading=9)
        self.number = ParagraphStyle("number", parent=self.narrow, alignment=TA_RIGHT)
        self.heading = ParagraphStyle("heading", parent=self.plain, fontSize=14, leading=20, spaceBefore=8)
        self.title = ParagraphStyle("title", parent=self.plain, fontSize=24, leading=32, spaceAfter=4)

    def write(self, path: Path) -> None:
        """Lay it out and write it."""
        frame = Frame(EDGE, EDGE, PAGE[0] - 2 * EDGE, PAGE[1] - 2 * EDGE, 0, 0, 0, 0)
        document = BaseDocTemplate(
            str(path),
            pagesize=PAGE,
            title=f"{self.dossier.title} #{self.dossier.id}",
            author=self.dossier.author,
            subject=Text.PACKAGE.value,
        )
        document.addPageTemplates(PageTemplate("page", [frame], onPageEnd=self._furnish))
        story = [*self._cover(), PageBreak(), *self._register(), *self._plates()]
        document.build(story, canvasmaker=partial(Canvas, initialFontName=self.font))

    def _furnish(self, canvas: Canvas, document: Any) -> None:
        """Print the foot of a page, and across it what this paper is not."""
        canvas.saveState()
        canvas.setFont(self.font, 8)
        canvas.setFillColor(INK)
        dossier = self.dossier
        canvas.drawString(
            EDGE, 8 * mm, f"{Text.REDRAW} #{dossier.id} · {dossier.status} · {Text.VERSION} {dossier.version}"
        )
        canvas.drawRightString(
            PAGE[0] - EDGE, 8 * mm, f"{Text.PRINTED} {dossier.printed} · {Text.PAGE} {document.page}"
        )
        if dossier.mark:
            canvas.translate(PAGE[0] / 2, PAGE[1] / 2)
            canvas.rotate(28)
            canvas.setFillColor(HexColor("#c0161d"), alpha=0.12)
            canvas.setFont(self.font, 110)
            canvas.drawCentredString(0, -30, dossier.mark)
        canvas.restoreState()

    def _paragraph(self, text: object, style: ParagraphStyle | None = None) -> Paragraph:
        return Paragraph(escape(str(text)).replace("\n", "<br/>"), style or self.small)

    def _table(self, rows: Sequence[Sequence[Any]], widths: Sequence[float], *, head: bool, kind: Any = Table) -> Table:
        styled = [[cell if isinstance(cell, Flowable) else self._paragraph(cell) for cell in row] for row in rows]
        table = kind(styled, colWidths=list(widths), repeatRows=int(head), hAlign="LEFT")
        style: list[tuple[Any, ...]] = [
            ("GRID", (0, 0), (-1, -1), 0.4, LINE),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
        style.append(("BACKGROUND", (0, 0), (-1, 0) if head else (0, -1), SHADE))
        table.setStyle(TableStyle(style))
        return table

    def _cover(self) -> Iterator[Flowable]:
        dossier = self.dossier
        yield self._paragraph(Text.PACKAGE, self.heading)
        yield self._paragraph(dossier.title, self.title)
        facts = [
            (Text.STATUS, dossier.status),
            (Text.REASON, dossier.reason),
            (Text.COMMUNITIES, "、".join(f"{name} {code}" for code, name in dossier.communities)),
            (Text.AUTHOR, dossier.author),
            (Text.REVIEWERS, dossier.reviewers),
            (Text.CREATED, dossier.created),
            (Text.EFFECTIVE, dossier.effective),
            (Text.GRIDS, self._tally()),
            (Text.NEW_CODES, self._codes("added")),
            (Text.RETIRED_CODES, self._codes("removed")),
            (Text.MOVED, self._moved()),
        ]
        yield self._table([(name, value or "—") for name, value in facts], [60 * mm, 330 * mm], head=False)
        yield self._paragraph(Text.EVENTS, self.heading)
        columns = (Text.WHEN, Text.STEP, Text.WHO, Text.COMMENT)
        yield self._table([columns, *dossier.events], [45 * mm, 55 * mm, 50 * mm, 240 * mm], head=True, kind=LongTable)
        yield KeepTogether([self._paragraph(Text.SIGNATURES, self.heading), self._signatures()])

    def _tally(self) -> str:
        counted = {word: sum(row.change == word for row in self.dossier.rows) for word in CHANGES.values()}
        return "、".join(f"{word} {count}" for word, count in counted.items())

    def _codes(self, change: str) -> str:
        return "、".join(row.code for row in self.dossier.rows if row.change == CHANGES[change])

    def _moved(self) -> str:
        names = counted(self.dossier)
        return "、".join(f"{COUNTS.get(name, name)} {self.dossier.moved[name]:,}" for name in names)

    def _signatures(self) -> Table:
        """Return the block that people sign: one column each, with room for a seal."""
        width = 390 * mm / len(SIGNATURES)
        table = self._table(
            [SIGNATURES, [""] * len(SIGNATURES), [Text.DATE] * len(SIGNATURES)], [width] * len(SIGNATURES), head=True
        )
        table._argH[1] = 26 * mm
        return table

    def _register(self) -> Iterator[Flowable]:
        names = counted(self.dossier)
        yield self._paragraph(f"{Text.REGISTER} ({len(self.dossier.rows)})", self.heading)
        wide = [25, 31, 20, 31, 31, 17, 17, 23, 23]
        each = (390 - sum(wide)) / max(1, 2 * len(names))
        head = [self._paragraph(f"{zh}\n{en}", self.title_of_column) for zh, en in titles(self.dossier)]
        rows = [[self._cell(cell) for cell in cells(row, names)] for row in self.dossier.rows]
        widths = [width * mm for width in [*wide, *([each] * 2 * len(names))]]
        yield self._table([head, *rows, self._sums(names)], widths, head=True, kind=LongTable)

    def _sums(self, names: Sequence[str]) -> list[Paragraph]:
        """Return the last line of the register: the sums over the grids that it lists."""
        sides = [[getattr(row, side) for row in self.dossier.rows] for side in ("before", "after")]
        areas = [sum(each["area_m2"] for each in side) for side in sides]
        counts = [sum(each.get(name, 0) for each in side) for name in names for side in sides]
        return [self._cell(cell) for cell in (Text.SUM, *[""] * 6, *areas, *counts)]

    def _cell(self, cell: str | float) -> Paragraph:
        """Return a cell: words in two languages on two lines, numbers to the right."""
        if isinstance(cell, str):
            zh, _, en = cell.partition(" ")
            return self._paragraph(f"{zh}\n{en}" if en.isascii() and en else cell, self.narrow)
        return self._paragraph(f"{cell:,.1f}" if isinstance(cell, float) else f"{cell:,}", self.number)

    def _plates(self) -> Iterator[Flowable]:
        for plate in self.dossier.plates:
            yield PageBreak()
            yield self._paragraph(f"{Text.MAPS} · {plate.name} {plate.code}", self.heading)
            yield _Maps(plate, self.font)


class _Maps(Flowable):  # type: ignore[misc]
    """The two maps of a community side by side, with their legend beneath."""

    def __init__(self, plate: Plate, font: str) -> None:
        super().__init__()
        self.plate, self.font = plate, font
        self.width, self.height = PAGE[0] - 2 * EDGE, PAGE[1] - 2 * EDGE - 16 * mm

    def wrap(self, *_: float) -> tuple[float, float]:
        """Return how much room it takes."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the maps."""
        gap, low, top = 8 * mm, 12 * mm, 8 * mm
        width, height = (self.width - gap) / 2, self.height - low - top
        bounds = maps.extent(self.plate, width / height)
        window = shapely.box(*bounds)
        buildings = [shape for shape in self.plate.buildings(window) if shapely.intersects(shape, window)]
        for place, (side, text) in enumerate(zip(maps.sides(self.plate), (Text.BEFORE, Text.AFTER), strict=True)):
            left = place * (width + gap)
            self.canv.setFont(self.font, 11)
            self.canv.setFillColor(INK)
            self.canv.drawString(left, low + height + 4, text)
            box = (left, low, width, height)
            maps.Map(self.canv, box, bounds, self.font).draw(self.plate, side, buildings)
        self._legend()

    def _legend(self) -> None:
        x = 0.0
        for text, draw in maps.legend():
            draw(self.canv, x, 8)
            self.canv.setFillColor(INK)
            self.canv.setFont(self.font, 9)
            self.canv.drawString(x + 28, 8, text)
            x += 28 + self.canv.stringWidth(text, self.font, 9) + 20
        self.canv.drawRightString(self.width, 8, f"{Text.PREFIX} {self.plate.code}")
