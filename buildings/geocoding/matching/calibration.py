"""From what speaks for a match to the probability that it is right: a logistic curve fitted to synthetic questions.

The coefficients are in `data/calibration.json`; `python -m bench calibrate` computes them anew. What an answer
contradicts or leaves over bounds the probability, whatever else speaks for it: `bounds` are the shares of such answers
that were right nevertheless.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parents[1] / "data" / "calibration.json"
MOST: Final = 0.9995  # nothing is certain
BIAS: Final = "bias"
_LEAD: Final = 0.3  # a lead above this says no more


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against a match.

    ``alike`` is the likeness of the road's or estate's name (`names.likeness`), ``community`` and ``subdistrict`` are
    what became of the division said (match, corrected, conflict; silent when none was said or the address has none),
    ``lead`` is the score above the next best candidate's, 1 where there is none, ``bound`` what bounds the match
    (`explanation.bound`).
    """

    exact: bool
    alike: float
    other_name: bool
    name_missing: bool
    community: str
    subdistrict: str
    number_missing: bool
    number_unsaid: bool
    inside_missing: bool
    score: float
    lead: float
    bound: str = ""


def features(one: Evidence) -> Mapping[str, float]:
    """Return the evidence as named numbers, most of them 0 or 1."""
    name = _name(one.alike)
    return {
        BIAS: 1.0,
        "exact": float(one.exact),
        f"name {name}": 1.0,
        f"community {one.community}": 1.0,
        f"subdistrict {one.subdistrict}": 1.0,
        f"name {name}, community {one.community}": 1.0,
        "another name contradicts": float(one.other_name),
        "a name is missing": float(one.name_missing),
        "number missing": float(one.number_missing),
        "number unsaid": float(one.number_unsaid),
        "inside missing": float(one.inside_missing),
        "short of a full score": 1.0 - one.score,
        "lead": min(max(one.lead, -_LEAD), _LEAD),
    }


def _name(alike: float) -> str:
    steps = (
        (1.0, "same"),
        (0.93, "longer"),
        (0.9, "sounds"),
        (0.85, "slip"),
        (0.84, "untold"),
        (0.75, "other word"),
        (0.65, "other sign"),
        (0.5, "other"),
    )
    return next((name for least, name in steps if alike >= least), "another's" if alike > 0 else "none")


@lru_cache(maxsize=10_000)
def probability(one: Evidence) -> float:
    """Return the probability, 0..1, that a match with this evidence is right."""
    weights = _weights()
    total = sum(weights.get(name, 0.0) * value for name, value in features(one).items())
    return min(MOST, most(one.bound), 1.0 / (1.0 + math.exp(-total)))


def most(bound: str) -> float:
    """Return the most that a match with this bound may be sure of; without one ('') everything."""
    return _held()["bounds"].get(bound, 1.0)


def _weights() -> Mapping[str, float]:
    return _held()["weights"]


@lru_cache(maxsize=1)
def _held() -> Mapping[str, Mapping[str, float]]:
    held: Mapping[str, Mapping[str, float]] = json.loads(DATA.read_text(encoding="utf-8"))
    return held
