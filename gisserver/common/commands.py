"""What management commands on the data share."""

from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS


class DatabaseCommand(BaseCommand):
    """A command that first has the database checked: the survey CRS that it was made with, and its laws."""

    requires_system_checks = [Tags.database]

    def get_check_kwargs(self, options: Any) -> Any:
        """Name the database too: Django's checks leave it alone otherwise."""
        kwargs: Any = super().get_check_kwargs(options)
        return {**kwargs, "databases": [DEFAULT_DB_ALIAS]}
