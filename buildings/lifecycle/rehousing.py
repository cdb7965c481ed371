"""Households within events of buildings: they go to another unit, and come back with their homes, from a moment on."""

from collections.abc import Iterable, Mapping
from typing import Any

from buildings.lifecycle.act import Act
from buildings.models import EventEffect, Household, Target, Unit
from gisserver.common.db.validity import since


def rehouse(act: Act, household: Household, unit: int, *, building: int) -> None:
    """Let a household live in another unit from the event's moment on; what it said before ends then."""
    before = household.unit_id
    act.demand_order_of_time([household])
    Household.objects.filter(pk=household.pk).end(act.moment)
    words = {} if household.source_ref else {"twin": free_twin(unit, household.head_name, household.phone)}
    _go_on(act, household, unit_id=unit, **words)
    act.note_change(Target.HOUSEHOLD, household, {"unit_id": before}, {"unit_id": unit}, building=building)


def free_twin(unit: int, head_name: str, phone: str) -> int:
    """Return the number (`twin`) of one more household without a reference that says this in the unit."""
    rows = Household.objects.filter(unit_id=unit, head_name=head_name, phone=phone, source_ref="", valid__isempty=False)
    return max(rows.values_list("twin", flat=True), default=0) + 1


def live_again(act: Act, homes: Mapping[int, int]) -> None:
    """Let households that an event ended live again from the moment on; the gap between stays a gap.

    ``homes`` has by identity the building where each lived.
    """
    rows = Household.objects.filter(identity__in=homes, valid__isempty=False).order_by("identity", "valid")
    last = {row.identity: row for row in rows}
    for identity, row in zip(last, Household.objects.bulk_create(_again(act, last.values())), strict=True):
        act.revived(Target.HOUSEHOLD, row, building=homes[identity])


def rehouse_again(act: Act, effect: EventEffect) -> None:
    """Let a household live again in the unit that an event moved it from."""
    unit = (effect.before or {}).get("unit_id")
    held = Household.objects.filter(identity=effect.target_id, valid__upper_inf=True).first()
    if unit is None or held is None:
        return
    rehouse(act, held, unit, building=Unit.objects.values_list("building_id", flat=True).get(pk=unit))


def _go_on(act: Act, household: Household, **words: Any) -> Household:
    [row] = _again(act, [Household.objects.get(pk=household.pk)])
    for name, value in words.items():
        setattr(row, name, value)
    row.save()
    return row


def _again(act: Act, rows: Iterable[Household]) -> list[Household]:
    """Return the rows as new ones that hold from the event's moment on."""
    found = list(rows)
    for row in found:
        row.pk, row.event = None, None
        row._state.adding = True
        row.known_since, row.valid = act.now, since(act.moment)
    return found
