"""Buildings follow the ground they stand on: hears `partition_changed`."""

from typing import Any

from django.dispatch import receiver

from buildings.services import assign_buildings
from grids.signals import PartitionChange, partition_changed


@receiver(partition_changed)
def reassign(sender: object, change: PartitionChange, **_: Any) -> None:
    """Move the buildings of the changed ground, in the publisher's transaction."""
    assign_buildings(ground=change.wkb, moment=change.effective_at)
