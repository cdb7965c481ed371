"""The grids that a reversing command restores, with their former ids and attributes, as its log entry holds them."""

from collections.abc import Mapping
from typing import Any

from grids.redraws.draft.community_draft import Attributes

# Its presence marks a command that reverses another; it is empty when no grid comes back.
MEMBER = "revives"


def restored_in(arguments: Mapping[str, Any]) -> dict[str, Attributes] | None:
    """Return by code the grids that a stored command brings back; None when it reverses nothing."""
    rows = arguments.get(MEMBER)
    if rows is None:
        return None
    return {row["code"]: Attributes(row["grid"], row["name"], row["kind"], row["officer"]) for row in rows}


def as_member(restored: Mapping[str, Attributes]) -> dict[str, Any]:
    """Return the member of a stored command that `revived_in` reads."""
    rows = [
        {
            "code": code,
            "grid": attributes.grid_id,
            "name": attributes.name,
            "kind": attributes.kind,
            "officer": attributes.officer,
        }
        for code, attributes in sorted(restored.items())
    ]
    return {MEMBER: rows}
