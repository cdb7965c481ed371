"""Questions with their truth: homes of the town, asked for in each family's way."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from bench.addresses.families import LOSSLESS, LOSSY, Family, noisy
from bench.addresses.pieces import UPPER, Home, Part, Pieces, has, without, written
from bench.addresses.register import Town

CLEAN: Final = "clean"
MIXED: Final = "two or three"
_TRIES: Final = 40
_DASH: Final = re.compile(r"\d *[-－—] *\d+ *[-－—] *\d")


@dataclass(frozen=True, slots=True)
class Case:
    """A text and the home meant; ``unit`` is None where only the building can be found by it.

    ``determined`` is false where the text may mean several homes as well: nobody can know, and one should say so.
    """

    family: str
    text: str
    home: Home
    unit: int | None
    determined: bool = True
    lossless: bool = True

    @property
    def building(self) -> int:
        """The building meant."""
        return self.home.building


def clean(homes: Sequence[Home]) -> list[Case]:
    """Return a case for each home, asked for by its standard address."""
    return [Case(CLEAN, home.text, home, home.unit) for home in homes]


def noisy_cases(homes: Sequence[Home], town: Town, *, each: int, seed: int) -> Iterator[Case]:
    """Yield up to ``each`` cases of every family, and as many of two or three families together."""
    known = [*LOSSLESS, *LOSSY]
    for family in known:
        yield from _of(family.name, [[family]], homes, town, each=each, seed=seed)
    chance = Random(f"{seed} mixtures")
    mixtures = [sorted(chance.sample(known, chance.choice((2, 3))), key=known.index) for _ in range(4 * each)]
    yield from _of(MIXED, mixtures, homes, town, each=each, seed=seed)


def _of(
    name: str, mixtures: Sequence[Sequence[Family]], homes: Sequence[Home], town: Town, *, each: int, seed: int
) -> Iterator[Case]:
    chance = Random(f"{seed} {name}")
    order = list(homes)
    chance.shuffle(order)
    made = 0
    for turn, home in enumerate(order[: _TRIES * each]):
        if made >= each:
            return
        case = _case(name, mixtures[turn % len(mixtures)], home, town, chance)
        if case is not None:
            made += 1
            yield case


def _case(name: str, mixture: Sequence[Family], home: Home, town: Town, chance: Random) -> Case | None:
    made = noisy(home.pieces, mixture, chance)
    if made is None:
        return None
    text, pieces = made
    lossless = all(family.lossless for family in mixture)
    latin = any(f.name.startswith("latin") for f in mixture)
    comparable = _comparable(home.pieces, pieces, latin=latin)
    return Case(
        family=name,
        text=text,
        home=home,
        unit=home.unit if _unit_is_said(home, pieces) else None,
        determined=lossless or town.determined(home, comparable),
        lossless=lossless,
    )


def _comparable(before: Pieces, after: Pieces, *, latin: bool) -> Pieces:
    """Return the pieces in a form that can be compared: divisions as they stand in the register.

    What became of a division's name by rewriting is no loss; what was left out is.
    """
    own = {p.part: p for p in before}
    kept = {p.part for p in after if p.part in UPPER}
    upper = tuple(own[part] for part in UPPER if part in kept and part in own)
    name = tuple(own[Part.NAME] if latin else p for p in after if p.part is Part.NAME)
    return (*upper, *name, *without(after, *UPPER, Part.NAME))


def _unit_is_said(home: Home, pieces: Pieces) -> bool:
    if not has(pieces, Part.FLAT):
        return False
    stair_lost = has(home.pieces, Part.STAIR) and not has(pieces, Part.STAIR) and not _DASH.search(written(pieces))
    return home.alike == 1 or not stair_lost
