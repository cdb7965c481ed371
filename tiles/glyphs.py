"""Glyphs of a font as signed distance fields, in the ranges of 256 characters that MapLibre asks for.

Format: glyphs.proto of Mapbox' fontnik, at 24 pixels with a border of 3; 192 is the outline, 8 pixels are 256 steps.
"""

import hashlib
import math
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.errors import NotFound
from gisserver.common.sentences import Sentence

RANGE = 256
LAST = 0xFFFF
SIZE_PX = 24
BORDER_PX = 3
_RADIUS_PX = 8
_OUTLINE = 0.75
# Distances are measured on a picture so many times as large.
_FINER = 4
# Where Linux distributions put free fonts with Chinese.
_KNOWN = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)


def font_of(configured: str) -> Path | None:
    """Return the font that glyphs are made of: the one configured, else one of the system's; None without any."""
    if configured:
        return Path(configured)
    return next((path for path in map(Path, _KNOWN) if path.exists()), None)


@cache
def name_of(font: Path) -> str:
    """Return the name by which styles ask for the font."""
    return _faces(font)[_face(font)]


@cache
def _faces(font: Path) -> list[str]:
    """Return the names of the faces in the file: collections have one for each country's way of writing."""
    from fontTools.ttLib import TTCollection, TTFont

    if font.suffix != ".ttc":
        with TTFont(font, lazy=True) as alone:
            return [str(alone["name"].getBestFamilyName())]
    with TTCollection(font, lazy=True) as several:
        return [str(each["name"].getBestFamilyName()) for each in several]


def _face(font: Path) -> int:
    """Return the number of the face that writes as mainland China does, else of the first."""
    return next((number for number, name in enumerate(_faces(font)) if name.endswith(" SC")), 0)


def glyphs(font: Path, first: int, kept_in: Path) -> bytes:
    """Return the glyphs of the characters from ``first``, drawn once and kept in the folder ``kept_in``.

    Raises NotFound for characters that do not begin a range.
    """
    if first % RANGE or not 0 <= first <= LAST:
        told = Sentence("Glyphs come in ranges of {size}, such as 0-255.", size=RANGE)
        raise NotFound("unknown_glyphs", told)
    file = kept_in / f"{_digest(font)}-{first}.pbf"
    if not file.exists():
        kept_in.mkdir(parents=True, exist_ok=True)
        drawn = file.with_suffix(f".{threading.get_native_id()}")
        drawn.write_bytes(_drawn(font, first))
        drawn.replace(file)
    return file.read_bytes()


@cache
def _digest(font: Path) -> str:
    known = font.stat()
    return hashlib.sha256(f"{font}|{known.st_size}|{known.st_mtime_ns}".encode()).hexdigest()[:16]


def _drawn(font: Path, first: int) -> bytes:
    from fontTools.ttLib import TTFont
    from PIL import ImageFont  # it takes a while to load, and few processes draw

    with TTFont(font, fontNumber=_face(font), lazy=True) as table:
        covered = table.getBestCmap()
    drawing = ImageFont.truetype(str(font), SIZE_PX * _FINER, index=_face(font))
    body = _text(1, name_of(font)) + _text(2, f"{first}-{first + RANGE - 1}")
    for code in range(first, first + RANGE):
        if code in covered:
            body += _bytes(3, _glyph(drawing, code))
    return _bytes(1, body)


def _glyph(font: Any, code: int) -> bytes:
    """Return one glyph as a message; the baseline is where the font has it."""
    mask, (left, top) = font.getmask2(chr(code), mode="L", anchor="ls")
    width, height = mask.size
    ink = np.array(mask, dtype=np.uint8).reshape(height, width) > 127
    advance = _number(7, round(font.getlength(chr(code)) / _FINER))
    if not ink.any():
        return _number(1, code) + _number(3, 0) + _number(4, 0) + _signed(5, 0) + _signed(6, 0) + advance
    left_px, top_px = math.floor(left / _FINER), math.floor(top / _FINER)
    width_px = math.ceil((left + width) / _FINER) - left_px
    height_px = math.ceil((top + height) / _FINER) - top_px
    canvas = np.zeros(((height_px + 2 * BORDER_PX) * _FINER, (width_px + 2 * BORDER_PX) * _FINER), dtype=bool)
    y, x = top - (top_px - BORDER_PX) * _FINER, left - (left_px - BORDER_PX) * _FINER
    canvas[y : y + height, x : x + width] = ink
    ascender = round(font.getmetrics()[0] / _FINER)
    return (
        _number(1, code)
        + _bytes(2, _distances(canvas).tobytes())
        + _number(3, width_px)
        + _number(4, height_px)
        + _signed(5, left_px)
        + _signed(6, -top_px - ascender)
        + advance
    )


def _distances(ink: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return how far each pixel is from the outline, as MapLibre reads it."""
    from scipy.ndimage import distance_transform_edt

    outside = distance_transform_edt(~ink) - distance_transform_edt(ink)
    rows, columns = ink.shape
    blocks = outside.reshape(rows // _FINER, _FINER, columns // _FINER, _FINER)
    distance_px = blocks.mean(axis=(1, 3)) / _FINER
    values = 255 * (_OUTLINE - distance_px / _RADIUS_PX)
    clipped: NDArray[np.uint8] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return clipped


def _varint(value: int) -> Iterator[int]:
    while value > 127:
        yield value & 127 | 128
        value >>= 7
    yield value


def _number(field: int, value: int) -> bytes:
    return bytes([field << 3, *_varint(value)])


def _signed(field: int, value: int) -> bytes:
    return _number(field, 2 * value if value >= 0 else -2 * value - 1)


def _bytes(field: int, value: bytes) -> bytes:
    return bytes([field << 3 | 2, *_varint(len(value))]) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())
