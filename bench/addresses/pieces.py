"""The words of the generator: an address as typed pieces, and the home that it is the address of."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Part(StrEnum):
    """What a piece of an address says."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    OFFICE = "office"  # the subdistrict, 街道
    QUARTER = "quarter"  # the community, 社区
    NAME = "name"  # a road, an estate, a village, works
    ALLEY = "alley"  # 八巷
    DOOR = "door"  # 12号
    BLOCK = "block"  # 3栋
    STAIR = "stair"  # 2单元
    STOREY = "storey"  # 5楼
    FLAT = "flat"  # 501
    NOTE = "note"


UPPER: Final = (Part.PROVINCE, Part.CITY, Part.DISTRICT, Part.OFFICE, Part.QUARTER)
INSIDE: Final = (Part.STAIR, Part.STOREY, Part.FLAT)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece: what it is called or numbered, and the word behind that (3 + 栋)."""

    part: Part
    stem: str
    word: str = ""

    @property
    def text(self) -> str:
        """The piece as written."""
        return self.stem + self.word


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """A building, or a unit in it, with its standard address in pieces.

    ``alike`` is how many units of the building have the unit's number.
    """

    building: int
    unit: int | None
    pieces: Pieces
    alike: int = 0

    @property
    def text(self) -> str:
        """The standard address."""
        return written(self.pieces)


def written(pieces: Iterable[Piece]) -> str:
    """Return the pieces as one text."""
    return "".join(piece.text for piece in pieces)


def has(pieces: Pieces, *parts: Part) -> bool:
    """Whether there is a piece of each of these parts."""
    return set(parts) <= {piece.part for piece in pieces}


def changed(pieces: Pieces, part: Part, *, stem: str | None = None, word: str | None = None) -> Pieces:
    """Return the pieces with the stem or the word of the part another one."""
    return tuple(
        replace(p, stem=p.stem if stem is None else stem, word=p.word if word is None else word)
        if p.part is part
        else p
        for p in pieces
    )


def without(pieces: Pieces, *parts: Part) -> Pieces:
    """Return the pieces without those of these parts."""
    return tuple(p for p in pieces if p.part not in parts)


def stem_of(pieces: Pieces, part: Part) -> str:
    """Return the stem of the part, or ''."""
    return next((p.stem for p in pieces if p.part is part), "")


_HAN: Final = "[\u4e00-\u9fff]"
# The standard form, from the widest to the narrowest; each is cut off from the front.
_FORM: Final = (
    (Part.PROVINCE, re.compile(rf"({_HAN}{{2,3}})(省)")),
    (Part.CITY, re.compile(rf"({_HAN}{{2,3}})(市)")),
    (Part.DISTRICT, re.compile(rf"({_HAN}{{2,3}})(区)")),
    (Part.OFFICE, re.compile(rf"({_HAN}{{2,4}}?)(街道)|(深圳坪山综合保税区)")),
    (Part.QUARTER, re.compile(rf"({_HAN}{{2,4}}?)(社区)|(深圳坪山综合保税区虚拟社区)")),
    (
        Part.NAME,
        re.compile(
            rf"({_HAN}+?村(?={_HAN}{{1,3}}巷)|{_HAN}+?(?:路|街|大道)(?=\d)|{_HAN}+?)"
            r"(?=[\dA-Z]|$|村|[一二三四五六七八九十]+巷)()"
        ),
    ),
    (Part.ALLEY, re.compile("([一二三四五六七八九十]+)(巷)")),
    (Part.DOOR, re.compile(r"(\d+(?:-\d+)*)(号)(?!楼)")),
    (Part.BLOCK, re.compile(r"(\d+(?:-\d+)*|[A-Z])(栋|座|号楼)")),
    (Part.STAIR, re.compile(r"(\d+)(单元)")),
    (Part.FLAT, re.compile(r"([A-Z]?\d+[A-Z]?)(室?)$")),
)


def pieces_of(standard: str) -> Pieces | None:
    """Return the pieces of a standard address, or None if it is of no form that we know."""
    rest, found = standard, []
    for part, form in _FORM:
        match = form.match(rest)
        if match:
            stem, word = (match[1], match[2]) if match[1] else (match[0], "")
            found.append(Piece(part, stem, word or ""))
            rest = rest[match.end() :]
    return tuple(found) if not rest and Part.NAME in {p.part for p in found} else None
