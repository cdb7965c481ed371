"""Sends the news of a planned change again at its moment: receives `partition_changed`."""

from typing import Any

from django.dispatch import receiver

from gisserver.common.db.clock import database_now
from grids.signals import PartitionChange, partition_changed
from grids.tasks import take_effect


@receiver(partition_changed)
def remind(sender: object, change: PartitionChange, **_: Any) -> None:
    """Have a worker send the news of a change ahead once more when it takes effect, if this transaction commits."""
    if change.effective_at > database_now():
        reminder = take_effect.configure(schedule_at=change.effective_at)
        reminder.defer(communities=list(change.communities), wkb=change.wkb.hex())
