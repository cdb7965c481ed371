"""Ratios against peers, measured side by side in one run: `make bench`."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """One comparison: what was done, our seconds, the peer's name and its seconds for the same work."""

    work: str
    ours_s: float
    peer: str
    peer_s: float

    @property
    def factor(self) -> float:
        """How many times faster than the peer we are."""
        return self.peer_s / self.ours_s


class Broken(Exception):
    """A bench found what must never be."""


def compare(
    work: str, *, ours: Callable[[], object], peer: str, theirs: Callable[[], object], rounds: int = 5
) -> Ratio:
    """Time both alternately, so that a busy moment hits both; keep each median."""
    ours_s, theirs_s = [], []
    for _ in range(rounds + 1):
        ours_s.append(_seconds(ours))
        theirs_s.append(_seconds(theirs))
    return Ratio(work=work, ours_s=statistics.median(ours_s[1:]), peer=peer, peer_s=statistics.median(theirs_s[1:]))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
