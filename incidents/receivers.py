"""Open incidents follow the ground they lie on: hears `partition_changed`."""

from typing import Any

from django.dispatch import receiver

from grids.signals import PartitionChange, partition_changed
from incidents.services import reassign_open_incidents


@receiver(partition_changed)
def reassign(sender: object, change: PartitionChange, **_: Any) -> None:
    """Move the open incidents of the changed ground, in the publisher's transaction."""
    reassign_open_incidents(ground=change.wkb, moment=change.effective_at)
