"""What `pg_dump` writes `pg_restore` gives back whole: every object, every row, every law."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from buildings.models import BuildingCode, Entrance, Household, Unit
from buildings.services import assign_buildings
from gisserver.common.db.validity import since
from gisserver.runtime.postgres import installations
from incidents.services import NewIncident, record_incidents
from tests import factories
from tests.databases import cluster_url, new_database
from tests.factories import LONG_AGO, at, community_of, hours_ago

OBJECTS = {
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated"
    " FROM pg_constraint WHERE conparentid = 0",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "columns": "SELECT table_name, column_name, data_type, column_default, is_nullable, generation_expression,"
    " collation_name FROM information_schema.columns WHERE table_schema = 'public'",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "functions": "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    " AND prokind = 'f' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')",
    "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'",
}
# What the laws refuse to any writer, one statement for each of them.
FORBIDDEN = {
    "overlap": "INSERT INTO grids_gridversion (grid_id, community_id, code, name, geom, valid, recorded_at)"
    " SELECT grid_id, community_id, 'Z', 'z', geom, '[2020-01-01,)', now() FROM grids_gridversion LIMIT 1",
    "hole": "UPDATE grids_gridversion SET valid = tstzrange(lower(valid), now()) WHERE code = 'A'",
    "deleted": "DELETE FROM grids_gridversion",
    "rewritten": "UPDATE grids_gridversion SET code = 'Z'",
    "finer than a millimetre": "UPDATE buildings_building SET location = ST_Translate(location, 0.0004, 0)",
    "serializable": "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; UPDATE grids_gridversion SET valid = valid",
    "an orphan": "UPDATE buildings_building SET valid = tstzrange(lower(valid), now())",
    "a code twice": "INSERT INTO buildings_buildingcode (building_id, code, scheme, valid)"
    " SELECT building_id, code, scheme, '[2010-01-01,2011-01-01)' FROM buildings_buildingcode",
    "not assigned": "UPDATE incidents_assignment SET valid = tstzrange(lower(valid), now())",
    "two assignments": "INSERT INTO incidents_assignment (incident_id, occurred_at, rule, reason, valid)"
    " SELECT incident_id, occurred_at, 'none', '', tstzrange(lower(valid), now()) FROM incidents_assignment",
    "testimony": "UPDATE incidents_incident SET reported_x = 1",
    "a partition's rows": "DO $$ BEGIN EXECUTE (SELECT format('TRUNCATE %s CASCADE', inhrelid::regclass)"
    " FROM pg_inherits WHERE inhparent = 'incidents_incident'::regclass"
    " AND inhrelid::regclass::text ~ 'm[0-9]+$'); END $$",
}


@dataclass(frozen=True)
class Portrait:
    """All that a database has and does: its objects by kind, a checksum of each table, what each forbidden act gets."""

    objects: dict[str, list[str]]
    checksums: dict[str, str]
    refusals: dict[str, str]


def portrait(url: str) -> Portrait:
    with psycopg.connect(url, autocommit=True) as server:
        objects = {kind: sorted(map(spelt, server.execute(query))) for kind, query in OBJECTS.items()}
        tables = [name for (name,) in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        checksums = {name: checksum(server, name) for name in sorted(tables)}
        refusals = {law: refusal(server, statement) for law, statement in FORBIDDEN.items()}
    return Portrait(objects, checksums, refusals)


def spelt(row: tuple[Any, ...]) -> str:
    """Return an object without casts and brackets: PostgreSQL sets others when it reads its own words again."""
    return re.sub(r"::[a-z ]+|[()\[\]]", "", repr(row))


def checksum(server: psycopg.Connection[Any], table: str) -> str:
    rows = sql.SQL("SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t")
    return str(server.execute(rows.format(sql.Identifier(table))).fetchall())


def refusal(server: psycopg.Connection[Any], statement: str) -> str:
    with pytest.raises(psycopg.Error) as refused, server.transaction():
        server.execute(statement)
        server.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return f"{refused.value.sqlstate} {refused.value.diag.constraint_name}"


def program(name: str, *arguments: str) -> None:
    """Run a program of the newest PostgreSQL here; it must report no error."""
    command = [str(installations()[0].programs / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def furnish() -> None:
    """AB: a house with a flat and a household in A, whose state has changed, and an open incident in B."""
    community = community_of("AB")
    house = factories.building(at(0.5, 0.5), name="1栋", address="人民路1号1栋", community=community)
    BuildingCode.objects.create(building=house, code="1001", scheme="sz19", valid=since(LONG_AGO))
    stair = Entrance.objects.create(building=house, name="1单元", valid=since(LONG_AGO))
    flat = Unit.objects.create(building=house, entrance=stair, number="101", valid=since(LONG_AGO))
    Household.objects.create(unit=flat, head_name="张三丰", valid=since(LONG_AGO))
    assign_buildings()
    house.floors = 6
    house.save()
    place = at(1.5, 0.5).hexewkb.decode()
    kind, moment = factories.incident_type().pk, hours_ago(1)
    record_incidents(
        [NewIncident(occurred_at=moment, received_at=moment, type_id=kind, location_ewkb=place, declared_crs="wgs84")]
    )


@pytest.fixture(scope="module")
def both(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Portrait, Portrait]]:
    """A furnished database, and what its dump was restored to."""
    dump = tmp_path_factory.mktemp("dump") / "gisserver.dump"
    with django_db_blocker.unblock():
        furnish()
        url = cluster_url(str(connection.settings_dict["NAME"]))
        program("pg_dump", url, "--format=custom", f"--file={dump}")
        original = portrait(url)
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        connection.close()
    with new_database(f"restored_{os.getpid()}") as copy:
        program("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={copy}", str(dump))
        yield original, portrait(copy)


@pytest.mark.parametrize("kind", OBJECTS)
def test_every_object_comes_back(both: tuple[Portrait, Portrait], kind: str) -> None:
    original, restored = both
    assert restored.objects[kind] == original.objects[kind] != []


def test_every_row_comes_back(both: tuple[Portrait, Portrait]) -> None:
    original, restored = both
    assert restored.checksums == original.checksums


@pytest.mark.parametrize("law", FORBIDDEN)
def test_every_law_holds_in_what_was_restored(both: tuple[Portrait, Portrait], law: str) -> None:
    original, restored = both
    assert restored.refusals[law] == original.refusals[law]
