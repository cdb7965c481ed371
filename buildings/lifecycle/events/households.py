"""What happens to households: they move in, change, move, leave, split and join; late news finds its place in time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from buildings.households import ledger
from buildings.households.ledger import Change
from buildings.households.timeline import News, Period, Words, held_at
from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.rehousing import free_twin
from buildings.models import EventKind, Household, LifecycleEvent, Unit, UnitAsOf
from gisserver.common.errors import Conflict, Invalid, NotFound, Refused
from gisserver.common.sentences import Sentence

Said = Mapping[str, Any]
MAX_RESIDENTS = 32_000
NUMBERS = ("children", "elderly", "floating")
SAID = ("head_name", "phone", "residents", "registered", *NUMBERS, "source_ref")


class HouseholdAct(Act):
    """An event of households, while it is carried out."""

    def known(self, identities: Sequence[int], units: Sequence[int] = ()) -> dict[int, list[Period]]:
        """Lock these households, where they live at the moment and where they go; return what is believed of them.

        One that lives nowhere is where it lived last. Raises NotFound for one that the user may not see, Forbidden
        outside their area, Conflict ``household_moved`` if that happened meanwhile.
        """
        held = Household.objects.filter(identity__in=identities, valid__isempty=False)
        visible = held.visible_to(self.order.user)
        for missing in sorted(set(identities) - set(visible.values_list("identity", flat=True))):
            sentence = Sentence("No household {household_id} is known to you at that time.", household_id=missing)
            raise NotFound("no_such_household", sentence)
        # Buildings first, as every event and every import does: nobody waits for a building with a household locked.
        begun = held.filter(valid__startswith__lte=self.moment).order_by("identity", "-valid__startswith")
        living = list(begun.distinct("identity").values_list("unit_id", flat=True))
        houses = Unit.objects.filter(pk__in=[*units, *living]).values_list("building_id", flat=True)
        locked = self.lock(set(houses), ended=True)
        periods = ledger.locked_periods(identities)
        self._demand_locked(locked, periods)
        return periods

    def _demand_locked(self, houses: Collection[int], known: Mapping[int, Sequence[Period]]) -> None:
        """Raise Conflict ``household_moved`` unless the households live, or lived last, in these houses."""
        homes = {last.words.unit_id: identity for identity in known if (last := self.last_held(known[identity]))}
        elsewhere = Unit.objects.filter(pk__in=homes).exclude(building_id__in=houses).first()
        if elsewhere is not None:
            identity = homes[elsewhere.pk]
            sentence = Sentence("Household {household_id} has moved meanwhile; look again.", household_id=identity)
            raise Conflict("household_moved", sentence, household=identity)

    def last_held(self, periods: Sequence[Period]) -> Period | None:
        """Return what holds of a household at the event's moment, or held last before it."""
        return next((period for period in reversed(periods) if period.since <= self.moment), None)

    def say(self, identity: int | None, before: Sequence[Period], words: Words | None) -> None:
        """Tell that a household says ``words`` from the moment on (None: it lives nowhere), unless that is known."""
        held = held_at(before, self.moment)
        if (held and held.words) != words:
            self.tell([Change(identity, before, News(self.moment, words, self._until(words)))])

    def _until(self, words: Words | None) -> datetime | None:
        """Return the end of the unit that stood at the moment: late news of it holds no longer."""
        unit = UnitAsOf.objects.at(self.moment).filter(pk=words.unit_id).first() if words else None
        return unit.valid.upper if unit else None

    def now_held(self, identity: int, periods: Sequence[Period]) -> Period:
        """Return what holds of a household at the event's moment; raises Conflict ``household_absent``."""
        held = held_at(periods, self.moment)
        if held is None:
            sentence = Sentence("Household {household_id} lives nowhere at that time.", household_id=identity)
            raise Conflict("household_absent", sentence, household=identity)
        return held

    def home(self, unit_id: int) -> Unit:
        """Return the unit that a household moves into; raises NotFound, or Conflict ``unit_ended``."""
        unit = Unit.objects.visible_to(self.order.user).filter(pk=unit_id).first()
        if unit is None:
            raise NotFound("no_such_unit", Sentence("No unit {unit_id} is known to you at that time.", unit_id=unit_id))
        stands = Unit.objects.filter(pk=unit_id, valid__upper_inf=True).exists()
        if not stands and not UnitAsOf.objects.at(self.order.effective_at or self.now).filter(pk=unit_id).exists():
            raise Conflict("unit_ended", Sentence("Unit {unit_id} does not stand at that time.", unit_id=unit_id))
        return unit


@transaction.atomic
def move_in(*, order: Order, said: Said) -> LifecycleEvent:
    """Begin a household in ``unit`` (an id), with what is said of it; an event of kind move_in."""
    act = HouseholdAct(EventKind.MOVE_IN, order)
    unit = act.home(said["unit"])
    act.known([], [unit.pk])
    words = Words(unit.pk, source=order.source[:100])._replace(**_words(said))
    act.say(None, [], _one_of_equals(words))
    return act.record()


