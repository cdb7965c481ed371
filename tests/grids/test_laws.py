"""The laws of the partition hold against any writer, raw SQL included (DESIGN §3)."""

from datetime import UTC, datetime, timedelta

import pytest
import shapely
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from gisserver.common.db.validity import since
from grids.models import DivisionVersion, Grid, GridVersion
from tests import factories
from tests.factories import LONG_AGO, at, community_of, division, drawn, grid

pytestmark = pytest.mark.usefixtures("laws")

LATER = datetime(2025, 1, 1, tzinfo=UTC)


def check_constraints() -> None:
    """Run the checks that wait for the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_partition_that_tiles_its_community_is_accepted() -> None:
    community_of("AAB/ACB")
    check_constraints()
    assert GridVersion.objects.at().count() == 3


def test_overlapping_grids_are_refused() -> None:
    """A?B.  A and B both claim the second cell, nobody the fourth, so that the areas sum up."""
    left, right = drawn("AA..")["A"], drawn(".BB.")["B"]
    community = division("C", geometry=drawn("CCCC")["C"])
    grid("A", left, community)
    grid("B", right, community)
    with pytest.raises(IntegrityError, match="overlap"):
        check_constraints()


def test_a_gap_is_refused_even_when_a_whole_grid_is_missing() -> None:
    shapes = drawn("AAB/ACB")
    community = division("C", geometry=shapely.coverage_union_all(list(shapes.values())))
    grid("A", shapes["A"], community)
    grid("B", shapes["B"], community)
    with pytest.raises(IntegrityError, match="differ from its polygon by -10000000000"):
        check_constraints()


def test_a_grid_outside_its_community_is_refused() -> None:
    """The areas agree, the places do not."""
    community = division("C", geometry=drawn("C.")["C"])
    grid("A", drawn(".A")["A"], community)
    with pytest.raises(IntegrityError, match="leaves the new polygon"):
        check_constraints()


def test_communities_do_not_overlap() -> None:
    division("1", geometry=drawn("AA.")["A"])
    division("2", geometry=drawn(".BB")["B"])
    with pytest.raises(IntegrityError, match="overlap"):
        check_constraints()


def test_a_coordinate_finer_than_a_millimetre_is_refused() -> None:
    shape = shapely.transform(drawn("A")["A"], lambda xy: xy + 0.0004)
    community = division("C")
    with pytest.raises(IntegrityError, match="grids_gridversion_geom_millimetre"):
        grid("A", shape, community)


def test_an_invalid_polygon_is_refused() -> None:
    x, y = at(0, 0).x, at(0, 0).y
    bow_tie = shapely.Polygon([(x, y), (x + 10, y + 10), (x + 10, y), (x, y + 10)])
    with pytest.raises(IntegrityError, match="grids_divisionversion_geom_valid"):
        division("C", geometry=bow_tie)


def test_a_second_current_version_is_refused() -> None:
    community = community_of("A")
    version = GridVersion.objects.get(code="A")
    with pytest.raises(IntegrityError, match="one_at_a_time"):
        grid("A", drawn("A")["A"], community, identity=version.grid, begins=LATER)


def test_a_code_is_never_given_to_another_grid() -> None:
    community = community_of("A")
    GridVersion.objects.filter(code="A").end(LATER)
    with pytest.raises(IntegrityError, match="code_never_reused"):
        grid("A", drawn("A")["A"], community, begins=LATER)


@pytest.mark.parametrize("statement", ["DELETE FROM grids_gridversion", "TRUNCATE grids_gridversion CASCADE"])
def test_nothing_is_deleted(statement: str) -> None:
    community_of("AB")
    check_constraints()
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        execute(statement)


@pytest.mark.parametrize(
    "column", ["geom = geom", "code = 'X'", "grid_id = 1", "valid = tstzrange('2020-01-01', NULL)"]
)
def test_a_version_is_never_rewritten(column: str) -> None:
    community_of("A")
    with pytest.raises(IntegrityError, match="history|past"):
        execute(f"UPDATE grids_gridversion SET {column}")


def test_an_end_that_has_passed_is_final() -> None:
    community_of("A")
    GridVersion.objects.all().end(LATER)
    with pytest.raises(IntegrityError, match="past"):
        execute("UPDATE grids_gridversion SET valid = tstzrange(lower(valid), NULL)")


def test_a_future_end_may_be_taken_back() -> None:
    community_of("A")
    GridVersion.objects.all().end(timezone.now() + timedelta(days=1))
    execute("UPDATE grids_gridversion SET valid = tstzrange(lower(valid), NULL)")
    assert GridVersion.objects.get().valid.upper is None


def test_a_redraw_may_move_a_border_when_the_whole_still_tiles() -> None:
    """AB  becomes  AB  at the same instant, in one transaction.
    AB            BB
    """
    community = community_of("AB/AB")
    check_constraints()
    identities = dict(GridVersion.objects.values_list("code", "grid"))
    GridVersion.objects.all().end(LATER)
    for code, shape in drawn("AB/BB").items():
        grid(code, shape, community, identity=Grid.objects.get(pk=identities[code]), begins=LATER)
    check_constraints()
    assert [v.area_m2 for v in GridVersion.objects.at(LATER).order_by("code")] == [10_000, 30_000]
    assert [v.area_m2 for v in GridVersion.objects.at(LONG_AGO).order_by("code")] == [20_000, 20_000]


def test_ending_one_grid_without_a_successor_is_refused() -> None:
    community_of("AB")
    check_constraints()
    GridVersion.objects.filter(code="A").end(LATER)
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        check_constraints()


def test_a_new_community_polygon_that_its_grids_do_not_fill_is_refused() -> None:
    community = community_of("AB")
    check_constraints()
    DivisionVersion.objects.filter(division=community).end(LATER)
    DivisionVersion.objects.create(
        division=community,
        level="community",
        code="440310001001",
        name="n",
        valid=(LATER, None),
        geom=GridVersion.objects.get(code="A").geom,
    )
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        check_constraints()


def test_a_grid_never_leaves_its_community() -> None:
    community_of("A")
    elsewhere = division("D")
    with pytest.raises(IntegrityError, match="never leaves"):
        grid("A2", drawn("A")["A"], elsewhere, identity=Grid.objects.get())


def test_a_division_never_changes_its_level() -> None:
    community = division("C")
    with pytest.raises(IntegrityError, match="level"):
        DivisionVersion.objects.create(division=community, level="district", code="D", name="d", valid=(LATER, None))


@pytest.mark.parametrize(
    ("validity", "law"),
    [
        ("tstzrange('2025-01-01', NULL, '()')", "dated"),
        ("tstzrange('2025-01-01', '2026-01-01', '[]')", "dated"),
        ("tstzrange('-infinity', NULL)", "calendar"),
        ("tstzrange('2025-01-01', 'infinity')", "calendar"),
        ("'empty'", "dated"),
    ],
)
def test_a_validity_that_leaves_an_instant_unasked_is_refused(validity: str, law: str) -> None:
    with pytest.raises(IntegrityError, match=f"grids_divisionversion_{law}"):
        execute(
            "INSERT INTO grids_divisionversion (division_id, level, code, name, valid, recorded_at) "
            f"SELECT id, level, 'X', 'x', {validity}, now() FROM grids_division WHERE id = %s",
            factories.Division.objects.create(level="district").pk,
        )


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_writer_who_cannot_see_what_was_committed_meanwhile_is_refused(transactional_db: None, level: str) -> None:
    with pytest.raises(IntegrityError, match="READ COMMITTED"), transaction.atomic():
        execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        community_of("AB")


def planned_merge() -> tuple[GridVersion, GridVersion, datetime]:
    """AB today, one grid B tomorrow; return the versions of A and of tomorrow's B, and the moment."""
    community = community_of("AB")
    tomorrow = timezone.now() + timedelta(days=1)
    GridVersion.objects.all().end(tomorrow)
    a, b = GridVersion.objects.order_by("code")
    both = grid(
        "B", shapely.coverage_union_all(list(drawn("AB").values())), community, begins=tomorrow, identity=b.grid
    )
    check_constraints()
    return a, both, tomorrow


