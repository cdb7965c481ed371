"""Divisions and grids: their dated boundaries, redraws, and who serves them."""

from typing import Any


def __getattr__(name: str) -> Any:
    """Have `grids.assign` at hand in a shell without loading models before Django is ready."""
    if name == "assign":
        from grids.bulk_assignment import assign

        return assign
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
