"""Buildings follow the partition, and the search of points of interest the layers that hold them."""

from typing import Any

from django.dispatch import receiver

from buildings.geocoding.interest import index_labels
from buildings.services import assign_buildings
from grids.signals import PartitionChange, partition_changed
from layers.signals import layer_changed


@receiver(partition_changed)
def reassign(sender: object, change: PartitionChange, **_: Any) -> None:
    """Move the buildings of the changed area, in the publisher's transaction."""
    assign_buildings(area=change.wkb, moment=change.effective_at)


@receiver(layer_changed)
def index_points_of_interest(sender: object, collection_id: str, **_: Any) -> None:
    """Index the labels of a layer that is searched, in the transaction that publishes it."""
    index_labels(collection_id)
