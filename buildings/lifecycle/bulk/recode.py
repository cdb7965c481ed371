"""Many buildings, or the units in them, get codes: the next free ones, or those of a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from buildings.lifecycle import codes
from buildings.lifecycle.act import Act
from buildings.lifecycle.bulk.deed import Changed, Plan
from buildings.models import Building, BuildingCode, EventKind, Target, Unit, UnitCode
from gisserver.common.codes import CodeKind, why_not_code
from gisserver.common.errors import Invalid

_CODES: Mapping[Target, Any] = {Target.BUILDING: BuildingCode, Target.UNIT: UnitCode}


class Recode:
    """Issue codes of a ``scheme`` to buildings or units (``target``); those before end and resolve for ever.

    ``table`` holds them by id; without one everybody gets the next free one, or (``missing``) only who has none.
    """

    kind = EventKind.RECODE

    def __init__(
        self, target: Target, *, scheme: str = "", missing: bool = True, table: Mapping[int, str] | None = None
    ) -> None:
        self._target, self._missing, self._table = target, missing, table
        usual = codes.BUILDING_SCHEME if target is Target.BUILDING else codes.UNIT_SCHEME
        self._scheme = scheme or usual
        self._new: dict[int, str] = {}
        self._buildings: dict[int, int] = {}

    def plan(self, act: Act, buildings: Mapping[int, Building], plan: Plan) -> None:
        """Note the codes that are new, and refuse those that cannot be issued."""
        rows = self._rows(buildings)
        key = f"{self._target}_id"
        held = list(
            _CODES[self._target].objects.at().filter(**{f"{key}__in": [r.pk for r in rows]}, scheme=self._scheme)
        )
        codes_now = {getattr(row, key): row.code for row in held}
        self._buildings = {row.pk: row.pk if self._target is Target.BUILDING else row.building_id for row in rows}
        wanted = [row for row in rows if not (self._table is None and self._missing and row.pk in codes_now)]
        found = self._codes(act, wanted)
        for row in wanted:
            code = found.get(row.pk)
            if code is None:
                plan.refuse(self._buildings[row.pk], self._none_free())
            elif code != codes_now.get(row.pk):
                self._new[row.pk] = code
        if self._table is not None:
            self._refuse_bad(plan)
        plan.refuse_late(act, ((self._buildings[getattr(r, key)], r) for r in held if getattr(r, key) in self._new))
        self._tell(codes_now, plan)

    def _rows(self, buildings: Mapping[int, Building]) -> Sequence[Any]:
        rows: Sequence[Any] = list(buildings.values())
        if self._target is Target.UNIT:
            rows = list(Unit.objects.filter(building_id__in=buildings, valid__upper_inf=True).order_by("pk"))
        return rows if self._table is None else [row for row in rows if row.pk in self._table]

    def _codes(self, act: Act, rows: Sequence[Any]) -> Mapping[int, str]:
        if self._table is not None:
            return self._table
        return codes.next_building_codes(act, rows) if self._target is Target.BUILDING else codes.next_unit_codes(rows)

    def _none_free(self) -> Any:
        return codes.no_community() if self._target is Target.BUILDING else codes.no_building_code()

    def _refuse_bad(self, plan: Plan) -> None:
        """Refuse codes of the table that are none, that stand in it twice, or that have been issued before."""
        wanted = list(self._new.values())
        taken = set(_CODES[self._target].objects.filter(code__in=wanted).values_list("code", flat=True))
        seen: set[str] = set()
        for pk, code in self._new.items():
            sentence = why_not_code(code, CodeKind(self._target.value), settings.CODE_PATTERNS, self._scheme)
            if sentence is not None:
                plan.refuse(self._buildings[pk], Invalid("bad_code", sentence))
            elif code in taken or code in seen:
                plan.refuse(self._buildings[pk], codes.code_taken(code))
            seen.add(code)

    def _tell(self, before: Mapping[int, str], plan: Plan) -> None:
        by_building: dict[int, list[int]] = {}
        for pk in self._new:
            by_building.setdefault(self._buildings[pk], []).append(pk)
        for building, ids in sorted(by_building.items()):
            former, new = ({str(pk): held.get(pk) for pk in ids} for held in (before, self._new))
            if self._target is Target.BUILDING:
                plan.changes.append(Changed(building, {"code": former[str(building)]}, {"code": new[str(building)]}))
            else:
                plan.changes.append(Changed(building, {"codes": former}, {"codes": new}))

    def write(self, act: Act) -> None:
        """Issue them."""
        codes.set_codes(act, self._target, self._new, scheme=self._scheme, buildings=self._buildings)
