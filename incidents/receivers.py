"""Open incidents follow the partition: receives `partition_changed`."""

from typing import Any

from django.dispatch import receiver

from grids.signals import PartitionChange, partition_changed
from incidents.services import reassign_open_incidents


@receiver(partition_changed)
def reassign(sender: object, change: PartitionChange, **_: Any) -> None:
    """Move the open incidents of the changed area, in the publisher's transaction."""
    reassign_open_incidents(area=change.wkb, moment=change.effective_at)
