"""How good geocoding is: addresses with noise of many families, targets removed, texts rewritten; `bench.addresses`."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from bench import Ratio
from bench.addresses.cases import CLEAN, Case, clean, noisy_cases
from bench.addresses.contradicting import Doubtful, doubtful_cases
from bench.addresses.families import rewritten
from bench.addresses.pieces import Home
from bench.addresses.register import Town, homes, town
from bench.judged.measures import (
    Figures,
    Gone,
    Judged,
    Verdict,
    by_family,
    calibration_error,
    figures,
    judge,
    open_set,
)
from buildings.geocoding.batch import Outcome, Status, geocode_many
from gisserver.common.db import sql

SEED: Final = 20_26
HALF: Final = 1  # the other half of the buildings is the calibration's
REMOVED: Final = 0.3
EXAMPLES: Final = 3
SQL: Final = Path(__file__).parent / "judged" / "remove.sql"


@dataclass(frozen=True, slots=True)
class Size:
    """How many are asked: homes of each kind (buildings, units), cases of each family, texts rewritten."""

    homes: int = 10_000
    each: int = 1_000
    rewritten: int = 100_000


def run() -> Iterator[Ratio]:
    """Print the figures for the database in use; there is no peer to time."""
    measure(Size())
    yield from ()


def measure(size: Size, *, examples: bool = True) -> None:
    """Measure and print: by family, with targets removed, and under rewriting."""
    began = time.perf_counter()
    known = town()
    asked = homes(seed=SEED, count=size.homes, half=HALF)
    cases = [*clean(asked), *noisy_cases(asked, known, each=size.each, seed=SEED)]
    print(f"quality: {len(asked)} homes, {len(cases)} cases, seed {SEED}")
    judged = [judge(case, outcome) for case, outcome in asked_of(cases)]
    families(judged, examples=examples)
    contradicting(asked, known, each=size.each, examples=examples)
    removed(cases, known)
    rewriting(size.rewritten)
    print(f"{time.perf_counter() - began:.0f} s in all")


def families(judged: Sequence[Judged], *, examples: bool) -> None:
    """Print the figures of each family, and of all."""
    print(f"\n{'family':<20} {'cases':>6} {'building':>9} {'unit':>8} {'wrong':>8} {'refused':>8} {'nothing':>8}")
    determined = [j for j in judged if j.case.determined]
    for name, some in by_family(determined).items():
        _line(name, figures(some))
        for one in islice((j for j in some if _bad(j)), EXAMPLES if examples else 0):
            print(f"      {one.verdict}: {one.case.text} → {_answered(one)}   [{one.case.home.text}]")
    noise = [j for j in determined if j.case.family != CLEAN]
    _line("ALL NOISY", figures(noise))
    _line("ALL LOSSLESS", figures([j for j in noise if j.case.lossless]))
    doubtful = [j for j in judged if not j.case.determined]
    _line("nobody can know", figures(doubtful))
    wrong = [j for j in doubtful if j.verdict is Verdict.WRONG]
    for one in wrong[: EXAMPLES if examples else 0]:
        print(f"      {one.verdict}: {one.case.text} → {_answered(one)}   [{one.case.home.text}]")
    print(f"calibration error: {calibration_error(determined):.4f} determined, {calibration_error(judged):.4f} all")


def contradicting(asked: Sequence[Home], known: Town, *, each: int, examples: bool) -> None:
    """Print how many texts that contradict what they are made of are accepted nevertheless, by family."""
    cases = list(doubtful_cases(asked, known, each=each, seed=SEED))
    outcomes = list(geocode_many(user=_everyone(), texts=[case.text for case in cases]))
    taken = [(case, outcome) for case, outcome in zip(cases, outcomes, strict=True) if accepted(case, outcome)]
    print(f"\n{'contradicting':<20} {'cases':>6} {'accepted':>9}")
    for name in dict.fromkeys(case.family.name for case in cases):
        some = [(case, outcome) for case, outcome in taken if case.family.name == name]
        count = sum(case.family.name == name for case in cases)
        print(f"{name:<20} {count:>6} {len(some) / count:>9.3%}")
        for case, outcome in some[: EXAMPLES if examples else 0]:
            print(f"      {case.text} → {outcome.answer.label if outcome.answer else ''}   [{case.home.text}]")
    print(f"{'ALL CONTRADICTING':<20} {len(cases):>6} {len(taken) / max(1, len(cases)):>9.3%}")


def accepted(case: Doubtful, outcome: Outcome) -> bool:
    """Whether the answer claims for sure what the text contradicts."""
    answer = outcome.answer
    if answer is None or outcome.status is not Status.FOUND:
        return False
    return answer.target == "unit" if case.family.room else answer.target in ("building", "entrance", "unit")


def removed(cases: Sequence[Case], known: Town) -> None:
    """Print the figures with 30 % of the targets taken away; the transaction is rolled back.

    Homes whose door plate the register gives to another building too are left out: that one is found rightly.
    """
    determined = [case for case in cases if case.determined and not known.shared(case.home)]
    print(f"\n{sum(known.shared(case.home) for case in cases)} cases with a door plate shared are left out")
    gone = chosen_to_go(determined, Random(SEED))
    with without(gone):
        judged = [judge(case, outcome, gone) for case, outcome in asked_of(determined)]
    lost = [one for one in judged if gone.target(one.case)]
    kept = [one for one in judged if not gone.target(one.case)]
    print(f"\n{len(gone.houses)} buildings, {len(gone.units)} units removed: {len(lost)} cases lost, {len(kept)} kept")
    for threshold in (0.0, 0.5, 0.8, 0.9, 0.95, 0.98):
        found = open_set(kept, lost, threshold=threshold)
        print(f"  confidence ≥ {threshold:.2f}: false accepts {found.false_accepts:.3%}, recall {found.recall:.3%}")
    print(f"  calibration error {calibration_error(judged):.4f}")
    wrong = sorted((j for j in lost if j.verdict is Verdict.WRONG), key=lambda j: -j.confidence)
    for one in wrong[: 4 * EXAMPLES]:
        print(f"      accepted: {one.case.text} → {_answered(one)}   [{one.case.home.text}]")


def chosen_to_go(cases: Sequence[Case], chance: Random) -> Gone:
    """Return 30 % of the targets of the cases."""
    targets = sorted({(case.building, case.home.unit or 0) for case in cases})
    chosen = [target for target in targets if chance.random() < REMOVED]
    return Gone(
        houses=frozenset(building for building, unit in chosen if not unit),
        units=frozenset(unit for _, unit in chosen if unit),
    )


@contextmanager
def without(gone: Gone) -> Iterator[None]:
    """Take the targets away for a while: ended now, and rolled back."""
    with transaction.atomic():
        sql.run(SQL, buildings=sorted(gone.houses), units=sorted(gone.units), moment=datetime.now(UTC))
        yield
        transaction.set_rollback(True)


def rewriting(count: int) -> None:
    """Print how many answers stay the same when nothing but the writing changes."""
    chance = Random(SEED + 1)
    asked = homes(seed=SEED + 1, count=(count + 1) // 2, half=HALF)[:count]
    texts = [rewritten(home.pieces, chance) for home in asked]
    plain = [_identity(o) for o in geocode_many(user=_everyone(), texts=[home.text for home in asked])]
    other = [_identity(o) for o in geocode_many(user=_everyone(), texts=texts)]
    differ = [n for n in range(len(asked)) if plain[n] != other[n]]
    print(f"\nrewriting: {1 - len(differ) / max(1, len(asked)):.4%} of {len(asked)} answers stay the same")
    for n in differ[:15]:
        print(f"      {texts[n]} → {other[n]}   [{asked[n].text}] {plain[n]}")


def asked_of(cases: Sequence[Case]) -> Iterator[tuple[Case, Outcome]]:
    """Yield each case with its outcome."""
    return zip(cases, geocode_many(user=_everyone(), texts=[case.text for case in cases]), strict=True)


def _everyone() -> User:
    return User(username="bench", is_superuser=True, is_active=True)


def _identity(outcome: Outcome) -> tuple[str, str, int]:
    answer = outcome.answer
    return (outcome.status, answer.target, answer.id) if answer else (outcome.status, "", 0)


def _line(name: str, f: Figures) -> None:
    print(
        f"{name:<20} {f.cases:>6} {f.building:>9.3%} {f.unit:>8.3%} {f.wrong:>8.3%} {f.refused:>8.3%} {f.nothing:>8.3%}"
    )


def _bad(one: Judged) -> bool:
    return one.verdict is not Verdict.RIGHT


def _answered(one: Judged) -> str:
    answer = one.outcome.answer
    return f"{answer.label} ({answer.level}, {answer.confidence:.3f})" if answer else "nothing"
