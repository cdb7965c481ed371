"""Codes for new grids: the community's code and three further digits, never used before (GB/T 30428.1: 6+3+3+3).

The width is data, not law: a city whose communities have other codes gets its own, so wide as they are.
"""

from collections.abc import Collection
from dataclasses import dataclass

SEQUENCE_DIGITS = 3
FEW_LEFT = 50


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed code, or None when all are used; how many more there are after it."""

    code: str | None
    left: int

    @property
    def runs_short(self) -> bool:
        """Whether it is time to say so."""
        return self.left < FEW_LEFT


def propose(community: str, issued: Collection[str], digits: int = SEQUENCE_DIGITS) -> Proposal:
    """Return the next free code of a community.

    ``issued`` are all codes ever issued there or taken in a draft, those of ended grids too: none is used twice.
    The number after the highest comes first; when the numbers end, the gaps are filled from the lowest.
    """
    last = 10**digits - 1
    numbers = (_number(code, community, digits) for code in issued)
    used = {number for number in numbers if number is not None}
    free = last - len(used)
    if free <= 0:
        return Proposal(None, 0)
    number = max(used, default=0) + 1
    if number > last:
        number = next(candidate for candidate in range(1, last + 1) if candidate not in used)
    return Proposal(f"{community}{number:0{digits}d}", free - 1)


def _number(code: str, community: str, digits: int) -> int | None:
    """Return the running number of a code of this community, if it is one."""
    tail = code.removeprefix(community)
    if not code.startswith(community) or len(tail) != digits or not (tail.isascii() and tail.isdecimal()):
        return None
    return int(tail) or None
