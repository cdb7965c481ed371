"""Who may change a register where, and what the answer is about a building that is gone."""

from collections.abc import Collection, Mapping
from typing import Any

from buildings.models import Building
from buildings.succession import what_became_of
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Conflict, Forbidden
from gisserver.common.sentences import Sentence
from grids.models import holds


def demand_area(user: Viewer, communities: Collection[int | None]) -> None:
    """Raise Forbidden unless ``user`` may edit registers in each of the communities; None is no one's area."""
    if not holds(user, Permission.EDIT_REGISTERS, communities):
        raise Forbidden("not_in_your_area", "You may not edit the registers of this community.")


def gone(user: Viewer, row: Building) -> Conflict:
    """Return the refusal to act on a building that has ended: since when, how, and what took its place."""
    return has_ended(row, what_became_of(user, row.pk, row.valid))


def has_ended(row: Building, outcome: Mapping[str, Any]) -> Conflict:
    """Return that refusal when it is known what became of the building: its ``fate``, and more that is told."""
    return Conflict(
        "building_ended",
        Sentence(
            "Building {pk} has ended on {day:%Y-%m-%d} ({fate}).", pk=row.pk, day=row.valid.upper, fate=outcome["fate"]
        ),
        building=row.pk,
        **outcome,
    )
