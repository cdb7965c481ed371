from datetime import timedelta

from django.db import connection
from django.utils import timezone

from buildings.models import Building
from gisserver.common.access.models import scope_of
from gisserver.common.db.validity import since
from grids.models import DivisionVersion
from incidents.models import Incident
from layers.versions import Reads
from tests.tiles.town import BEGAN, box, division, place
from tiles import delivery, tile_version
from tiles.models import GroundVersion
from tiles.tileset import tileset


def version(address, layer: str = "incidents") -> int:
    return tile_version.version_under([layer], address)


def test_a_new_row_makes_the_tile_over_it_newer(town, at):
    before = version(at(500, 500, 16))
    town.incident(500, 500)
    assert version(at(500, 500, 16)) > before


def test_a_tile_far_away_stays_as_it_is(town, at):
    before = version(at(90_000, 500, 16))
    town.incident(500, 500)
    assert version(at(90_000, 500, 16)) == before


def test_another_layer_stays_as_it_is(town, at):
    before = version(at(500, 500, 16), "buildings")
    town.incident(500, 500)
    assert version(at(500, 500, 16), "buildings") == before


def test_a_row_that_moves_makes_both_places_newer(town, at):
    incident = town.incident(500, 500)
    places = [at(500, 500, 16), at(90_000, 500, 16)]
    before = [version(place) for place in places]
    Incident.objects.filter(pk=incident.pk).update(location=place(90_000, 500))
    assert all(version(place) > old for place, old in zip(places, before, strict=True))


def test_a_row_in_the_buffer_of_a_tile_makes_the_tile_newer(town, at):
    """A square ends where the tile does; what is drawn from beyond it counts too."""
    address = at(500, 500, 15)
    unit = address.side_m / 4096
    before = version(address)
    town.incident_at_3857(address.clip.east + 60 * unit, (address.clip.north + address.clip.south) / 2)
    assert version(address) > before


def test_one_statement_with_many_rows_writes_one_version_a_square(town):
    GroundVersion.objects.all().delete()
    Building.objects.bulk_create(
        Building(community=town.west, location=place(500 + n, 500), valid=since(BEGAN)) for n in range(100)
    )
    assert GroundVersion.objects.filter(layer="building_points").count() == 1


def test_a_statement_that_touches_no_row_leaves_the_versions_as_they_are(town):
    before = GroundVersion.objects.count()
    Incident.objects.filter(pk=0).update(title="nobody")
    assert GroundVersion.objects.count() == before


def test_a_name_in_another_table_makes_the_whole_layer_newer(town, at):
    before = version(at(90_000, 500, 16))
    town.type.name = town.type.code = "lamp"
    town.type.save()
    assert version(at(90_000, 500, 16)) > before


def test_properties_that_nobody_asked_for_do_not_age_a_tile(town, at):
    """Each incident brings an assignment; the tiles that show no grid of it live on."""
    before = version(at(500, 500, 16)), version(at(500, 500, 16), "incidents+")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_touch_layer('incidents+')")
    assert version(at(500, 500, 16)) == before[0]
    assert version(at(500, 500, 16), "incidents+") > before[1]


def test_who_may_see_what_follows_the_divisions(town, at):
    before = version(at(90_000, 500, 16), "buildings")
    DivisionVersion.objects.filter(code="440310001002").update(valid=since(BEGAN))
    assert version(at(90_000, 500, 16), "buildings") > before


def test_a_change_to_come_counts_when_its_moment_has_come(town, at):
    address = at(500, 500, 16)
    town.building(500, 500, valid_from=timezone.now() + timedelta(days=7))
    before = version(address, "buildings")
    waiting = GroundVersion.objects.filter(layer="buildings", effective_at__gt=timezone.now())
    assert waiting.count() == 1
    waiting.update(effective_at=timezone.now() - timedelta(seconds=1))
    assert version(address, "buildings") > before


def test_a_boundary_over_many_squares_makes_the_whole_layer_newer(town):
    GroundVersion.objects.all().delete()
    division("district", "449999", "大区", box(10_000, 0, 200_000, 200_000), None)
    assert list(GroundVersion.objects.filter(layer="divisions").values_list("x", "y")) == [(-1, -1)]


def test_compacting_keeps_every_version(town, at):
    for number in range(5):
        town.incident(500, 500 + number)
        town.incident(2500, 500 + number)
    addresses = [at(500, 500, 16), at(2500, 500, 16), at(500, 500, 10)]
    before = [version(address) for address in addresses]
    tile_version.compact()
    assert [version(address) for address in addresses] == before
    assert GroundVersion.objects.filter(layer="incidents").count() <= 4


def test_a_tile_is_never_older_than_the_last_change(town, at, analyst, decode):
    tiles, address = tileset("incidents", analyst), at(500, 500, 15)
    seen = []
    for number in range(3):
        town.incident(500 + number, 500)
        seen.append(delivery.deliver(tiles, address))
    assert len({answer.etag for answer in seen}) == len({answer.body for answer in seen}) == 3


def test_a_tile_in_memory_costs_one_look_at_the_version(town, at, analyst, django_assert_num_queries):
    tiles, address = tileset("grids", analyst), at(500, 500, 14)
    first = delivery.deliver(tiles, address)
    with django_assert_num_queries(1):
        assert delivery.deliver(tiles, address) == first


def test_a_tile_that_nobody_has_costs_one_query(town, at, analyst, django_assert_num_queries):
    scope_of(analyst)
    with django_assert_num_queries(1):
        delivery.deliver(tileset("grids", analyst), at(500, 500, 14))


def test_who_holds_a_tile_that_we_forgot_costs_one_look_too(town, at, analyst, django_assert_num_queries):
    tiles, address = tileset("grids", analyst), at(500, 500, 14)
    held = delivery.deliver(tiles, address).etag
    delivery.cache.clear()
    with django_assert_num_queries(1):
        assert delivery.deliver(tiles, address, held={held}).body is None


def read_from(*names: str, bbox=None) -> int:
    return tile_version.version_of(Reads(names, bbox))


def box_around(address) -> tuple[float, float, float, float]:
    return address.clip.west, address.clip.south, address.clip.east, address.clip.north


def test_an_answer_about_a_box_ages_with_the_data_in_it(town, at):
    near, far = box_around(at(500, 500, 16)), box_around(at(90_000, 500, 16))
    before = [read_from("incidents", bbox=box) for box in (near, far, None)]
    town.incident(500, 500)
    after = [read_from("incidents", bbox=box) for box in (near, far, None)]
    assert [new > old for old, new in zip(before, after, strict=True)] == [True, False, True]


def test_a_row_without_a_place_ages_what_lists_show(town, at):
    """The building has no footprint: no tile of footprints holds it, but the list of buildings does."""
    tile, listed = version(at(500, 500, 16), "buildings"), read_from("buildings+")
    building = town.building(500, 500, footprint=None)
    named = read_from("buildings+")
    Building.objects.filter(pk=building.pk).update(name="一号楼")
    assert version(at(500, 500, 16), "buildings") == tile
    assert listed < named < read_from("buildings+")


def test_a_planned_row_without_a_place_ages_what_lists_show_when_its_moment_has_come(town):
    town.building(500, 500, footprint=None, valid_from=timezone.now() + timedelta(days=7))
    waiting = GroundVersion.objects.filter(layer="buildings+", effective_at__gt=timezone.now())
    before = read_from("buildings+")
    assert waiting.update(effective_at=timezone.now() - timedelta(seconds=1)) == 1
    assert read_from("buildings+") > before
