"""Whether the blocks of a TIFF lie where its directories say, before a library believes them. Pure.

GDAL guesses what is missing (wrong counts of strips, offsets into the header) where nothing is compressed, and gives
noise for values. Source: TIFF 6.0, BigTIFF, and GDAL's tag 42113 for no data.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

_MAX_DIRECTORIES = 256
_MAX_TAGS = 4096
_MAX_BLOCKS = 4_000_000
_TYPES = {1: "u1", 2: "u1", 3: "u2", 4: "u4", 16: "u8"}
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _PLANES = 256, 257, 258, 259, 277, 284
_STRIP_OFFSETS, _STRIP_ROWS, _STRIP_SIZES = 273, 278, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_SIZES = 322, 323, 324, 325
_NODATA = 42113
_WANTED = frozenset(
    {_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _PLANES, _STRIP_OFFSETS, _STRIP_ROWS, _STRIP_SIZES}
    | {_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_SIZES, _NODATA}
)

Values = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the numbers of one file are written: byte order, and whether it is a BigTIFF."""

    order: str
    big: bool

    @property
    def pointer(self) -> str:
        return f"{self.order}{'Q' if self.big else 'I'}"


def check_blocks(path: Path) -> str:
    """Return what the file says of no data, "" for nothing: GDAL passes over what its type can't hold.

    Raises Invalid ``damaged_raster`` unless every directory has its blocks, all within the file and apart.

    A block of no bytes at offset 0 is absent on purpose (GDAL's sparse files); a file without a single block is not.
    """
    size, nodata = path.stat().st_size, ""
    with path.open("rb") as file:
        for number, tags in enumerate(_directories(file, size)):
            _check(tags, size, is_main=number == 0)
            if number == 0 and _NODATA in tags:
                nodata = bytes(tags[_NODATA].astype(np.uint8)).decode("latin-1").strip("\0 ")
    return nodata


def _directories(file: BinaryIO, size: int) -> Iterator[dict[int, Values]]:
    head = file.read(16)
    layout = _Layout("<" if head[:2] == b"II" else ">", head[2:4] in (b"+\0", b"\0+"))
    place = struct.unpack_from(layout.pointer, head, 8 if layout.big else 4)[0] if len(head) == 16 else size
    if place >= size:
        raise Invalid("unreadable_file", "The file is no readable GeoTIFF.")
    seen: set[int] = set()
    while place:
        if place in seen or len(seen) >= _MAX_DIRECTORIES:
            raise damaged(Sentence("Its directories form a loop, or are too many."))
        seen.add(place)
        tags, place = _directory(file, place, layout, size)
        yield tags


def _directory(file: BinaryIO, place: int, layout: _Layout, size: int) -> tuple[dict[int, Values], int]:
    counted, entry, pointer = (8, 20, 8) if layout.big else (2, 12, 4)
    (count,) = struct.unpack(f"{layout.order}{'Q' if layout.big else 'H'}", _read(file, place, counted, size))
    if count > _MAX_TAGS:
        raise damaged(Sentence("A directory has too many tags."))
    entries = _read(file, place + counted, count * entry + pointer, size)
    tags: dict[int, Values] = {}
    for at in range(0, count * entry, entry):
        tag, kind = struct.unpack_from(f"{layout.order}HH", entries, at)
        (length,) = struct.unpack_from(layout.pointer, entries, at + 4)
        if tag in _WANTED and kind in _TYPES:
            tags[tag] = _values(file, entries[at + entry - pointer : at + entry], kind, length, layout, size)
    (following,) = struct.unpack_from(layout.pointer, entries, count * entry)
    return tags, following


def _values(file: BinaryIO, inline: bytes, kind: int, length: int, layout: _Layout, size: int) -> Values:
    dtype = np.dtype(layout.order + _TYPES[kind])
    if length > _MAX_BLOCKS:
        raise damaged(Sentence("It names more blocks than any raster has."))
    wanted = length * dtype.itemsize
    raw = inline[:wanted]
    if wanted > len(inline):
        (place,) = struct.unpack(layout.pointer, inline)
        raw = _read(file, place, wanted, size)
    return np.frombuffer(raw, dtype=dtype).astype(np.uint64)


