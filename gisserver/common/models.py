"""What every app's tables share: the history of overwritten rows."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.db.fields import TransactionIdField
from gisserver.common.db.guards import never_changed, never_deleted, never_rewritten


class RowHistory(models.Model):
    """A row as it was before an UPDATE replaced it; written by the trigger `gis_keep_history` (law 4)."""

    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    row: "models.JSONField[Any]" = models.JSONField()
    replaced_at = models.DateTimeField(db_default=Now())

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("row history")
        verbose_name_plural = _("row history")
        indexes = [models.Index(fields=["table_name", "row_id"], name="common_rowhistory_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.replaced_at}"


class Change(models.Model):
    """Things of one kind that one statement has touched (`guards.announced`), for the feed of changes.

    ``xid`` is the transaction that wrote it, ``number`` its place in the feed once that is certain (`changes.feed`).
    """

    kind = models.CharField(max_length=30)
    ids = ArrayField(models.BigIntegerField())
    xid = TransactionIdField()
    number = models.BigIntegerField(null=True, unique=True)
    recorded_at = models.DateTimeField(db_default=Now())

    guards = (never_deleted(), never_rewritten("kind", "ids", "xid", "recorded_at"))

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["xid"], name="common_change_unnumbered", condition=models.Q(number=None))]

    def __str__(self) -> str:
        return f"{self.number or '?'} {self.kind}"
