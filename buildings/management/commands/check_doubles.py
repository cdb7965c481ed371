"""Finds what stands twice in the registers, and lets one stand for all of them."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy

from buildings.lifecycle.act import Order
from buildings.lifecycle.events.merge_duplicates import unite
from buildings.models import Target
from buildings.quality.doubles import (
    Doubled,
    doubled_buildings,
    doubled_entrances,
    doubled_households,
    doubled_units,
)
from gisserver.common.commands import DatabaseCommand
from gisserver.common.errors import DomainError

# In this order: what hangs on a double is one before the doubles of that are looked for.
_KINDS: Mapping[Target, Callable[[], list[Doubled]]] = {
    Target.BUILDING: doubled_buildings,
    Target.ENTRANCE: doubled_entrances,
    Target.UNIT: doubled_units,
    Target.HOUSEHOLD: doubled_households,
}
_REASON = gettext_lazy("one register entry for what stood twice")
_SHOWN = 20


class Command(DatabaseCommand):
    """`manage.py check_doubles [--heal --author NAME]`."""

    help = "Find buildings, entrances, units and households that stand twice; --heal lets one stand for all of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare healing, and in whose name."""
        parser.add_argument("--heal", action="store_true", help="let the first of each stand for all; each is an event")
        parser.add_argument("--author", metavar="NAME", help="the user in whose name they are healed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell what is doubled, and heal it if asked to; exit code 1 while something is left."""
        order = None
        if options["heal"]:
            order = Order(user=author_named(options["author"]), reason=str(_REASON), source="check_doubles")
        left = 0
        for target, find in _KINDS.items():
            found = find()
            self.stdout.write(f"{target}: {len(found)} stand more than once")
            for one in found[:_SHOWN]:
                self.stdout.write(f"  building {one.building}: {target} {', '.join(map(str, one.ids))}")
            left += len(found) if order is None else self._heal(found, order)
        if left:
            raise CommandError(f"doubled: {left}. --heal --author NAME lets one stand for all of them.")

    def _heal(self, found: list[Doubled], order: Order) -> int:
        refused = 0
        for one in found:
            try:
                unite(order=order, target=one.target, building_id=one.building, ids=one.ids)
            except DomainError as error:
                refused += 1
                self.stderr.write(f"{one.target} {one.ids[0]}: {error.code}: {error.detail}")
        return refused


def author_named(name: str | None) -> User:
    """Return the user in whose name a command acts; raises CommandError ``no_author``."""
    user = User.objects.filter(username=name or "").first()
    if user is None:
        raise CommandError("no_author: --author NAME says who does this; the events bear that name.")
    return user
