"""A community is proved once for each transaction, and never less than the rows of it would be (law 1)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
import shapely
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from grids.models import Division, DivisionVersion, GridVersion
from tests.factories import community_of, division, drawn, grid
from tests.redrawing import check_constraints

pytestmark = pytest.mark.usefixtures("laws")


def execute(statement: str, *values: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def notes() -> int:
    """Return how many communities wait for their proof."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM grids_unproved")
        return int(cursor.fetchone()[0])


def two_communities() -> tuple[Division, Division]:
    """AB|CD  two communities side by side, without their grids."""
    west = division("1", geometry=drawn("WW..")["W"])
    east = division("2", geometry=drawn("..EE")["E"])
    return west, east


def test_many_rows_of_a_community_leave_one_note() -> None:
    community_of("AAB/ACB")
    assert notes() == 1


def test_nothing_is_noted_any_more_when_all_is_proved() -> None:
    community_of("AAB/ACB")
    check_constraints()
    assert notes() == 0


@pytest.mark.parametrize("missing", ["A", "C"])
def test_each_of_two_communities_is_proved(missing: str) -> None:
    west, east = two_communities()
    shapes = drawn("ABCD")
    for code, community in (("A", west), ("B", west), ("C", east), ("D", east)):
        if code != missing:
            grid(code, shapes[code], community)
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        check_constraints()


def test_two_sound_communities_are_accepted() -> None:
    west, east = two_communities()
    for code, shape in drawn("ABCD").items():
        grid(code, shape, west if code in "AB" else east)
    check_constraints()
    assert GridVersion.objects.at().count() == 4


def test_a_grid_does_not_reach_into_the_neighbouring_community() -> None:
    """WW|EE  A covers half of both; the areas agree with what B and C leave."""
    west, east = two_communities()
    shapes = drawn("BAAC")
    for code, community in (("B", west), ("A", west), ("C", east)):
        grid(code, shapes[code], community)
    with pytest.raises(IntegrityError, match=r"differ|leaves"):
        check_constraints()


def test_what_is_written_after_a_proof_is_proved_too() -> None:
    community_of("AB")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        GridVersion.objects.filter(code="A").end(timezone.now() + timedelta(days=1))


def test_what_is_written_after_a_proof_and_deferred_again_is_proved_at_the_end() -> None:
    community_of("AB")
    check_constraints()
    GridVersion.objects.filter(code="A").end(timezone.now() + timedelta(days=1))
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        check_constraints()


def test_a_proof_that_is_rolled_back_is_made_again() -> None:
    """What stood at the savepoint was noted before; its proof after the savepoint counts no more."""
    community = division("1", geometry=drawn("CC")["C"])
    grid("A", drawn("A.")["A"], community)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        grid("B", drawn(".B")["B"], community)
        check_constraints()
        raise ZeroDivisionError
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        check_constraints()


def test_what_is_rolled_back_to_a_savepoint_needs_no_proof() -> None:
    community_of("AB")
    check_constraints()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        GridVersion.objects.filter(code="A").end(timezone.now() + timedelta(days=1))
        raise ZeroDivisionError
    check_constraints()
    assert GridVersion.objects.filter(valid__upper_inf=True).count() == 2


@pytest.mark.parametrize(
    "evasion",
    [
        "DELETE FROM grids_unproved",
        "INSERT INTO grids_unproved (community_id, since) SELECT id, 'infinity' FROM grids_division LIMIT 1",
    ],
)
def test_no_writer_silences_the_proof(evasion: str) -> None:
    community_of("AB")
    check_constraints()
    GridVersion.objects.filter(code="A").end(timezone.now() + timedelta(days=1))
    execute(evasion)
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        check_constraints()


def test_a_note_is_never_rewritten() -> None:
    community_of("AB")
    with pytest.raises(IntegrityError, match="history"):
        execute("UPDATE grids_unproved SET since = 'infinity'")


def test_a_note_written_before_the_change_silences_nothing() -> None:
    community_of("AB")
    check_constraints()
    tomorrow = timezone.now() + timedelta(days=1)
    execute("INSERT INTO grids_unproved (community_id, since) SELECT id, %s FROM grids_division LIMIT 1", tomorrow)
    GridVersion.objects.filter(code="A").end(tomorrow)
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        check_constraints()


def test_every_later_moment_is_proved() -> None:
    """Tomorrow C takes the area of A and B, which is right; the day after it leaves half of it to nobody."""
    community = community_of("AB")
    tomorrow = timezone.now() + timedelta(days=1)
    GridVersion.objects.all().end(tomorrow)
    whole = shapely.coverage_union_all(list(drawn("AB").values()))
    grid("C", whole, community, begins=tomorrow)
    check_constraints()
    GridVersion.objects.filter(code="C").end(tomorrow + timedelta(days=1))
    grid("D", drawn("D.")["D"], community, begins=tomorrow + timedelta(days=1))
    with pytest.raises(IntegrityError, match="differ from its polygon"):
        check_constraints()


def test_an_end_of_a_polygon_that_is_moved_later_does_not_reach_into_a_neighbour() -> None:
    """W gives its area to E tomorrow; then W is to hold it a day longer."""
    tomorrow = timezone.now() + timedelta(days=1)
    west = division("1", geometry=drawn("W")["W"])
    DivisionVersion.objects.all().end(tomorrow)
    division("2", geometry=drawn("W")["W"], begins=tomorrow)
    check_constraints()
    DivisionVersion.objects.filter(division=west).end(tomorrow + timedelta(days=1))
    with pytest.raises(IntegrityError, match="overlap"):
        check_constraints()


WHOLE = """
WITH identity AS (INSERT INTO grids_grid (community_id, created_at) SELECT id, now() FROM grids_division RETURNING *)
INSERT INTO grids_gridversion (grid_id, community_id, code, name, kind, geom, valid, recorded_at)
SELECT i.id, i.community_id, 'X', 'X', 'base', f.geom, f.valid, now()
FROM identity i JOIN grids_divisionversion f ON f.division_id = i.community_id
"""


@pytest.fixture
def undivided(transactional_db: None, laws: None) -> Division:
    """A community that is not divided into grids yet, seen by everybody."""
    return division("1", geometry=drawn("C")["C"])


@pytest.fixture
def other() -> Iterator[psycopg.Connection[object]]:
    """Somebody else in the same database."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as somebody:
        yield somebody


def test_of_two_writers_who_do_not_see_each_other_the_later_is_refused(
    undivided: Division, other: psycopg.Connection[object]
) -> None:
    """Each gives the whole community to a grid of their own: alone right, together twice what there is."""
    with pytest.raises(IntegrityError, match="differ from its polygon"), transaction.atomic():
        grid("A", drawn("C")["C"], undivided)
        other.execute(WHOLE)
        other.commit()


def test_a_writer_waits_until_another_who_is_proved_has_committed(
    undivided: Division, other: psycopg.Connection[object]
) -> None:
    other.execute(WHOLE)
    other.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
        execute("SET LOCAL lock_timeout = '200ms'")
        grid("A", drawn("C")["C"], undivided)
        check_constraints()
