"""The units of many buildings get other numbers, by a rule or a table; addresses that end with them follow."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from buildings.addresses.text.normalize import normalize
from buildings.doors import Door, door_of
from buildings.lifecycle.act import Act
from buildings.lifecycle.addresses import MAX_TEXT, ends_by, held_addresses, new_address, set_standards
from buildings.lifecycle.bulk.deed import Changed, Plan, number_too_low
from buildings.lifecycle.contents import numbers_once, one_door
from buildings.lifecycle.events.renumber import give_up_numbers
from buildings.lifecycle.implied_addresses import numbered
from buildings.models import AddressKind, Building, EventKind, Target, Unit
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

# The number that a unit gets; its own where the rule does not speak of it.
Rule = Callable[[Unit], str]
MAX_NUMBER = 50
_TOO_LONG = Sentence("The number of a unit has at most {most} characters.", most=MAX_NUMBER)


class Renumber:
    """Give the units in these buildings the numbers of a ``rule``, all at once: they may exchange theirs."""

    kind = EventKind.RENUMBER

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._changes: list[tuple[Unit, str]] = []
        self._texts: dict[int, str] = {}

    def plan(self, act: Act, buildings: Mapping[int, Building], plan: Plan) -> None:
        """Note the numbers that differ, and refuse buildings where two doors would be one."""
        units = Unit.objects.filter(building_id__in=buildings, valid__upper_inf=True).select_related("entrance")
        by_building: dict[int, list[tuple[Unit, str]]] = defaultdict(list)
        for unit in units.order_by("pk"):
            by_building[unit.building_id].append((unit, self._rule(unit)))
        for building, numbers in sorted(by_building.items()):
            changes = [(unit, number) for unit, number in numbers if unit.number != number]
            if not changes:
                continue
            self._changes += changes
            before, after = (
                {str(unit.pk): old_or_new(unit, number) for unit, number in changes} for old_or_new in _SIDES
            )
            plan.changes.append(Changed(building, {"units": before}, {"units": after}))
            if any(not number for _, number in changes):
                plan.refuse(building, number_too_low())
            elif any(len(number) > MAX_NUMBER for _, number in changes):
                plan.refuse(building, Invalid("bad_number", _TOO_LONG))
            clash = _clash(numbers, {unit.pk for unit, _ in changes})
            if clash is not None:
                plan.refuse(building, one_door(*clash))
        plan.refuse_late(act, ((unit.building_id, unit) for unit, _ in self._changes))
        self._let_follow(act, plan)

    def _let_follow(self, act: Act, plan: Plan) -> None:
        """Note the addresses that end with the old numbers, and refuse those that cannot follow."""
        units = {unit.pk: (unit, number) for unit, number in self._changes}
        held = [(*units[one.unit_id or 0], one) for one in held_addresses(Target.UNIT, units)]
        standard = [row for row in held if row[2].kind == AddressKind.STANDARD]
        followed = ((unit.pk, numbered(one.text, unit.number, number)) for unit, number, one in standard)
        self._texts = {pk: text for pk, text in followed if text}
        alike = {pk: normalize(text)[:MAX_TEXT] for pk, text in self._texts.items()}
        ending = [(unit.building_id, one) for unit, _, one in held if unit.pk in alike and ends_by(one, alike[unit.pk])]
        plan.refuse_late(act, ending)
        plan.refuse_texts((units[pk][0].building_id, text) for pk, text in self._texts.items())
        plan.refuse_texts((building, one.text) for building, one in ending if one.kind == AddressKind.STANDARD)

    def write(self, act: Act) -> None:
        """Write all numbers, and the addresses that end with the old ones."""
        ids = {unit.pk: unit.building_id for unit, _ in self._changes}
        with numbers_once():
            give_up_numbers(act, list(ids))
            rows = [(unit, {"number": number}) for unit, number in self._changes]
            act.change_all(Target.UNIT, rows, buildings=list(ids.values()))
        new = {
            pk: new_address(Target.UNIT, pk, text, AddressKind.STANDARD, source=act.order.source)
            for pk, text in self._texts.items()
        }
        set_standards(act, Target.UNIT, new, buildings=ids, keep_former=True)


_SIDES: tuple[Callable[[Unit, str], str], ...] = (lambda unit, _: unit.number, lambda _, number: number)


def _clash(numbers: list[tuple[Unit, str]], changed: set[int]) -> tuple[str, str] | None:
    """Return two numbers, one of them new, that would be one door of a building."""
    seen: dict[Door, tuple[int, str]] = {}
    for unit, number in numbers:
        door: Any = door_of(unit.entrance.name if unit.entrance else "", number)
        other, known = seen.setdefault(door, (unit.pk, number))
        if other != unit.pk and changed & {other, unit.pk}:
            return known, number
    return None
