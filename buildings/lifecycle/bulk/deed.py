"""Doing one thing to many buildings as one event: all of it or nothing, told beforehand for each of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction

from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import demand_address
from buildings.lifecycle.permissions import has_ended
from buildings.models import Building, EventKind, LifecycleEvent, Target
from buildings.succession import fates
from gisserver.common.errors import Conflict, DomainError, Invalid, Refused
from gisserver.common.sentences import Sentence

MAX_REFUSALS = 1000


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one building, or what is in it, cannot be treated like the others."""

    building: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What changes of one building: what is said ``before`` and ``after`` (None: it ends)."""

    building: int
    before: Mapping[str, Any]
    after: Mapping[str, Any] | None


@dataclass(slots=True)
class Plan:
    """What an event on many buildings does, or would do; ``effects`` is how many rows it touches."""

    selected: Sequence[int]
    changes: list[Changed] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    event: LifecycleEvent | None = None
    effects: int = 0

    @property
    def unchanged(self) -> list[int]:
        """The buildings that are as they should be already, or that the rule does not speak of."""
        told = {one.building for one in self.changes} | {one.building for one in self.refusals}
        return [pk for pk in self.selected if pk not in told]

    def refuse(self, building: int, error: DomainError) -> None:
        """Note why a building cannot be treated like the others."""
        self.refusals.append(Refusal(building, error.code, error.detail))

    def refuse_texts(self, texts: Iterable[tuple[int, str]]) -> None:
        """Refuse the buildings in which one of these texts would be no address; each of them once."""
        told = {one.building for one in self.refusals}
        for building, text in texts:
            try:
                demand_address(text)
            except Invalid as error:
                if building not in told:
                    told.add(building)
                    self.refuse(building, error)

    def refuse_late(self, act: Act, rows: Iterable[tuple[int, Any]]) -> None:
        """Refuse the buildings of rows that say since later than the event what they say; each of them once."""
        told = {one.building for one in self.refusals}
        for building, row in rows:
            refusal = act.too_late(row)
            if refusal is not None and building not in told:
                told.add(building)
                self.refuse(building, refusal)


def number_too_low() -> Refused:
    """Return the refusal of a rule by which a number would be below 1."""
    return Refused("number_too_low", "By this rule its number would be below 1.")


class Deed(Protocol):
    """One kind of thing that is done to many buildings."""

    kind: EventKind

    def plan(self, act: Act, buildings: Mapping[int, Building], plan: Plan) -> None:
        """Note what changes and what is refused of these locked buildings, by id, which stand."""

    def write(self, act: Act) -> None:
        """Do what was planned, for all of them at once."""


@transaction.atomic
def carry_out(*, order: Order, deed: Deed, ids: Sequence[int], dry_run: bool = False) -> Plan:
    """Do ``deed`` to all these buildings as one event, or only tell what it would do (``dry_run``).

    Takes the locks of `Act`. Raises Conflict ``refused_by_some`` with every refusal when there is one: nothing is done
    then; Forbidden for buildings in another's area, Refused ``nothing_changes``.
    """
    act = Act(deed.kind, order)
    locked = act.lock(ids, ended=True)
    plan = Plan(ids)
    ended = [row for row in locked.values() if row.valid.upper is not None]
    outcomes = fates(Target.BUILDING, [row.pk for row in ended])
    for row in ended:
        plan.refuse(row.pk, has_ended(row, {"fate": outcomes[row.pk]["status"] if row.pk in outcomes else "ended"}))
    deed.plan(act, {pk: row for pk, row in locked.items() if row.valid.upper is None}, plan)
    if plan.refusals and not dry_run:
        raise _refused(plan)
    if not plan.refusals and (plan.changes or not dry_run):
        deed.write(act)
        plan.event = act.record()
        plan.effects = plan.event.effects.count()
    transaction.set_rollback(dry_run)
    return plan


def _refused(plan: Plan) -> Conflict:
    return Conflict(
        "refused_by_some",
        Sentence(
            "{count} of {all} buildings refuse this, so nothing was done; refusals says why.",
            count=len({one.building for one in plan.refusals}),
            all=len(plan.selected),
        ),
        refusals=[{"building": r.building, "code": r.code, "detail": r.detail} for r in plan.refusals[:MAX_REFUSALS]],
    )
