"""The registry shows to each what each may see."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import Settings

from gisserver.common.access.roles import Role
from layers import registry
from layers.errors import CollectionNotFound, CollectionRefused
from layers.models import UploadedLayer
from tests import factories

PUBLISHED = {"divisions", "grids", "buildings", "building_points", "entrances", "units", "incidents"}


def test_the_apps_publish_by_their_layers_modules() -> None:
    assert registry.declared_ids() >= PUBLISHED


def test_households_are_published_nowhere() -> None:
    assert not [each for each in registry.declared_ids() if "household" in each]


def test_an_upload_is_a_collection_like_any_other(places: UploadedLayer) -> None:
    collection = registry.get("places", factories.administrator())
    assert [field.name for field in collection.fields] == ["name", "floors", "built", '100% "用途"']
    assert collection.rows(factories.administrator("other")).count() == 4


def test_who_has_no_role_sees_nothing(places: UploadedLayer) -> None:
    nobody = factories.user("nobody")
    assert registry.visible_to(nobody) == []
    with pytest.raises(CollectionNotFound):
        registry.get("places", nobody)


def test_the_anonymous_are_asked_to_log_in_whether_or_not_the_collection_exists(places: UploadedLayer) -> None:
    for name in ("places", "grids", "no-such-thing"):
        with pytest.raises(CollectionRefused):
            registry.get(name, AnonymousUser())


def test_a_public_collection_shows_all_its_rows_to_everyone(laws: None, settings: Settings) -> None:
    factories.community_of("AB")
    settings.PUBLIC_LAYERS = ["grids"]
    assert [each.id for each in registry.visible_to(AnonymousUser())] == ["grids"]
    assert registry.get("grids", AnonymousUser()).rows(AnonymousUser()).count() == 2


def test_an_area_limits_the_rows(laws: None) -> None:
    near = factories.community_of("AB")
    factories.division("440310001002")
    person = factories.user("near", role=Role.COLLECTOR, area=near)
    codes = registry.get("grids", person).rows(person).values_list("code", flat=True)
    assert set(codes) == {"A", "B"}


def test_cache_keys_differ_where_rows_may_differ(laws: None, settings: Settings) -> None:
    near = factories.community_of("A")
    one = factories.user("one", role=Role.COLLECTOR, area=near)
    all_of_it = factories.user("all", role=Role.COLLECTOR, everywhere=True)
    grids = registry.get("grids", one)
    assert grids.scope_key(one) != grids.scope_key(all_of_it)
    settings.PUBLIC_LAYERS = ["grids"]
    assert grids.scope_key(one) == grids.scope_key(all_of_it)


def test_the_signature_follows_the_columns() -> None:
    grids = registry.find("grids")
    assert grids is not None
    assert replace(grids, fields=grids.fields[:-1]).signature != grids.signature
    assert replace(grids, title="Cells").signature == grids.signature


def test_an_id_is_registered_once() -> None:
    grids = registry.find("grids")
    assert grids is not None
    with pytest.raises(ValueError, match="grids"):
        registry.register(grids)
