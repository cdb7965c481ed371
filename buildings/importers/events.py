"""The life-cycle event that an import is: one for all that it began, one for all that it changed."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy

from buildings.models import EventEffect, EventKind, LifecycleEvent, Role, Target
from gisserver.common.db.clock import database_now

_BATCH = 5000
REASON = gettext_lazy("import")


def record_import(
    target: Target,
    *,
    source: str,
    moment: datetime,
    begun: Collection[int] = (),
    changed: Collection[int] = (),
    buildings: Mapping[int, int] | None = None,
) -> None:
    """Write the events of an import, which has no author; what each row said before stands in its states.

    ``buildings`` tells of each entrance or unit the building that it is in.
    """
    now = database_now()
    for kind, role, ids in ((EventKind.CREATE, Role.BEGUN, begun), (EventKind.UPDATE, Role.CHANGED, changed)):
        if not ids:
            continue
        event = LifecycleEvent.objects.create(
            kind=kind, effective_at=min(moment, now), recorded_at=now, reason=str(REASON), source=source[:100]
        )
        effects = (
            EventEffect(
                event=event,
                target=target,
                target_id=pk,
                building_id=pk if target is Target.BUILDING else (buildings or {}).get(pk),
                role=role,
            )
            for pk in sorted(ids)
        )
        EventEffect.objects.bulk_create(effects, batch_size=_BATCH)


def note_begun(event: LifecycleEvent, target: Target, buildings: Mapping[int, int]) -> None:
    """Write as effects of an event that these began; ``buildings`` tells by id the building that each is in."""
    effects = (
        EventEffect(event=event, target=target, target_id=pk, building_id=building, role=Role.BEGUN)
        for pk, building in sorted(buildings.items())
    )
    EventEffect.objects.bulk_create(effects, batch_size=_BATCH)
