"""Finds addresses that hold names or numbers of people, and cuts them to their public part."""

from argparse import ArgumentParser
from itertools import groupby
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy

from buildings.lifecycle.act import Order
from buildings.management.commands.check_doubles import author_named
from buildings.quality.personal import REDACTED, building_of, personal_addresses, public_part, redact
from gisserver.common.commands import DatabaseCommand

_REASON = gettext_lazy("personal data taken out of addresses")


class Command(DatabaseCommand):
    """`manage.py personal_addresses [--redact --author NAME]`."""

    help = "Find addresses, ended ones too, that name people; --redact cuts them to the part that everybody may read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare redacting, and in whose name."""
        parser.add_argument(
            "--redact", action="store_true", help="cut them to their public part; each building is an event"
        )
        parser.add_argument("--author", metavar="NAME", help="the user in whose name they are cut")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell what is found by its public part, and cut it if asked to; exit code 1 while something is left."""
        order = None
        if options["redact"]:
            order = Order(user=author_named(options["author"]), reason=str(_REASON), source="personal_addresses")
        found = sorted(personal_addresses(), key=lambda address: (building_of(address), address.pk))
        for address in found:
            self.stdout.write(f"address {address.pk} ({address.source}): {public_part(address) or REDACTED}")
        if order is not None:
            for _, same in groupby(found, key=building_of):
                redact(order=order, addresses=list(same))
        self.stdout.write(f"{len(found)} addresses {'cut' if order else 'name people'}")
        if found and order is None:
            raise CommandError(f"personal: {len(found)}. --redact --author NAME cuts them to their public part.")
