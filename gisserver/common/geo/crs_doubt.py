"""Does a file's declared CRS fit? Its positions read otherwise (GCJ-02, BD-09, axes swapped) may fit far better.

Who declares wgs84 and sends GCJ-02 is off by some 585 m in Shenzhen, BD-09 by 1.2 km: still inside the district, so
that no area of use can tell. What stands there already can: of positions read rightly, many fall on it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gisserver.common.geo.crs import XY, DeclaredCRS, Shift, misplaced, parse_crs, to_survey, to_wgs84

# From fewer positions nothing is concluded; of more, an even sample.
FEWEST = 50
MOST = 500
# By chance alone another reading is this many standard deviations better about once in ten thousand files.
DOUBT = 4.0
# And it has to explain the file: that a few of its positions fall on something otherwise is no reason to shift it all.
SHARE = 0.5
DECLARED = "as declared"
SWAPPED = "axes swapped"

Fits = Callable[[XY, NDArray[np.intp]], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many of ``asked`` positions fit by each reading, and the one that fits better than the declared, if any."""

    asked: int
    fitting: Mapping[str, int]
    better: str | None

    @property
    def sentence(self) -> str:
        """One English sentence for a report."""
        others = ", ".join(f"{count} read as {name}" for name, count in self.fitting.items() if name != DECLARED)
        return f"of {self.asked} positions {self.fitting[DECLARED]} fit what is known here {DECLARED}, {others}"


def verdict(xy: XY, crs: DeclaredCRS, survey_srid: int, fits: Fits) -> Verdict | None:
    """Return whether positions ``xy`` (n, 2), declared as ``crs``, fit what is known; None when too few can be asked.

    ``fits`` is given positions in the survey CRS and their indices into ``xy``, and says which of them fall on what
    is known. Readings are compared pair by pair on the same positions (McNemar, Psychometrika 12, 1947); a better one
    also has most positions fit.
    """
    usable = np.flatnonzero(misplaced(xy, crs, survey_srid) == None)  # noqa: E711 -- elementwise
    if len(usable) < FEWEST:
        return None
    sample = usable[np.unique(np.linspace(0, len(usable) - 1, min(MOST, len(usable))).astype(np.intp))]
    found = {name: fits(read, sample) for name, read in _readings(xy[sample], crs, survey_srid)}
    better = {name: _surplus(found[DECLARED], fitting) for name, fitting in found.items()}
    best = max(better, key=lambda name: better[name])
    counts = {name: int(fitting.sum()) for name, fitting in found.items()}
    is_evident = better[best] >= DOUBT and counts[best] >= SHARE * len(sample)
    return Verdict(len(sample), counts, best if is_evident else None)


def _readings(xy: XY, crs: DeclaredCRS, survey_srid: int) -> Iterator[tuple[str, XY]]:
    """Yield each reading that leaves all positions where they may be, by its name."""
    yield DECLARED, to_survey(xy, crs, survey_srid)
    bare = replace(crs, shift=Shift.NONE)
    lonlat = to_wgs84(xy, bare)
    for shift in Shift:
        if shift is not crs.shift:
            other = parse_crs("wgs84" if shift is Shift.NONE else shift.value)
            yield other.name, to_survey(lonlat, other, survey_srid)
    if all(reason is None for reason in misplaced(xy[:, ::-1], crs, survey_srid)):
        yield SWAPPED, to_survey(xy[:, ::-1], crs, survey_srid)


def _surplus(declared: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return by how many standard deviations ``other`` fits more positions, of those where the two differ."""
    gained, lost = int((other & ~declared).sum()), int((declared & ~other).sum())
    return float((gained - lost) / np.sqrt(gained + lost)) if gained + lost else 0.0
