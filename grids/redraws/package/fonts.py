"""A font for the paper that holds its Chinese: the characters used, taken from a font of the system and embedded.

An archive opens the paper in thirty years on a machine without our fonts: what is embedded still prints. Where the
system has no Chinese font, Adobe's STSong-Light is named instead, which a reader brings along.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts")
# The first that is found is taken; all hold simplified Chinese.
NAMES = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf", "SourceHanSans-Regular.ttc", "SourceHanSansCN-Regular.otf", "wqy-microhei.ttc",
    "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "Hiragino Sans GB.ttc", "STHeiti Light.ttc", "uming.ttc",
)  # fmt: skip
NAMED = "STSong-Light"
# A cubic outline becomes a quadratic one that leaves it by no more than this part of the em.
MAX_ERROR = 1 / 1000
ALWAYS = "".join(map(chr, range(32, 127))) + "…·—×±²°"


@contextmanager
def font_for(texts: Iterable[str]) -> Iterator[str]:
    """Give the name of a font that is registered with reportlab meanwhile, and holds the characters of ``texts``."""
    path = system_font()
    if path is None:
        pdfmetrics.registerFont(UnicodeCIDFont(NAMED))
        yield NAMED
        return
    characters = "".join(sorted({*ALWAYS, *"".join(texts)}))
    name = f"Paper{uuid4().hex}"
    pdfmetrics.registerFont(EmbeddedFont(name, BytesIO(subset(path, characters, name))))
    try:
        yield name
    finally:
        pdfmetrics._fonts.pop(name, None)  # else each paper would leave its font behind; reportlab has no other way


@cache
def system_font() -> Path | None:
    """Return the file of a Chinese font of this system, None when it has none that we know."""
    found = {
        path.name: path for folder in FOLDERS if Path(folder).is_dir() for path in Path(folder).rglob("*.[to]t[cf]")
    }
    return next((found[name] for name in NAMES if name in found), None)


def subset(path: Path, characters: str, name: str) -> bytes:
    """Return a TrueType font, as reportlab embeds it, of those characters that the font at ``path`` has."""
    with _face(path) as source:
        return _drawn(source, characters, name)


def _drawn(source: TTFont, characters: str, name: str) -> bytes:
    glyphs, cmap = source.getGlyphSet(), source.getBestCmap()
    order = {".notdef": ".notdef"} | {f"u{ord(char):05X}": cmap[ord(char)] for char in characters if ord(char) in cmap}
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(list(order))
    builder.setupCharacterMap({int(key[1:], 16): key for key in order if key != ".notdef"})
    drawn = {}
    for key, original in order.items():
        pen = TTGlyphPen(None)
        glyphs[original].draw(Cu2QuPen(pen, source["head"].unitsPerEm * MAX_ERROR))
        drawn[key] = pen.glyph()
    builder.setupGlyf(drawn)
    bearings = {key: getattr(glyph, "xMin", 0) for key, glyph in drawn.items()}
    builder.setupHorizontalMetrics(
        {key: (round(glyphs[original].width), bearings[key]) for key, original in order.items()}
    )
    ascent, descent = source["hhea"].ascent, source["hhea"].descent
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent)
    builder.setupPost(keepGlyphNames=False)
    file = BytesIO()
    builder.save(file)
    return file.getvalue()


@contextmanager
def _face(path: Path) -> Iterator[TTFont]:
    """Open the face for simplified Chinese of a file."""
    if path.suffix != ".ttc":
        with TTFont(path, lazy=True) as font:
            yield font
        return
    with TTCollection(path, lazy=True) as faces:
        yield next((face for face in faces if " SC" in (face["name"].getDebugName(4) or "")), faces[0])
