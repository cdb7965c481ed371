"""News from the partition, for the apps above (DESIGN §4)."""

from dataclasses import dataclass
from datetime import datetime

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class PartitionChange:
    """An area whose responsible grid has changed from a moment on.

    ``wkb`` is the changed area in the survey CRS; ``communities`` are the ids of the communities concerned.
    """

    communities: tuple[int, ...]
    effective_at: datetime
    wkb: bytes


# Sent inside the transaction with ``change: PartitionChange``: hearers move their rows in it.
partition_changed = Signal()