def test_a_plan_may_be_called_off_before_it_begins_and_what_it_would_end_goes_on() -> None:
    _a, both, tomorrow = planned_merge()
    GridVersion.objects.filter(pk=both.pk).update(valid="empty")
    GridVersion.objects.filter(valid__endswith=tomorrow).update(valid=since(LONG_AGO))
    check_constraints()
    assert list(GridVersion.objects.at(tomorrow).order_by("code").values_list("code", flat=True)) == ["A", "B"]


def test_half_a_plan_is_refused() -> None:
    """Tomorrow's two grids are planned; one of them is called off, so its land would be nobody's."""
    community_of("AB")
    tomorrow = timezone.now() + timedelta(days=1)
    a, b = GridVersion.objects.order_by("code")
    GridVersion.objects.all().end(tomorrow)
    for version in (a, b):
        version.pk, version.valid = None, since(tomorrow)
        version.save()
    check_constraints()
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        GridVersion.objects.filter(pk=b.pk).update(valid="empty")
        check_constraints()


def test_what_has_begun_is_not_called_off() -> None:
    community_of("AB")
    with pytest.raises(IntegrityError, match="the past of grids_gridversion cannot be changed"):
        GridVersion.objects.filter(code="A").update(valid="empty")


def test_what_was_called_off_is_not_taken_up_again() -> None:
    _a, both, tomorrow = planned_merge()
    GridVersion.objects.filter(pk=both.pk).update(valid="empty")
    with pytest.raises(IntegrityError, match="the past of grids_gridversion cannot be changed"):
        GridVersion.objects.filter(pk=both.pk).update(valid=since(tomorrow))
