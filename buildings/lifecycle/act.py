"""Carrying out one event: its locks and moment, what it does to each target, and the record of all that."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from buildings.households import ledger
from buildings.households.ledger import Change
from buildings.lifecycle.permissions import demand_area, gone
from buildings.models import Building, EventEffect, EventKind, LifecycleEvent, Role, Target
from gisserver.common.dates import recordable
from gisserver.common.db import deferred
from gisserver.common.db.clock import database_now
from gisserver.common.db.each import update_each
from gisserver.common.errors import Conflict, NotFound, Refused
from gisserver.common.sentences import Sentence
from grids.partition_lock import keep_partition

T = TypeVar("T")
_BATCH = 2000
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who orders an event, since when it holds (None: now), why, and from which source it is known."""

    user: User
    effective_at: datetime | None = None
    reason: str = ""
    source: str = ""


class Act:
    """One event while it is carried out, inside one transaction.

    Takes the shared partition lock first and then locks buildings in the order of their ids, so that no two
    events, and no event and no publisher of a redraw, wait for each other in a ring.
    """

    def __init__(self, kind: EventKind, order: Order, *, reverts: LifecycleEvent | None = None) -> None:
        keep_partition()
        self.kind = kind
        self.order = order
        self.reverts = reverts
        self.now = database_now()
        self.touched: set[int] = set()
        self._effects: list[EventEffect] = []
        self._event: LifecycleEvent | None = None
        self._has_told = False

    @property
    def moment(self) -> datetime:
        """Since when the event holds."""
        return self.order.effective_at or self.now

    def lock(self, ids: Collection[int], *, ended: bool = False) -> dict[int, Building]:
        """Lock these buildings and return them by id; raises NotFound, Forbidden, or Conflict for one that is gone.

        ``ended`` lets buildings pass that are gone. The moment of the event is read after the wait.
        """
        rows = Building.objects.visible_to(self.order.user).filter(pk__in=ids).order_by("pk")
        found = {row.pk: row for row in rows.select_for_update(no_key=True, of=("self",))}
        for missing in sorted(set(ids) - set(found)):
            raise NotFound("no_such_building", Sentence("No building {missing} is known to you.", missing=missing))
        demand_area(self.order.user, [row.community_id for row in found.values()])
        self.now = database_now()
        if self.order.effective_at is not None and self.order.effective_at > self.now:
            raise Refused("effective_in_future", "An event cannot take effect in the future.")
        recordable(self.moment)
        self._set_moment()
        for row in found.values():
            if not ended and row.valid.upper is not None:
                raise gone(self.order.user, row)
        return found

    def _set_moment(self) -> None:
        """Tell the triggers that keep former states since when what is written in this transaction holds."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('gisserver.moment', %s, true)", [self.moment.isoformat()])

    def demand_order_of_time(self, rows: Collection[Any]) -> None:
        """Refuse an event that would begin before what these rows say now began: the past is not rewritten."""
        for row in rows:
            refusal = self.too_late(row)
            if refusal is not None:
                raise refusal

    def too_late(self, row: Any) -> Refused | None:
        """Return the refusal of an event that would begin before what ``row`` says now began."""
        began = getattr(row, "changed_at", None) or row.valid.lower
        if began < self.moment:
            return None
        sentence = Sentence(
            "{model} {pk} says this since {began}; an event comes after it.",
            model=row._meta.model_name,
            pk=row.pk,
            began=began.isoformat(),
        )
        return Refused("effective_before_last_change", sentence, since=began.isoformat())

    def begun(self, target: Target, row: Any, *, building: int | None, values: Values | None = None) -> None:
        """Note that ``row`` began; what is in no ``building`` has None."""
        self._note(target, row, Role.BEGUN, building, None, values)

    def ended(self, target: Target, row: Any, *, building: int | None, values: Values | None = None) -> None:
        """Note that ``row`` ended."""
        self._note(target, row, Role.ENDED, building, values, None)

    def revived(self, target: Target, row: Any, *, building: int | None) -> None:
        """Note that ``row`` holds again."""
        self._note(target, row, Role.REVIVED, building, None, None)

    def change(self, target: Target, row: Any, values: Values, *, building: int | None) -> bool:
        """Give ``row`` these ``values`` from the event's moment on; return whether that is anything new."""
        before = {name: getattr(row, name) for name in values}
        new = {name: value for name, value in values.items() if before[name] != value}
        if not new:
            return False
        for name, value in new.items():
            setattr(row, name, value)
        row.changed_at = self.moment
        row.save(update_fields=[*new, "changed_at"])
        self.note_change(target, row, {name: before[name] for name in new}, new, building=building)
        return True

    def change_all(self, target: Target, changes: Sequence[tuple[Any, Values]], *, buildings: Sequence[int]) -> None:
        """Give each row its values, of the same names for all of them, from the event's moment on."""
        if not changes:
            return
        names = list(changes[0][1])
        for (row, values), building in zip(changes, buildings, strict=True):
            self.note_change(target, row, {name: getattr(row, name) for name in names}, values, building=building)
            for name, value in values.items():
                setattr(row, name, value)
            row.changed_at = self.moment
        said = {row.pk: {name: plain(value) for name, value in values.items()} for row, values in changes}
        update_each(type(changes[0][0]), said, names, changed_at=self.moment)

    def note_change(self, target: Target, row: Any, before: Values, after: Values, *, building: int | None) -> None:
        """Note that ``row`` has the values ``after`` now, and had ``before``."""
        self._note(target, row, Role.CHANGED, building, before, after)

    def begin(
        self, target: Target, rows: Collection[Any], *, buildings: Collection[int], until: datetime | None = None
    ) -> list[Any]:
        """Store and note new rows, valid from the event's moment on; ``buildings``: where each is (0: itself).

        ``until`` is the beginning of what is planned after them.
        """
        for row in rows:
            row.valid = DateTimeTZRange(self.moment, until, "[)")
        made: list[Any] = []
        if rows:
            made = type(next(iter(rows)))._default_manager.bulk_create(rows, batch_size=_BATCH)
        for row, building in zip(made, buildings, strict=True):
            self.begun(target, row, building=building or row.pk)
        return made

    def end(self, target: Target, rows: Collection[Any], *, buildings: Collection[int | None]) -> None:
        """End rows at the event's moment and note them."""
        if not rows:
            return
        model = type(next(iter(rows)))
        self.demand_order_of_time(rows)
        model._default_manager.filter(pk__in=[row.pk for row in rows]).end(self.moment)
        for row, building in zip(rows, buildings, strict=True):
            self.ended(target, row, building=building)

    def attempt(self, step: Callable[[], T]) -> T:
        """Return what ``step`` makes; when it raises, what it noted is forgotten (its writes: in a savepoint)."""
        before = set(self.touched), list(self._effects), self._event, self._has_told
        try:
            return step()
        except Exception:
            self.touched, self._effects, self._event, self._has_told = before
            raise

    def _note(
        self,
        target: Target,
        row: models.Model,
        role: Role,
        building: int | None,
        before: Values | None,
        after: Values | None,
    ) -> None:
        if building is not None:
            self.touched.add(building)
        self._effects.append(
            EventEffect(
                target=target,
                target_id=getattr(row, "identity", None) or row.pk,
                building_id=building,
                role=role,
                before=None if before is None else {name: plain(value) for name, value in before.items()},
                after=None if after is None else {name: plain(value) for name, value in after.items()},
            )
        )

    @property
    def event(self) -> LifecycleEvent:
        """The event as it is recorded; asked for by what bears its id, after the locks."""
        if self._event is None:
            self._event = LifecycleEvent.objects.create(
                kind=self.kind,
                effective_at=self.moment,
                recorded_at=self.now,
                author=self.order.user,
                reason=self.order.reason,
                source=self.order.source,
                reverts=self.reverts,
            )
        return self._event

    def tell(self, changes: Sequence[Change]) -> list[int]:
        """Write what the event tells of households; return their identities; raises Conflict as `record` does."""
        self._has_told = True
        with _laws():
            return ledger.write(self.event, changes)

    def take_back(self, event: LifecycleEvent) -> None:
        """Believe again of households what was believed before ``event``."""
        self._has_told = True
        with _laws():
            ledger.take_back(event, self.event)

    def record(self) -> LifecycleEvent:
        """Write the event with its effects and let the database prove its laws; raises Refused or Conflict."""
        if not self._effects and not self._has_told:
            raise Refused("nothing_changes", "This changes nothing.")
        with _laws():
            for effect in self._effects:
                effect.event = self.event
            EventEffect.objects.bulk_create(self._effects, batch_size=_BATCH)
            deferred.check_now()
        return self.event


@contextmanager
def _laws() -> Iterator[None]:
    """Turn the refusal of a law of the database into the event's; raises Conflict."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise refused_by_database(error) from error


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it; a geometry as hexadecimal EWKB."""
    return value.hexewkb.decode() if isinstance(value, GEOSGeometry) else value


def refused_by_database(error: IntegrityError) -> Conflict:
    """Return the answer to a law of the database that an event would break."""
    sentence = str(error).splitlines()[0]
    return Conflict("refused_by_database", Sentence("The database refuses this: {sentence}", sentence=sentence))
