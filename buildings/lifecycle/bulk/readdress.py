"""Many buildings get other standard addresses, by a rule or a table; what is inside follows, and a name too."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from buildings.addresses.parsing.elements import Kind
from buildings.addresses.rewriting import number_of, numbered, renamed
from buildings.lifecycle.act import Act
from buildings.lifecycle.addresses import (
    address_taken,
    ends_by,
    follow_names,
    held_addresses,
    is_telling,
    new_address,
    set_standards,
    standard_of_others,
    was_name,
)
from buildings.lifecycle.bulk.deed import Changed, Plan, number_too_low
from buildings.lifecycle.implied_addresses import Implied, implied, renew
from buildings.models import Address, AddressKind, Building, EventKind, Target
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

MAX_NAME = 200
_TOO_LONG = Sentence("The name of a building has at most {most} characters.", most=MAX_NAME)
# What a rule makes of the standard addresses of buildings, by id; '' where its number would be below 1.
Rule = Callable[[Mapping[int, str]], Mapping[int, str]]


def by_names(names: Mapping[str, str]) -> Rule:
    """Return the rule that exchanges whole names of roads, estates and lanes."""
    return lambda texts: {pk: renamed(text, names) for pk, text in texts.items()}


def by_shift(kind: Kind, add: int) -> Rule:
    """Return the rule that makes the last number of this kind so much higher, or lower."""
    return lambda texts: {pk: numbered(text, kind, lambda number: number + add) for pk, text in texts.items()}


def in_order(kind: Kind, first: int, step: int) -> Rule:
    """Return the rule that numbers buildings anew in the order of the numbers that they have."""

    def rule(texts: Mapping[int, str]) -> dict[int, str]:
        held = {pk: number for pk, text in texts.items() if (number := number_of(text, kind)) is not None}
        anew = {pk: first + step * n for n, pk in enumerate(sorted(held, key=lambda pk: (held[pk], texts[pk], pk)))}
        return {pk: numbered(texts[pk], kind, _always(number)) for pk, number in anew.items()}

    return rule


def _always(number: int) -> Callable[[int], int]:
    return lambda _: number


def by_table(table: Mapping[int, str]) -> Rule:
    """Return the rule that gives each building the address that the table says."""
    return lambda texts: {pk: table[pk] for pk in texts if pk in table}


class Readdress:
    """Give buildings the standard addresses of a ``rule``; ``names`` exchanges names in the buildings' own, too."""

    kind = EventKind.READDRESS

    def __init__(
        self,
        rule: Rule,
        *,
        names: Mapping[str, str] | None = None,
        kind: EventKind = EventKind.READDRESS,
        keep_former: bool = True,
        share_address: bool = False,
    ) -> None:
        self.kind = kind
        self._rule, self._names = rule, names or {}
        self._keep_former, self._share = keep_former, share_address
        self._new: dict[int, Address] = {}
        self._follow: list[Implied] = []
        self._named: list[tuple[Building, str]] = []

    def plan(self, act: Act, buildings: Mapping[int, Building], plan: Plan) -> None:
        """Note the addresses that differ, and refuse those that say nothing or are another building's."""
        held = held_addresses(Target.BUILDING, buildings)
        standard = {one.building_id or 0: one for one in held if one.kind == AddressKind.STANDARD}
        texts = {pk: standard[pk].text if pk in standard else "" for pk in buildings}
        for pk, text in sorted(self._rule(texts).items()):
            if text != texts[pk]:
                self._propose(act, pk, text, plan)
        self._refuse_taken(plan)
        self._rename(act, buildings.values(), plan)
        changed = {row.pk: name for row, name in self._named}
        ending = [(one.building_id or 0, one) for one in held if self._ends(one, changed)]
        plan.refuse_late(act, ending)
        if self._keep_former:
            plan.refuse_texts((pk, one.text) for pk, one in ending if one.kind == AddressKind.STANDARD)
        self._let_follow(act, plan)
        self._tell(buildings, texts, changed, plan)

    def _tell(
        self, buildings: Mapping[int, Building], texts: Mapping[int, str], changed: Mapping[int, str], plan: Plan
    ) -> None:
        for pk in sorted({*self._new, *changed}):
            before, after = {"address": texts[pk] or None}, {"address": texts[pk] or None}
            if pk in self._new:
                after["address"] = self._new[pk].text
            if pk in changed:
                before["name"], after["name"] = buildings[pk].name, changed[pk]
            plan.changes.append(Changed(pk, before, after))

    def _rename(self, act: Act, buildings: Iterable[Building], plan: Plan) -> None:
        """Note the buildings whose own names have others in them, and refuse names that cannot be."""
        self._named = [
            (row, name) for row in buildings if self._names and (name := renamed(row.name, self._names)) != row.name
        ]
        plan.refuse_late(act, ((row.pk, row) for row, _ in self._named))
        for row, name in self._named:
            if len(name) > MAX_NAME:
                plan.refuse(row.pk, Invalid("bad_name", _TOO_LONG))
        plan.refuse_texts((row.pk, name) for row, name in self._named if is_telling(name))

    def _ends(self, held: Address, named: Mapping[int, str]) -> bool:
        """Say whether an address of a building ends by its new address, or by its new name."""
        new = self._new.get(held.building_id or 0)
        return (new is not None and ends_by(held, new.normalized)) or was_name(held, named)

    def _let_follow(self, act: Act, plan: Plan) -> None:
        """Note the addresses inside that follow, and refuse those that cannot."""
        before = _last_standard(self._new)
        self._follow = list(implied({pk: (before.get(pk, ""), one.text) for pk, one in self._new.items()}))
        plan.refuse_late(act, ((one.building, one.held) for one in self._follow))
        plan.refuse_texts((one.building, one.text) for one in self._follow)
        if self._keep_former:
            plan.refuse_texts((one.building, one.held.text) for one in self._follow)

    def _propose(self, act: Act, pk: int, text: str, plan: Plan) -> None:
        if not text:
            plan.refuse(pk, number_too_low())
            return
        try:
            self._new[pk] = new_address(Target.BUILDING, pk, text, AddressKind.STANDARD, source=act.order.source)
        except Invalid as error:
            plan.refuse(pk, error)

    def _refuse_taken(self, plan: Plan) -> None:
        """Refuse what two buildings would have, among these or another; mark it as shared where that is decided."""
        alike: dict[str, list[int]] = defaultdict(list)
        for pk, one in self._new.items():
            alike[one.normalized].append(pk)
        others = standard_of_others(list(alike), but=self._new)
        for pk, one in self._new.items():
            one.shared = one.normalized in others or len(alike[one.normalized]) > 1
            if one.shared and not self._share:
                plan.refuse(pk, address_taken(one.text))

    def write(self, act: Act) -> None:
        """Write all addresses, those that follow, and the names, each by a few statements."""
        buildings = {pk: pk for pk in self._new}
        set_standards(act, Target.BUILDING, self._new, buildings=buildings, keep_former=self._keep_former)
        renew(act, self._follow, keep_former=self._keep_former)
        ids = [row.pk for row, _ in self._named]
        act.change_all(Target.BUILDING, [(row, {"name": name}) for row, name in self._named], buildings=ids)
        follow_names(act, {row.pk: name for row, name in self._named})


def _last_standard(buildings: Mapping[int, Address]) -> dict[int, str]:
    """Return by building the standard address that it has, or else the last one that it had."""
    ever = Address.objects.filter(kind=AddressKind.STANDARD, building_id__in=list(buildings))
    rows = ever.order_by("valid__startswith", "pk").values_list("building_id", "text")
    return {pk or 0: text for pk, text in rows}