def _read(file: BinaryIO, place: int, wanted: int, size: int) -> bytes:
    if place + wanted > size:
        raise damaged(Sentence("The file ends before what its header names."))
    file.seek(place)
    return file.read(wanted)


def _check(tags: dict[int, Values], size: int, *, is_main: bool) -> None:
    tiled = _TILE_OFFSETS in tags
    offsets, sizes = (
        tags.get(tag) for tag in ((_TILE_OFFSETS, _TILE_SIZES) if tiled else (_STRIP_OFFSETS, _STRIP_SIZES))
    )
    if offsets is None or sizes is None:
        raise damaged(Sentence("It does not say where its blocks lie."))
    across, down, block_bytes = _grid(tags, tiled=tiled)
    expected = across * down * (_one(tags, _SAMPLES, 1) if _one(tags, _PLANES, 1) == 2 else 1)
    if len(offsets) != expected or len(sizes) != expected:
        raise damaged(
            Sentence(
                "Its size asks for {expected} blocks, its directory has {offsets} offsets and {sizes} lengths.",
                expected=expected,
                offsets=len(offsets),
                sizes=len(sizes),
            )
        )
    present = (offsets != 0) | (sizes != 0)
    if is_main and not present.any():
        raise damaged(Sentence("It has a header, but not one block of data."))
    _check_places(offsets[present], sizes[present], size)
    whole = np.flatnonzero(present)
    if _one(tags, _COMPRESSION, 1) == 1 and (sizes[whole] < _least_bytes(tags, whole, down, across, block_bytes)).any():
        raise damaged(Sentence("A block has fewer bytes than its rows and columns need."))


def _check_places(offsets: Values, sizes: Values, size: int) -> None:
    """Refuse blocks outside the file, in its header, or over one another; the same block twice is a saving."""
    if ((offsets < 8) | (sizes == 0) | (offsets > size) | (sizes > size) | (offsets + sizes > size)).any():
        raise damaged(Sentence("A block lies outside the file, or has no length."))
    places = np.unique(np.column_stack([offsets, offsets + sizes]), axis=0)
    if (places[1:, 0] < places[:-1, 1]).any():
        raise damaged(Sentence("Two blocks lie over each other."))


def _grid(tags: dict[int, Values], *, tiled: bool) -> tuple[int, int, int]:
    """Return how many blocks lie side by side, how many one below the other, and the bytes of a row of a block."""
    width, height = _one(tags, _WIDTH), _one(tags, _HEIGHT)
    block_width = _one(tags, _TILE_WIDTH) if tiled else width
    block_height = _one(tags, _TILE_HEIGHT) if tiled else min(_one(tags, _STRIP_ROWS, height), height)
    bits = int(tags.get(_BITS, np.array([1], np.uint64)).max(initial=1))
    samples = 1 if _one(tags, _PLANES, 1) == 2 else _one(tags, _SAMPLES, 1)
    return -(-width // block_width), -(-height // block_height), (block_width * samples * bits + 7) // 8


def _least_bytes(tags: dict[int, Values], blocks: NDArray[np.int64], down: int, across: int, row_bytes: int) -> Values:
    """Return how many bytes each block has that is not compressed: the last strip holds the rows that are left."""
    if _TILE_OFFSETS in tags:
        return np.full(len(blocks), _one(tags, _TILE_HEIGHT) * row_bytes, np.uint64)
    height = _one(tags, _HEIGHT)
    rows = min(_one(tags, _STRIP_ROWS, height), height)
    is_last = (blocks // across) % down == down - 1
    return (np.where(is_last, height - (down - 1) * rows, rows) * row_bytes).astype(np.uint64)


def _one(tags: dict[int, Values], tag: int, default: int = 0) -> int:
    value = int(tags[tag][0]) if len(tags.get(tag, ())) else default
    if value < 1:
        raise damaged(Sentence("A side of it, or of its blocks, is 0."))
    return value


def damaged(why: Sentence) -> Invalid:
    """Return the refusal of a raster whose data do not bear out what its header says."""
    return Invalid("damaged_raster", Sentence("The raster is damaged: {why}", why=why))
