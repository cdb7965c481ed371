"""Buildings follow the partition: receives `partition_changed`."""

from typing import Any

from django.dispatch import receiver

from buildings.services import assign_buildings
from grids.signals import PartitionChange, partition_changed


@receiver(partition_changed)
def reassign(sender: object, change: PartitionChange, **_: Any) -> None:
    """Move the buildings of the changed area, in the publisher's transaction."""
    assign_buildings(area=change.wkb, moment=change.effective_at)
