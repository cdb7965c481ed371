"""Right, wrong, refused: what became of the cases, and the figures of a set of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from bench.addresses.cases import Case
from buildings.geocoding.batch import Outcome, Status
from buildings.geocoding.batch_results import Found

CLAIMS: Final = ("building", "entrance", "unit")  # the levels at which an answer says: this house
BINS: Final = 20


class Verdict(StrEnum):
    """What became of a case."""

    RIGHT = "right"
    COARSE = "coarse"  # true, but less than was asked: the building of the unit, the road of the house
    WRONG = "wrong"
    REFUSED = "refused"  # several that can't be distinguished
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and its outcome; ``house`` says whether the building is right."""

    case: Case
    outcome: Outcome
    verdict: Verdict
    house: bool

    @property
    def confidence(self) -> float:
        """How sure the answer was; 0 without an answer."""
        return self.outcome.answer.confidence if self.outcome.answer else 0.0

    @property
    def claims(self) -> bool:
        """Whether the answer says that it is this house and no other."""
        return self.verdict in (Verdict.RIGHT, Verdict.WRONG) or (self.verdict is Verdict.COARSE and self.house)


@dataclass(frozen=True, slots=True)
class Gone:
    """Targets that were taken away: buildings with all in them, and single units."""

    houses: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()

    def target(self, case: Case) -> bool:
        """Whether what the case asks for is not there any more."""
        return case.building in self.houses or case.unit in self.units


NOTHING_GONE: Final = Gone()


def true(case: Case, answer: Found, gone: Gone = NOTHING_GONE) -> bool:
    """Whether an answer that names a house is so, be it sure or not."""
    if answer.building != case.building or case.building in gone.houses:
        return False
    return answer.target != "unit" or (answer.id == case.home.unit and answer.id not in gone.units)


def judge(case: Case, outcome: Outcome, gone: Gone = NOTHING_GONE) -> Judged:
    """Return what became of a case."""
    answer = outcome.answer
    if answer is None:
        return Judged(case, outcome, Verdict.NOTHING, house=False)
    if outcome.status is Status.AMBIGUOUS:
        return Judged(case, outcome, Verdict.REFUSED, house=False)
    if answer.level not in CLAIMS:
        return Judged(case, outcome, Verdict.COARSE, house=False)
    house = answer.building == case.building and case.building not in gone.houses
    if not true(case, answer, gone):
        return Judged(case, outcome, Verdict.WRONG, house=house)
    found = case.unit is None or answer.target == "unit"
    return Judged(case, outcome, Verdict.RIGHT if found else Verdict.COARSE, house=True)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a set of cases, as shares of 1: of all, and the units' of those that ask for a unit."""

    cases: int
    building: float
    unit: float
    wrong: float
    refused: float
    nothing: float


def figures(judged: Sequence[Judged]) -> Figures:
    """Return the figures of a set; 1 where nothing was asked."""
    units = [j for j in judged if j.case.unit is not None]
    return Figures(
        cases=len(judged),
        building=_share(j.house for j in judged),
        unit=_share(j.verdict is Verdict.RIGHT for j in units),
        wrong=_share(j.verdict is Verdict.WRONG for j in judged),
        refused=_share(j.verdict is Verdict.REFUSED for j in judged),
        nothing=_share(j.verdict is Verdict.NOTHING for j in judged),
    )


def by_family(judged: Iterable[Judged]) -> Mapping[str, list[Judged]]:
    """Return the cases by family, in the order met."""
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        found[one.case.family].append(one)
    return found


def _share(happened: Iterable[bool]) -> float:
    values = list(happened)
    return sum(values) / len(values) if values else 1.0


def calibration_error(judged: Sequence[Judged]) -> float:
    """Return the expected calibration error over 20 bins: how far confidence is from the share that is right."""
    claims = [j for j in judged if j.claims]
    if not claims:
        return 0.0
    sure = np.array([j.confidence for j in claims])
    right = np.array([j.verdict is not Verdict.WRONG for j in claims], dtype=float)
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(sure[place == b].mean() - right[place == b].mean()) * (place == b).sum() for b in set(place.tolist())]
    return float(sum(gaps) / len(claims))


@dataclass(frozen=True, slots=True)
class OpenSet:
    """With targets removed: the least confidence to accept an answer, the false accepts, the recall of the rest."""

    threshold: float
    false_accepts: float
    recall: float


def open_set(kept: Sequence[Judged], removed: Sequence[Judged], *, threshold: float) -> OpenSet:
    """Return the figures when answers of at least this confidence are accepted."""
    return OpenSet(
        threshold,
        _share(j.verdict is Verdict.WRONG and j.confidence >= threshold for j in removed),
        _share(j.verdict is Verdict.RIGHT and j.confidence >= threshold for j in kept),
    )
