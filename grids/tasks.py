"""Tasks of the worker for the partition: sends the news of a planned change at its moment."""

from django.db import transaction
from procrastinate.contrib.django import app

from gisserver.common.db.clock import database_now


@app.task(name="grids.take_effect")
def take_effect(communities: list[int], wkb: str) -> None:
    """Send the news of the changed area (hexadecimal WKB, survey CRS) once more, now that its moment has come.

    Assignments are planned ahead, what is derived from them (the community of a building) holds now: each receiver
    brings it up to date. Of a plan that was cancelled nothing has changed.
    """
    from grids.models import GridVersion  # models are not loaded when tasks are
    from grids.signals import PartitionChange, partition_changed

    with transaction.atomic():
        news = PartitionChange(tuple(communities), database_now(), bytes.fromhex(wkb))
        partition_changed.send(sender=GridVersion, change=news)
