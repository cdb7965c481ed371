"""Reading and writing dated rows: `at(moment)`, and the ranges that begin and end them."""

from datetime import datetime
from typing import TypeVar

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models.functions import Now

M = TypeVar("M", bound=models.Model)


def since(moment: datetime) -> DateTimeTZRange:
    """Return the validity of a row that begins at ``moment`` and has no end yet."""
    return DateTimeTZRange(moment, None, "[)")


class DatedQuerySet(models.QuerySet[M]):
    """Rows with a validity; every read says at which moment (law 4)."""

    # Where the validity stands when the rows reach it through a relation.
    validity = "valid"

    def at(self, moment: datetime | None = None) -> "DatedQuerySet[M]":
        """Return the rows valid at ``moment``; None means now, by the database's clock."""
        return self.filter(**{f"{self.validity}__contains": Now() if moment is None else moment})

    def end(self, moment: datetime | None = None) -> int:
        """End these rows at ``moment`` (default now) and return how many were ended."""
        begin = models.Func("valid", function="lower", output_field=models.DateTimeField())
        stop = Now() if moment is None else models.Value(moment, output_field=models.DateTimeField())
        return self.update(valid=models.Func(begin, stop, function="tstzrange"))
