"""What a grid carries: counts that the apps above register, so that grids need not know them (DESIGN §4)."""

from collections.abc import Callable, Collection, Mapping

# Given ids of grids, how many things of this kind each one has now; absent means none.
Count = Callable[[Collection[int]], Mapping[int, int]]

_counts: dict[str, Count] = {}


def register(name: str, count: Count) -> None:
    """Let every grid answer ``name`` with what ``count`` says."""
    _counts[name] = count


def of(grid_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return for each grid the counts by name, for example ``{7: {"buildings": 12, "incidents_open": 3}}``."""
    answers = {name: count(grid_ids) for name, count in _counts.items()}
    return {grid: {name: answer.get(grid, 0) for name, answer in answers.items()} for grid in grid_ids}
