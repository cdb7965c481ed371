"""check_partition sees what a raw writer did to the stored partition."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from grids.proof import partition_defects
from tests.factories import community_of, division, drawn

pytestmark = pytest.mark.usefixtures("laws")


def tamper(statement: str) -> None:
    """Write past the triggers, as someone with the table owner's rights could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE grids_gridversion DISABLE TRIGGER USER")
        cursor.execute(statement)


def test_a_true_partition_is_proved() -> None:
    community_of("AB/CC")
    out = StringIO()
    call_command("check_partition", stdout=out)
    assert out.getvalue() == "proved: 3 grids tile 1 communities exactly\n"


def test_nothing_stored_is_nothing_wrong() -> None:
    assert partition_defects() == ([], 0, 0)


def test_a_vertex_moved_by_a_millimetre_is_seen() -> None:
    community_of("AB")
    tamper(
        "UPDATE grids_gridversion SET geom = ST_SetSRID(ST_GeomFromText(replace(ST_AsText(geom, 3), "
        "'527100 2510000', '527100.001 2510000')), 4547) WHERE code = 'A'"
    )
    out = StringIO()
    with pytest.raises(CommandError, match="not_a_partition"):
        call_command("check_partition", stdout=out)
    assert "overlap in 440310001001: A / B" in out.getvalue()


def test_a_grid_ended_alone_is_seen() -> None:
    community_of("AB")
    tamper("UPDATE grids_gridversion SET valid = tstzrange(lower(valid), now()) WHERE code = 'B'")
    defects, *_ = partition_defects()
    assert [(defect.kind.value, defect.area_m2) for defect in defects] == [("missing", 10_000.0)]


def test_before_that_it_was_whole() -> None:
    community_of("AB")
    tamper("UPDATE grids_gridversion SET valid = tstzrange(lower(valid), now()) WHERE code = 'B'")
    call_command("check_partition", "--at=2025-06-01", stdout=StringIO())


def test_a_grid_that_stands_twice_is_seen() -> None:
    community_of("AB")
    tamper(
        "WITH twin AS (INSERT INTO grids_grid (community_id, created_at) "
        "SELECT community_id, now() FROM grids_gridversion WHERE code = 'A' RETURNING id) "
        "INSERT INTO grids_gridversion (grid_id, community_id, code, kind, geom, valid, recorded_at) "
        "SELECT twin.id, community_id, 'C', kind, geom, valid, recorded_at FROM grids_gridversion, twin "
        "WHERE code = 'A'"
    )
    assert {defect.kind.value for defect in partition_defects()[0]} == {"overlap"}


def test_one_community_alone_may_be_asked_for() -> None:
    community_of("AB")
    assert partition_defects(community="440310001001") == ([], 1, 2)
    assert partition_defects(community="nowhere") == ([], 0, 0)


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="Not a time"):
        call_command("check_partition", "--at=yesterday")


def test_a_community_whose_grids_have_all_ended_is_named() -> None:
    community_of("AB")
    tamper("UPDATE grids_gridversion SET valid = tstzrange(lower(valid), now())")
    [defect], *_ = partition_defects()
    assert (defect.kind.value, defect.community, defect.area_m2) == ("all_grids_ended", "440310001001", 20_000.0)


def test_a_community_that_was_never_divided_is_no_defect() -> None:
    division("440310001001", geometry=drawn("A")["A"])
    assert partition_defects() == ([], 0, 0)