@transaction.atomic
def change_household(*, order: Order, household_id: int, said: Said) -> LifecycleEvent:
    """Let a household have another head, contact, status or number of people; it stays the same household."""
    act = HouseholdAct(EventKind.UPDATE, order)
    periods = act.known([household_id])[household_id]
    held = act.now_held(household_id, periods)
    act.say(household_id, periods, _counted(held.words, _words(said)))
    return act.record()


@transaction.atomic
def move_household(*, order: Order, household_id: int, unit_id: int) -> LifecycleEvent:
    """Let a household live in another unit; one that had left moves in again."""
    act = HouseholdAct(EventKind.MOVE, order)
    unit = act.home(unit_id)
    periods = act.known([household_id], [unit.pk])[household_id]
    last = act.last_held(periods)
    if last is None:
        raise Conflict(
            "household_absent",
            Sentence("Household {household_id} lives nowhere at that time.", household_id=household_id),
            household=household_id,
        )
    act.say(household_id, periods, _one_of_equals(last.words._replace(unit_id=unit.pk)))
    return act.record()


@transaction.atomic
def end_household(*, order: Order, household_id: int, kind: EventKind) -> LifecycleEvent:
    """Let a household leave (move_out), or be no more (dissolve), from the moment on."""
    act = HouseholdAct(kind, order)
    periods = act.known([household_id])[household_id]
    act.now_held(household_id, periods)
    act.say(household_id, periods, None)
    return act.record()


@transaction.atomic
def split_household(*, order: Order, household_id: int, keeps: Said, parts: Sequence[Said]) -> LifecycleEvent:
    """Let ``parts`` of a household be households of their own, each in its ``unit`` or where they lived.

    The household goes on with the people that the parts leave, or with what ``keeps`` says of it. Raises Refused
    ``nobody_left``.
    """
    act = HouseholdAct(EventKind.SPLIT, order)
    homes = [act.home(part["unit"]).pk for part in parts if part.get("unit")]
    periods = act.known([household_id], homes)[household_id]
    held = act.now_held(household_id, periods).words
    leaving = sum(part.get("residents", 1) for part in parts)
    if not keeps.get("residents") and leaving >= held.residents:
        raise Refused(
            "nobody_left",
            Sentence(
                "{leaving} of {residents} residents leave: nobody stays.", leaving=leaving, residents=held.residents
            ),
        )
    act.say(household_id, periods, _counted(held, {"residents": held.residents - leaving, **_words(keeps)}))
    for part in parts:
        own = Words(part.get("unit") or held.unit_id, registered=held.registered, source=order.source[:100])
        act.say(None, [], _one_of_equals(own._replace(**_words(part))))
    return act.record()


@transaction.atomic
def join_households(*, order: Order, household_id: int, others: Sequence[int], said: Said) -> LifecycleEvent:
    """Let ``others`` become part of a household: they end, and it has their people, or what is ``said`` of it."""
    if household_id in others or len(set(others)) != len(others):
        raise Invalid("named_twice", "A household is named twice.")
    act = HouseholdAct(EventKind.MERGE, order)
    known = act.known([household_id, *others])
    held = [act.now_held(identity, known[identity]).words for identity in (household_id, *others)]
    sums = {name: _sum([getattr(words, name) for words in held]) for name in ("residents", *NUMBERS)}
    for identity in others:
        act.say(identity, known[identity], None)
    act.say(household_id, known[household_id], _counted(held[0], sums | _words(said)))
    return act.record()


def _words(said: Said) -> dict[str, Any]:
    return {name: said[name] for name in SAID if name in said}


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _counted(words: Words, said: Said) -> Words:
    """Return the words with what is said; of fewer people, a number that was not said again is not known any more."""
    new = words._replace(**said)
    if new.residents < words.residents:
        unsaid: dict[str, Any] = {name: None for name in NUMBERS if name not in said}
        new = new._replace(**unsaid)
    return demand_numbers(new)


def demand_numbers(words: Words) -> Words:
    """Return the words; raises Refused ``more_than_residents`` or ``too_many_residents`` for numbers that cannot be."""
    if words.residents > MAX_RESIDENTS:
        raise Refused("too_many_residents", Sentence("A household has at most {most} residents.", most=MAX_RESIDENTS))
    if (words.children or 0) + (words.elderly or 0) > words.residents or (words.floating or 0) > words.residents:
        raise Refused(
            "more_than_residents",
            Sentence("Children, elderly and floating are of the {residents} residents.", residents=words.residents),
        )
    return words


def _one_of_equals(words: Words) -> Words:
    """Return the words with a number of its own among the households of the unit that say the same."""
    demand_numbers(words)
    if words.source_ref:
        return words
    return words._replace(twin=free_twin(*words[:3]))
