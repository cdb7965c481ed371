"""Units have successors: one is divided into rooms, several are combined; who lived there follows by decision."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from buildings.households.ledger import Change, locked_periods
from buildings.households.timeline import News, held_at
from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.contents import add_units, locked_inside
from buildings.lifecycle.ending import end_units, inside
from buildings.models import Entrance, EventKind, Household, LifecycleEvent, Unit
from gisserver.common.errors import Invalid, Refused
from gisserver.common.sentences import Sentence

Said = Mapping[str, Any]
# What a new unit has from the one that it succeeds, unless the door says otherwise.
_LIKE = ("floor", "kind")


@transaction.atomic
def divide_unit(*, order: Order, unit_id: int, building_id: int, parts: Sequence[Said]) -> LifecycleEvent:
    """Let rooms take the place of a unit (分租房): it ends, and its code and addresses resolve to them; a split.

    Each part is a unit as `add_units` takes it, with the ``households`` (ids) that live on in it; one may take the
    ``rest`` of them. Raises Refused ``households_left_over`` for one that is in none, Conflict ``number_taken``.
    """
    if len(parts) < 2:
        raise Invalid("too_few_parts", "A unit is divided into two or more.")
    act = Act(EventKind.SPLIT, order)
    [unit] = locked_inside(act, Unit, building_id, [unit_id])
    act.demand_order_of_time([unit])
    where = _shares(parts, _living([unit_id]))
    made = _succeed(act, [unit], parts)
    _rehouse(act, {identity: made[part].pk for identity, part in where.items()})
    return act.record()


@transaction.atomic
def combine_units(*, order: Order, unit_id: int, building_id: int, others: Sequence[int], said: Said) -> LifecycleEvent:
    """Let one unit take the place of this one and of ``others`` in its building, with all who live there; a merge.

    ``said`` is the new unit as `add_units` takes it; what is not said is as in the first. Raises Conflict
    ``number_taken``.
    """
    ids = [unit_id, *others]
    if len(set(ids)) != len(ids):
        raise Invalid("named_twice", "A unit or entrance is named twice.")
    act = Act(EventKind.MERGE, order)
    units = locked_inside(act, Unit, building_id, ids)
    act.demand_order_of_time(units)
    living = _living(ids)
    [made] = _succeed(act, units, [said])
    _rehouse(act, dict.fromkeys(living, made.pk))
    return act.record()


def _living(units: Sequence[int]) -> list[int]:
    rows = Household.objects.filter(unit_id__in=units, valid__upper_inf=True).order_by("identity")
    return list(rows.values_list("identity", flat=True))


def _shares(parts: Sequence[Said], living: Sequence[int]) -> dict[int, int]:
    """Return by household the number of the part that it lives on in."""
    where: dict[int, int] = {}
    rest = [number for number, part in enumerate(parts) if part.get("rest")]
    if len(rest) > 1:
        raise Invalid("two_rests", "Only one part takes the rest.")
    for number, part in enumerate(parts):
        for identity in part.get("households", ()):
            if identity not in living:
                sentence = Sentence("Household {household_id} does not live here.", household_id=identity)
                raise Invalid("unknown_household", sentence)
            if where.setdefault(identity, number) != number:
                raise Invalid("named_twice", "A household is named twice.")
    left = [identity for identity in living if identity not in where]
    if left and not rest:
        raise Refused(
            "households_left_over",
            Sentence("{count} households are in no part; name them, or let a part take the rest.", count=len(left)),
            households=left[:100],
        )
    return where | dict.fromkeys(left, rest[0] if rest else 0)


def _succeed(act: Act, ended: Sequence[Unit], said: Sequence[Said]) -> list[Unit]:
    """End units and begin those that succeed them, at the first one's entrance unless they name another.

    Their numbers are free then. Who lives there is moved next: the database looks at the end.
    """
    like = ended[0]
    doors = {row.name: row for row in inside(Entrance, like.building_id)}
    entrance = next((name for name, row in doors.items() if row.pk == like.entrance_id), None)
    words = {"number": like.number, "entrance": entrance, **{name: getattr(like, name) for name in _LIKE}}
    end_units(act, ended)
    return add_units(act, like.building_id, [{**words, **one} for one in said], doors)


def _rehouse(act: Act, homes: Mapping[int, int]) -> None:
    """Let households live in other units from the event's moment on, in every period that goes on."""
    known = locked_periods(homes)
    changes = []
    alike: Counter[tuple[int, str, str]] = Counter()
    for identity, unit in homes.items():
        held = held_at(known[identity], act.moment)
        if held is None:
            raise Refused(
                "effective_before_last_change",
                Sentence("Household {household_id} moved in later; an event comes after it.", household_id=identity),
            )
        words = held.words._replace(unit_id=unit)
        if not words.source_ref:  # those who say the same are told apart by number
            alike[words[:3]] += 1
            words = words._replace(twin=alike[words[:3]])
        changes.append(Change(identity, known[identity], News(act.moment, words)))
    if changes:
        act.tell(changes)
