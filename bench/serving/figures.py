"""What was measured, in numbers: percentiles, ratios, whether a target is reached, the lines of a Zipf mix. Pure."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Load:
    """What a load came to: answers a second, milliseconds at the middle, the 95th percentile and the worst.

    ``wrong`` counts answers with an error status, broken connections and answers that came too late; ``bytes`` is the
    mean of an answer, with its head where the load counts it so, and ``largest`` the greatest one (0: not known).
    """

    rate: float
    p50_ms: float = math.nan
    p95_ms: float = math.nan
    max_ms: float = math.nan
    wrong: int = 0
    bytes: float = 0.0
    largest: int = 0
    statuses: "Counter[str]" = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Target:
    """What the issue asks: at least ``rate`` a second, ``ratio`` × the peer, at most ``p95_ms``, and ``bytes`` × the
    peer's bytes; None where it asks nothing."""

    rate: float | None = None
    ratio: float | None = None
    p95_ms: float | None = None
    bytes: float | None = None

    def __str__(self) -> str:
        asked = [
            f"≥ {self.rate:,.0f}/s" if self.rate is not None else "",
            f"≥ {self.ratio:g} × peer" if self.ratio is not None else "",
            f"p95 ≤ {self.p95_ms:g} ms" if self.p95_ms is not None else "",
            f"bytes ≤ {self.bytes:g} × peer's" if self.bytes is not None else "",
        ]
        return ", ".join(filter(None, asked)) or "none"

    def reached(self, ours: Load, peer: Load | None) -> bool | None:
        """Whether ``ours`` is good enough; None where it cannot be said, for want of the peer or of a target."""
        if ours.wrong or not ours.rate:
            return False
        said = [
            None if self.rate is None else ours.rate >= self.rate,
            None if self.p95_ms is None else ours.p95_ms <= self.p95_ms,
            None if self.ratio is None or peer is None else ours.rate >= self.ratio * peer.rate,
            None if self.bytes is None or peer is None else ours.bytes <= self.bytes * peer.bytes,
        ]
        if False in said:
            return False
        needs_peer = self.ratio is not None or self.bytes is not None
        return True if any(said) and (peer is not None or not needs_peer) else None


def percentile(values: Sequence[float], part: float) -> float:
    """Return the least value that ``part`` (0 to 1) of all do not exceed (nearest rank); NaN of none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def load_of(seconds: Sequence[float], lasted_s: float, *, statuses: "Counter[str]", sizes: tuple[int, int]) -> Load:
    """Return the load of answers that took ``seconds`` each; ``sizes`` are the bytes of all and of the largest."""
    return Load(
        rate=len(seconds) / lasted_s,
        p50_ms=1000 * percentile(seconds, 0.5),
        p95_ms=1000 * percentile(seconds, 0.95),
        max_ms=1000 * max(seconds, default=math.nan),
        wrong=sum(times for status, times in statuses.items() if int(status) >= 400),
        bytes=sizes[0] / max(1, len(seconds)),
        largest=sizes[1],
        statuses=statuses,
    )


def ratio(ours: Load, peer: Load | None) -> float | None:
    """Return how many times the peer's rate ours is; None without a peer."""
    return ours.rate / peer.rate if peer is not None and peer.rate else None


def better(first: Load, second: Load) -> Load:
    """Return the load with the higher rate: what else the machine did can only slow one down."""
    return max(first, second, key=lambda load: load.rate)


def zipf_draws(items: Sequence[T], count: int, *, seed: int, exponent: float = 1.0) -> list[T]:
    """Return ``count`` draws of ``items``, of which the n-th is drawn in proportion to 1 / n^``exponent``."""
    weights = [1 / (number + 1) ** exponent for number in range(len(items))]
    return random.Random(seed).choices(items, weights, k=count)


def gaps(good: Sequence[float], begin: float, end: float) -> list[float]:
    """Return the times without a good answer between ``begin`` and ``end``: from one to the next, and at both ends."""
    moments = [begin, *(moment for moment in sorted(good) if begin < moment < end), end]
    return [later - earlier for earlier, later in pairwise(moments)]
