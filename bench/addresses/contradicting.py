"""Ways in which a text contradicts an address, or says more than it: then no house, or no room, is certain."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from bench.addresses.pieces import UPPER, Home, Part, Piece, Pieces, changed, has, stem_of, without, written
from bench.addresses.register import Town

OnPieces = Callable[[Pieces, Random], Pieces | None]
_CITIES: Final = (
    ("上海市", "浦东新区"), ("北京市", "朝阳区"), ("广东省", "惠州市", "惠阳区"), ("广东省", "广州市", "天河区"),
    ("四川省", "成都市", "锦江区"), ("广东省", "深圳市", "福田区"), ("南京市", "鼓楼区"), ("湖北省武汉市",),
)  # fmt: skip
_BESIDE: Final = ("对面", "斜对面", "旁边", "旁", "附近", "隔壁", "后面", "东侧", "往北50米", "路口")
_SUFFIXES: Final = ("甲", "乙", "丙", "之三", "东侧", "西")
_PHASES: Final = ("二期", "A区", "东区", "三期", "北区", "5区")
_ROADS: Final = ("大道", "路", "街")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A family: what it does to an address (None where it can do nothing), and whether it spoils only the room."""

    name: str
    pieces: OnPieces
    room: bool = False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A text that contradicts the home it is made of."""

    family: Contradiction
    text: str
    home: Home


def another_city(pieces: Pieces, chance: Random) -> Pieces | None:
    """上海市浦东新区坪山大道829号."""
    return (Piece(Part.PROVINCE, "".join(chance.choice(_CITIES))), *without(pieces, *UPPER))


def beside(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山大道829号对面."""
    return (*pieces, Piece(Part.NOTE, chance.choice(_BESIDE)))


def suffix(pieces: Pieces, chance: Random) -> Pieces | None:
    """829号乙, 3栋之三."""
    return None if has(pieces, Part.FLAT) else (*pieces, Piece(Part.NOTE, chance.choice(_SUFFIXES)))


def suffix_of_room(pieces: Pieces, chance: Random) -> Pieces | None:
    """101之三, 101甲."""
    return (*pieces, Piece(Part.NOTE, chance.choice(_SUFFIXES))) if has(pieces, Part.FLAT) else None


def phase(pieces: Pieces, chance: Random) -> Pieces | None:
    """龙湖花园二期3栋."""
    name = stem_of(pieces, Part.NAME)
    return changed(pieces, Part.NAME, stem=name + chance.choice(_PHASES)) if has(pieces, Part.BLOCK) else None


def another_kind_of_road(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山大街829号."""
    name = stem_of(pieces, Part.NAME)
    kind = next((word for word in _ROADS if name.endswith(word)), "")
    stem = name.removesuffix(kind)
    if not kind or len(stem) < 2 or stem[-1] in "大东西南北中":
        return None
    return changed(pieces, Part.NAME, stem=stem + chance.choice([word for word in _ROADS if word != kind]))


def lane(pieces: Pieces, chance: Random) -> Pieces | None:
    """坪山大道三巷829号."""
    if not has(pieces, Part.DOOR) or has(pieces, Part.ALLEY):
        return None
    at = next(n for n, piece in enumerate(pieces) if piece.part is Part.DOOR)
    return (*pieces[:at], Piece(Part.ALLEY, str(chance.randint(1, 20)), "巷"), *pieces[at:])


def another_storey(pieces: Pieces, chance: Random) -> Pieces | None:
    """9楼101, 负一层101."""
    flat = stem_of(pieces, Part.FLAT)
    if not flat.isdecimal() or not 3 <= len(flat) <= 4:
        return None
    other = chance.choice([f"{n}楼" for n in range(1, 9) if str(n) != flat[:-2]] + ["负一层", "地下一层"])
    return (*without(pieces, Part.FLAT), Piece(Part.STOREY, other), Piece(Part.FLAT, flat, "室"))


def two_rooms(pieces: Pieces, chance: Random) -> Pieces | None:
    """101、102."""
    flat = stem_of(pieces, Part.FLAT)
    mark = chance.choice("、和，/")
    return changed(pieces, Part.FLAT, word=f"{mark}{int(flat) + 1}") if flat.isdecimal() and len(flat) > 2 else None


FAMILIES: Final[Sequence[Contradiction]] = (
    Contradiction("another city", another_city),
    Contradiction("beside", beside),
    Contradiction("suffix", suffix),
    Contradiction("phase", phase),
    Contradiction("kind of road", another_kind_of_road),
    Contradiction("lane", lane),
    Contradiction("suffix of room", suffix_of_room, room=True),
    Contradiction("another storey", another_storey, room=True),
    Contradiction("two rooms", two_rooms, room=True),
)


def families(town: Town) -> list[Contradiction]:
    """Return all families, with the divisions of this town."""
    return [
        *FAMILIES,
        Contradiction("another subdistrict", _another(Part.OFFICE, sorted(filter(None, town.offices)))),
        Contradiction("another community", _another(Part.QUARTER, sorted(filter(None, town.quarters)))),
    ]


def _another(part: Part, others: Sequence[str]) -> OnPieces:
    def change(pieces: Pieces, chance: Random) -> Pieces | None:
        stem = stem_of(pieces, part)
        rest = [other for other in others if other != stem]
        return changed(pieces, part, stem=chance.choice(rest)) if stem and rest else None

    return change


def doubtful_cases(homes: Sequence[Home], town: Town, *, each: int, seed: int) -> Iterator[Doubtful]:
    """Yield up to ``each`` texts of every family; none that is some home's address itself."""
    known = {home.text for home in homes}
    for family in families(town):
        chance = Random(f"{seed} {family.name}")
        made = (family.pieces(home.pieces, chance) for home in homes)
        texts = [(home, written(pieces)) for home, pieces in zip(homes, made, strict=True) if pieces]
        texts = [(home, text) for home, text in texts if text not in known]
        yield from (Doubtful(family, text, home) for home, text in chance.sample(texts, min(each, len(texts))))
