"""Many buildings get the same attributes: use, condition, floors, height."""

from collections.abc import Mapping
from typing import Any

from buildings.lifecycle.act import Act
from buildings.lifecycle.bulk.deed import Changed, Plan
from buildings.models import Building, EventKind, Target

ATTRIBUTES = ("kind", "status", "floors", "height_m")


class Update:
    """Set ``values`` of `ATTRIBUTES`; what a building says already does not change it."""

    kind = EventKind.UPDATE

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._rows: list[Building] = []

    def plan(self, act: Act, buildings: Mapping[int, Building], plan: Plan) -> None:
        """Note what differs."""
        for row in buildings.values():
            before = {name: getattr(row, name) for name in self._values}
            if before != self._values:
                self._rows.append(row)
                plan.changes.append(Changed(row.pk, before, self._values))
        plan.refuse_late(act, ((row.pk, row) for row in self._rows))

    def write(self, act: Act) -> None:
        """Set them by one statement."""
        for row in self._rows:
            new = {name: value for name, value in self._values.items() if getattr(row, name) != value}
            before = {name: getattr(row, name) for name in new}
            act.note_change(Target.BUILDING, row, before, new, building=row.pk)
        rows = Building.objects.filter(pk__in=[row.pk for row in self._rows])
        rows.update(**self._values, changed_at=act.moment)
