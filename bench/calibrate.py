"""Fit the confidence of geocoding anew: `python -m bench calibrate` writes buildings/geocoding/data/calibration.json.

The questions are of the other half of the buildings, with another seed, than those that `bench.quality` measures by.
"""

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt

from bench import Ratio
from bench.addresses.cases import Case, clean, noisy_cases
from bench.addresses.register import homes, town
from bench.judged.measures import CLAIMS, Gone, true
from bench.quality import asked_of, chosen_to_go, without
from buildings.geocoding.batch import Outcome
from buildings.geocoding.matching.calibration import DATA, Evidence, features
from buildings.geocoding.matching.rank import APART

SEED: Final = 4_711
HALF: Final = 0
HOMES: Final = 1_500
EACH: Final = 300
RIDGE: Final = 1.0  # how much the coefficients are drawn towards 0, in cases

# Where the coefficients are drawn to, if not to 0: what the demo's questions hardly ever show speaks against a match.
BELIEVED: Final = {"number missing": -2.0, "number unsaid": -2.0, "name none": -2.0}

Vector = npt.NDArray[np.float64]


def run() -> Iterator[Ratio]:
    """Ask, fit and write; there is no peer to time."""
    asked = homes(seed=SEED, count=HOMES, half=HALF)
    cases = [*clean(asked), *noisy_cases(asked, town(), each=EACH, seed=SEED)]
    judged = evidence_of(cases)
    weights = fit([found for found, _ in judged], [right for _, right in judged])
    held = {
        "seed": SEED,
        "cases": len(judged),
        "right": sum(right for _, right in judged),
        "weights": {name: round(value, 4) for name, value in sorted(weights.items())},
    }
    DATA.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"calibrate: {held['cases']} answers, {held['right']} right, {len(weights)} coefficients")
    yield from ()


def evidence_of(cases: Sequence[Case]) -> list[tuple[Evidence, bool]]:
    """Return what spoke for each answer and whether it was right: with all targets there, and with some taken away."""
    gone = chosen_to_go(cases, Random(SEED))
    found = list(_evidence(cases, Gone()))
    with without(gone):
        found.extend(_evidence(cases, gone))
    return found


def _evidence(cases: Sequence[Case], gone: Gone) -> Iterator[tuple[Evidence, bool]]:
    for case, outcome in asked_of(cases):
        answer = outcome.answer
        if answer and answer.evidence and answer.level in CLAIMS and not _shared(outcome):
            yield answer.evidence, true(case, answer, gone)


def _shared(outcome: Outcome) -> bool:
    """Whether the answer is one of several that can't be distinguished: their confidence is a share."""
    return outcome.answer is not None and outcome.answer.evidence is not None and outcome.answer.evidence.lead < APART


def fit(found: Sequence[Evidence], right: Sequence[bool], rounds: int = 40) -> dict[str, float]:
    """Return the coefficients of the logistic curve, by Newton's method with a ridge."""
    rows = [features(one) for one in found]
    names = sorted({name for row in rows for name in row})
    x = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    y = np.array(right, dtype=float)
    believed: Vector = np.array([BELIEVED.get(name, 0.0) for name in names])
    weights = believed
    for _ in range(rounds):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (y - p) - RIDGE * (weights - believed)
        bend = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(names))
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-6:
            break
    return dict(zip(names, weights.tolist(), strict=True))
