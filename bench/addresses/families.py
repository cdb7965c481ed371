"""The families of noise by name, each marked as losing nothing or something, and how they are put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from bench.addresses import lossless, lossy
from bench.addresses.pieces import Pieces, written

OnPieces = Callable[[Pieces, Random], Pieces | None]
OnText = Callable[[str, Random], str | None]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of noise: what it does to the pieces or to the text, None where it can do nothing.

    ``lossless``: no reader can take the result for anything else. ``misleads``: it says something that is false.
    """

    name: str
    pieces: OnPieces | None = None
    text: OnText | None = None
    lossless: bool = False
    misleads: bool = False


LOSSLESS: Final[Sequence[Family]] = (
    Family("chinese numbers", lossless.chinese_numbers, lossless=True),
    Family("numbers of alleys", lossless.arabic_alleys, lossless=True),
    Family("栋幢座号楼", lossless.block_words, lossless=True),
    Family("室房", lossless.room_words, lossless=True),
    Family("storey said", lossless.storeys, lossless=True),
    Family("basement said", lossless.basement, lossless=True),
    Family("办事处 居委会", lossless.office_words, lossless=True),
    Family("附 之 -", lossless.plate_words, lossless=True),
    Family("3-2-501", lossless.chains, lossless=True),
    Family("第", lossless.ordinals, lossless=True),
    Family("no province", lossless.no_province, lossless=True),
    Family("said twice", lossless.repeated, lossless=True),
    Family("separators", lossless.separators, lossless=True),
    Family("brackets", lossless.brackets, lossless=True),
    Family("heading", lossless.heading, lossless=True),
    Family("spaces", text=lossless.spaces, lossless=True),
    Family("small letters", text=lossless.small_letters, lossless=True),
    Family("width", text=lossless.wide, lossless=True),
    Family("traditional", text=lossless.traditional, lossless=True),
)
LOSSY: Final[Sequence[Family]] = (
    Family("fewer divisions", lossy.fewer_divisions),
    Family("no divisions", lossy.no_divisions),
    Family("divisions' words", lossy.no_words),
    Family("former names", lossy.former_names),
    Family("reordered", lossy.reordered),
    Family("notes", lossy.notes),
    Family("landmarks", lossy.landmarks),
    Family("homophones", lossy.homophones, misleads=True),
    Family("look-alikes", lossy.lookalikes, misleads=True),
    Family("swapped signs", lossy.swapped, misleads=True),
    Family("missing sign", lossy.missing_sign, misleads=True),
    Family("doubled sign", lossy.doubled_sign, misleads=True),
    Family("short name", lossy.short_name, misleads=True),
    Family("longer name", lossy.longer_name),
    Family("truncated", lossy.truncated),
    Family("latin name", lossy.latin_name),
    Family("latin divisions", lossy.latin_divisions),
    Family("fewer words", lossy.fewer_words),
    Family("no stair", lossy.no_stair),
    Family("梯 号单元", lossy.entrance_words),
)


def noisy(pieces: Pieces, families: Sequence[Family], chance: Random) -> tuple[str, Pieces] | None:
    """Return the text that the families make together and its pieces; None if one of them can do nothing here."""
    for family in families:
        if family.pieces is not None:
            after = family.pieces(pieces, chance)
            if after is None:
                return None
            pieces = after
    text = written(pieces)
    for family in families:
        if family.text is not None:
            changed_text = family.text(text, chance)
            if changed_text is None:
                return None
            text = changed_text
    return text, pieces


def rewritten(pieces: Pieces, chance: Random, most: int = 3) -> str:
    """Return another text for the same door, by one to ``most`` lossless families that apply, in a fixed order."""
    able = [f for f in LOSSLESS if noisy(pieces, [f], Random(0)) is not None]
    chosen = chance.sample(able, min(len(able), chance.randint(1, most)))
    chosen.sort(key=ORDER.__getitem__)
    made = noisy(pieces, chosen, chance)
    return made[0] if made else written(pieces)


ORDER: Final[Mapping[Family, int]] = {family: n for n, family in enumerate((*LOSSLESS, *LOSSY))}
