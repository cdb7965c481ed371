"""What the tiles do when the world changes: watch the tables of what is published, and hear of new layers."""

from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from gisserver.common.access.models import Viewer
from layers import registry
from layers.signals import layer_changed
from tiles import tile_version
from tiles.models import GroundVersion

# `visible_to` asks this table, inside SQL functions, which divisions lie below which (law 7); by name, for the
# apps above are not known here.
SCOPE_TABLE = "grids_divisionversion"


class _Overseer:
    """A reader of everything, for the sake of the tables that its reading names."""

    is_authenticated = True
    is_active = True
    is_superuser = True
    pk = None


_OVERSEER: Viewer = _Overseer()  # type: ignore[assignment]


def watch_all(**_: Any) -> None:
    """Put the ground's triggers on the tables of every collection that code publishes; again is harmless."""
    for name in sorted(registry.declared_ids()):
        collection = registry.find(name)
        if collection is not None:
            tile_version.watch(collection, _OVERSEER)
    if SCOPE_TABLE in connection.introspection.table_names():
        tile_version.watch_table(tile_version.EVERY_LAYER, SCOPE_TABLE)


@receiver(post_migrate, dispatch_uid="tiles.watch_all")
def _after_migrate(sender: AppConfig, **options: Any) -> None:
    if sender.name == "tiles" and GroundVersion._meta.db_table in connection.introspection.table_names():
        watch_all()


@receiver(layer_changed, dispatch_uid="tiles.layer_changed")
def _after_publishing(collection_id: str, **_: Any) -> None:
    """Make old the tiles of an upload, and watch its table, in the transaction that publishes or withdraws it."""
    collection = registry.find(collection_id)
    if collection is None:
        tile_version.touch(collection_id)
    else:
        tile_version.watch(collection, _OVERSEER)
