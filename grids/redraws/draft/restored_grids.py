"""What a reversing command says beside its verb: which grids come back, with their old identity and words."""

from collections.abc import Mapping
from typing import Any

from grids.redraws.draft.community_draft import Traits

# Its presence marks a command that reverses another; it names no grid when none comes back.
MEMBER = "revives"


def revived_in(arguments: Mapping[str, Any]) -> dict[str, Traits] | None:
    """Return by code the grids that a stored command brings back; None when it reverses nothing."""
    said = arguments.get(MEMBER)
    if said is None:
        return None
    return {row["code"]: Traits(row["grid"], row["name"], row["kind"], row["officer"]) for row in said}


def as_member(revived: Mapping[str, Traits]) -> dict[str, Any]:
    """Return the member of a stored command that `revived_in` reads."""
    rows = [
        {"code": code, "grid": traits.grid_id, "name": traits.name, "kind": traits.kind, "officer": traits.officer}
        for code, traits in sorted(revived.items())
    ]
    return {MEMBER: rows}
