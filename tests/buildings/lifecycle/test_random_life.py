"""After any run of events every code and address means, at every moment, what an oracle in memory says it meant."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.contrib.auth.models import User

from buildings.lifecycle.act import Order
from buildings.lifecycle.events.create import create_building
from buildings.lifecycle.events.demolish import demolish_building
from buildings.lifecycle.events.merge import merge_buildings
from buildings.lifecycle.events.readdress import readdress, recode
from buildings.lifecycle.events.revert import revert_event
from buildings.lifecycle.events.split import split_building
from buildings.models import Building, LifecycleEvent, Target
from buildings.resolving import resolve_address, resolve_code
from gisserver.common.db.clock import database_now
from tests import factories
from tests.buildings.lifecycle.conftest import point
from tests.factories import community_of

EVENTS = 25
# So many houses are asked about at each moment: any of them may be wrong, and over the moments all are asked.
ASKED = 3


@dataclass
class Oracle:
    """What each standing building bears now, and a photograph of that after each event."""

    bears: dict[int, tuple[str, str]] = field(default_factory=dict)
    photographs: list[tuple[datetime, dict[int, tuple[str, str]]]] = field(default_factory=list)

    def photograph(self) -> None:
        self.photographs.append((database_now(), dict(self.bears)))


class Town:
    """Does random things to houses, and tells the oracle what should follow."""

    def __init__(self, user: User, seed: int) -> None:
        self.order = Order(user=user)
        self.dice = random.Random(seed)
        self.oracle = Oracle()
        self.made = 0
        self.last: tuple[LifecycleEvent, dict[int, tuple[str, str]]] | None = None

    def name(self) -> tuple[str, str]:
        self.made += 1
        return f"C{self.made:04d}", f"人民路{self.made}号"

    def said(self, code: str, address: str) -> dict:
        place = point(self.dice.uniform(0.1, 1.9), self.dice.uniform(0.1, 0.9))
        return {"location": place, "code": code, "address": address}

    def pick(self, count: int = 1) -> list[int]:
        return self.dice.sample(sorted(self.oracle.bears), count)

    def create(self) -> LifecycleEvent:
        code, address = self.name()
        event = create_building(order=self.order, said=self.said(code, address))
        self.oracle.bears[self.begun(event)[0]] = (code, address)
        return event

    def split(self) -> LifecycleEvent:
        [pk] = self.pick()
        names = [self.name(), self.name()]
        parts = [{**self.said(*name), "rest": n == 0} for n, name in enumerate(names)]
        event = split_building(order=self.order, building_id=pk, parts=parts)
        del self.oracle.bears[pk]
        self.oracle.bears |= dict(zip(self.begun(event), names, strict=True))
        return event

    def merge(self) -> LifecycleEvent:
        first, second = self.pick(2)
        code, address = self.name()
        event = merge_buildings(order=self.order, building_id=first, others=[second], said=self.said(code, address))
        del self.oracle.bears[first], self.oracle.bears[second]
        self.oracle.bears[self.begun(event)[0]] = (code, address)
        return event

    def recode(self) -> LifecycleEvent:
        [pk] = self.pick()
        code, _ = self.name()
        self.oracle.bears[pk] = (code, self.oracle.bears[pk][1])
        return recode(order=self.order, target=Target.BUILDING, target_id=pk, building_id=pk, code=code)

    def readdress(self) -> LifecycleEvent:
        [pk] = self.pick()
        _, address = self.name()
        self.oracle.bears[pk] = (self.oracle.bears[pk][0], address)
        return readdress(order=self.order, target=Target.BUILDING, target_id=pk, building_id=pk, address=address)

    def demolish(self) -> LifecycleEvent:
        [pk] = self.pick()
        del self.oracle.bears[pk]
        return demolish_building(order=self.order, building_id=pk)

    @staticmethod
    def begun(event: LifecycleEvent) -> list[int]:
        effects = event.effects.filter(target="building", role="begun").order_by("pk")
        return list(effects.values_list("target_id", flat=True))

    def live(self) -> None:
        acts: list[Callable[[], LifecycleEvent]] = [self.create, self.create, self.split, self.recode, self.readdress]
        acts += [self.merge, self.demolish] if len(self.oracle.bears) > 3 else []
        act = self.dice.choice(acts) if self.oracle.bears else self.create
        before = dict(self.oracle.bears)
        event = act()
        self.oracle.photograph()
        if self.dice.random() < 0.25:
            building = event.effects.exclude(building_id=None).first().building_id
            revert_event(order=self.order, event_id=event.pk, building_id=building)
            self.oracle.bears = before
            self.oracle.photograph()


@pytest.mark.usefixtures("laws")
@pytest.mark.parametrize("seed", [1, 2])
def test_the_past_is_what_it_was(seed: int) -> None:
    community_of("AB")
    user = factories.administrator()
    town = Town(user, seed)
    for _ in range(EVENTS):
        town.live()
    for moment, bears in town.oracle.photographs:
        for pk, (code, address) in town.dice.sample(sorted(bears.items()), min(ASKED, len(bears))):
            assert [m["id"] for m in resolve_code(user=user, code=code, at=moment)] == [pk]
            standard = [m["id"] for m in resolve_address(user=user, text=address, at=moment) if m["kind"] == "standard"]
            assert standard == [pk]
    issued = {code for _, bears in town.oracle.photographs for code, _ in bears.values()}
    current = set(Building.objects.filter(valid__upper_inf=True).values_list("pk", flat=True))
    assert current == set(town.oracle.bears)
    for code in issued:
        meanings = resolve_code(user=user, code=code)
        assert len({m["id"] for m in meanings}) == 1
        assert {heir["id"] for m in meanings for heir in m["successors"]} <= current
