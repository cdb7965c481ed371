"""Reads every stored address anew, after an upgrade whose parser reads differently."""

from typing import Any

from django.db import connection, transaction

from buildings.geocoding.register.reindex import renew
from gisserver.common.commands import DatabaseCommand


class Command(DatabaseCommand):
    """`manage.py renew_addresses`."""

    help = "Compute the normalized text, keys and names of all addresses anew; searches go on meanwhile."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Renew, all or nothing, and say how many."""
        count = renew(connection, lambda line: self.stderr.write(line))
        self.stdout.write(f"renewed {count:,} addresses")
