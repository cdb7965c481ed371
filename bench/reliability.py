"""Draw docs/img/reliability.svg: how often answers of each confidence are right. `python -m bench reliability`.

Asked are families of addresses, existing and contradicting, half of which only judge, about homes and with a seed by
which nothing was fitted (`bench.calibrate`). An answer counts with its confidence, be it marked as ambiguous or not.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from bench import Ratio
from bench.addresses.cases import cases_as_sent, clean, noisy_cases
from bench.addresses.contradicting import doubtful_cases
from bench.addresses.register import homes, town
from bench.judged.measures import BINS, CLAIMS, Vector, error_of, true
from bench.quality import HALF, asked_of, claims, everyone
from buildings.geocoding.batch import geocode_many

PICTURE: Final = Path(__file__).parents[1] / "docs" / "img" / "reliability.svg"
SEED: Final = 77
HOMES: Final = 1_000
EACH: Final = 120
_SIDE, _MARGIN = 360, 48
Judged = Sequence[tuple[float, bool]]


def run() -> Iterator[Ratio]:
    """Ask, draw and print the calibration error; there is no peer to time."""
    judged = answers()
    PICTURE.write_text(drawn(judged), encoding="utf-8")
    print(f"reliability: {len(judged)} answers, calibration error {error_of(*_columns(judged)):.4f} ({PICTURE.name})")
    yield from ()


def answers() -> list[tuple[float, bool]]:
    """Return the confidence of each answer that names a house, and whether it is the one that the text is of."""
    asked, known = homes(seed=SEED, count=HOMES, half=HALF), town()
    existing = [
        *clean(asked),
        *noisy_cases(asked, known, each=EACH, seed=SEED),
        *cases_as_sent(asked, known, each=EACH, seed=SEED),
    ]
    found = [
        (outcome.answer.confidence, true(case, outcome.answer))
        for case, outcome in asked_of(existing)
        if outcome.answer and outcome.answer.level in CLAIMS and case.determined
    ]
    others = list(doubtful_cases(asked, known, each=EACH, seed=SEED))
    outcomes = geocode_many(user=everyone(), texts=[case.text for case in others])
    found.extend(
        (outcome.answer.confidence, False)
        for case, outcome in zip(others, outcomes, strict=True)
        if outcome.answer and claims(case, outcome.answer)
    )
    return found


def drawn(judged: Judged) -> str:
    """Return the diagram as SVG: a dot for each bin, as large as many answers are in it, beside the diagonal."""
    sure, right = _columns(judged)
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    marks = [_dot(sure[place == b], right[place == b]) for b in range(BINS) if (place == b).any()]
    axis = [_label(n / 4) for n in range(5)]
    size = _SIDE + 2 * _MARGIN
    frame = f'<rect x="{_MARGIN}" y="{_MARGIN}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999"/>'
    line = f'<path d="M{_x(0):.0f} {_y(0):.0f}L{_x(1):.0f} {_y(1):.0f}" stroke="#999" stroke-dasharray="4 4"/>'
    title = _text(size / 2, 20, f"{len(judged):,} answers, calibration error {error_of(sure, right):.3f}")
    words = _text(size / 2, size - 6, "confidence →") + _text(_MARGIN, _MARGIN - 8, "share right ↑")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif"',
            'font-size="12">',
            '<rect width="100%" height="100%" fill="#fff"/>', title, words, frame, line, *axis, *marks, "</svg>\n",
        ]
    )  # fmt: skip


def _dot(sure: Vector, right: Vector) -> str:
    radius = 2 + 2 * np.log10(len(sure))
    told = f"{len(sure)} answers of {sure.mean():.3f}: {right.mean():.3f} right"
    x, y = _x(sure.mean()), _y(right.mean())
    circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#1668a8" fill-opacity="0.7">'
    return f"{circle}<title>{told}</title></circle>"


def _label(share: float) -> str:
    return _text(_x(share), _y(0) + 16, f"{share:g}") + _text(_x(0) - 16, _y(share) + 4, f"{share:g}")


def _text(x: float, y: float, content: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{content}</text>'


def _x(share: float) -> float:
    return _MARGIN + _SIDE * share


def _y(share: float) -> float:
    return _MARGIN + _SIDE * (1 - share)


def _columns(judged: Judged) -> tuple[Vector, Vector]:
    sure, right = zip(*judged, strict=True)
    return np.array(sure), np.array(right, dtype=float)
