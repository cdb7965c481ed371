"""Who edits the same feature at the same time loses nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from gisserver.common.access.roles import Role
from gisserver.common.errors import Stale
from layers import registry, tables
from layers.editing.changes import Look, change, create, state_of
from layers.editing.drafts import Draft
from layers.models import UploadedLayer
from layers.publishing import publish_file
from layers.spatial.crs import CRS84
from tests import factories

WRITERS, EDITS = 4, 5


@pytest.fixture
def owner(transactional_db: None, places_file: Path) -> Iterator[User]:
    """Who owns the four places, committed; the table goes with the test."""
    user = factories.user("owner", role=Role.ANALYST, everywhere=True)
    layer = publish_file(places_file, owner=user).layer
    yield user
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE layer_{layer.pk}")


def count_up(user: User) -> int:
    """Add one to the floors of the first place so often; return how often somebody else was faster."""
    beaten = done = 0
    try:
        while done < EDITS:
            collection = registry.get("places", user)
            seen = state_of(collection, user, 1)
            # Somebody may have ended this version by now: it is kept all the same.
            versions = collection.rows(user).model._default_manager
            floors = versions.get(version=int(seen.rpartition(".")[2], 16)).p1
            try:
                change(collection, user, 1, Draft({"p1": floors + 1}, has_geometry=False), CRS84, only(seen))
                done += 1
            except Stale:
                beaten += 1
    finally:
        connections.close_all()
    return beaten


def only(seen: str) -> Look:
    """Return what refuses a feature in another state."""

    def look(state: str) -> None:
        if state != seen:
            raise Stale("edited_meanwhile", "")

    return look


def test_no_edit_is_lost(owner: User) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(count_up, [owner] * WRITERS))
    layer = UploadedLayer.objects.get()
    versions = tables.versions_of(layer).filter(fid=1).order_by("version")
    assert [each.p1 for each in versions] == list(range(3, 3 + WRITERS * EDITS + 1))
    assert all(former.ended_at == later.began_at for former, later in zip(versions[:20], versions[1:], strict=True))


def test_features_added_at_once_get_ids_of_their_own(owner: User) -> None:
    def add(_: int) -> int:
        try:
            return create(registry.get("places", owner), owner, [Draft({"p0": "x"})] * 2, CRS84)[0].fid
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sorted(pool.map(add, range(WRITERS))) == [5, 7, 9, 11]
    assert UploadedLayer.objects.get().feature_count == 12
