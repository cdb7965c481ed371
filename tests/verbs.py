"""What tests ask of verbs: what one does, why it does not, whether the order decides, and a difference undone."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.diff import Diff
from grids.editing.coverage.proof import prove_change
from grids.editing.refusals import EditRefused, Refusal
from grids.editing.replay import replay
from grids.editing.verbs.verb import Edit


def act(verb: ModuleType, coverage: Coverage, **arguments: Any) -> Coverage:
    """Return the coverage after a step of the verb that a module is about."""
    after: Coverage = verb.step(coverage, **arguments).coverage
    return after


def why_not(verb: ModuleType, coverage: Coverage, **arguments: Any) -> Refusal | None:
    """Return why the verb refuses a step, None if it takes it."""
    try:
        verb.step(coverage, **arguments)
    except EditRefused as refused:
        return refused.refusal
    return None


def commute(base: Coverage, mine: Sequence[Edit], theirs: Sequence[Edit]) -> bool:
    """Return whether two lists of exact commands give the same partition in either order."""
    orders = [replay(base, [*mine, *theirs]), replay(base, [*theirs, *mine])]
    return all(order.failure is None for order in orders) and orders[0].coverage == orders[1].coverage


def applied(change: Diff, coverage: Coverage) -> Coverage:
    """Return the coverage with a difference made, proved; raises ValueError if it is not as before."""
    for key, shape in change.before.items():
        if coverage.get(key) != shape:
            raise ValueError(f"grid {key} is not what it was")
    old = [shape for shape in change.before.values() if shape is not None]
    new = [shape for shape in change.after.values() if shape is not None]
    return coverage.evolved(change.after, prove_change(old, new, coverage.border))
