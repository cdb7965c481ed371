"""Signal receivers of the tiles: watch the tables of what is published, also of new layers."""

from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate

from gisserver.common.access.areas import scope_tables
from gisserver.common.access.models import Viewer
from gisserver.common.db.migrated import migrations_wait
from layers import registry, versions
from layers.models import UploadedLayer
from layers.signals import layer_changed
from tiles import tile_version, watching


class _Overseer:
    """A reader of everything, for the sake of the tables that its reading names."""

    is_authenticated = True
    is_active = True
    is_superuser = True
    pk = None


_OVERSEER: Viewer = _Overseer()  # type: ignore[assignment]


def watch_all(**_: Any) -> None:
    """Put the triggers of tile versions on the tables of every collection, and on those that scopes are read from.

    Again is harmless.
    """
    for collection in sorted(registry.all(), key=lambda each: each.id):
        watching.watch(collection, _OVERSEER)
    for table in scope_tables():
        watching.watch_table(tile_version.EVERY_LAYER, table)
    watching.watch_table(versions.UPLOADS, UploadedLayer._meta.db_table)


def connect() -> None:
    """Listen to migrations and to news of layers, and say what the versions are; again is harmless."""
    versions.register(tile_version.version_of)
    post_migrate.connect(_after_migrate, dispatch_uid="tiles.watch_all")
    layer_changed.connect(_after_publishing, dispatch_uid="tiles.layer_changed")


def _after_migrate(sender: AppConfig, **options: Any) -> None:
    if sender.name == "tiles" and not migrations_wait(connection):
        watch_all()


def _after_publishing(collection_id: str, **_: Any) -> None:
    """Make old the tiles of an upload, and watch its table, in the transaction that publishes or withdraws it."""
    collection = registry.find(collection_id)
    if collection is None:
        tile_version.touch(collection_id)
    else:
        watching.watch(collection, _OVERSEER)
