"""Two imports of one source at once: the second waits, and finds nothing new."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from buildings.models import Building, Entrance, Household, Unit
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.db.validity import since
from incidents.models import Incident
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("transactional_db")
ROWS = 40


def twice(*arguments: str) -> list[str]:
    """Run one command twice at the same time, each on a connection of its own; return what both said, sorted.

    The turn is held until both have begun, so that they do meet.
    """

    def run() -> str:
        out = StringIO()
        try:
            call_command(*arguments, stdout=out)
        finally:
            connection.close()
        return out.getvalue().strip()

    with ThreadPoolExecutor(2) as pool, transaction.atomic():
        take_turn(arguments[0].removeprefix("import_"), "s")
        running = [pool.submit(run) for _ in range(2)]
        _wait_for_two()
        transaction.set_rollback(True)  # lets both go on
    return sorted(one.result() for one in running)


def _wait_for_two() -> None:
    with connection.cursor() as cursor:
        waiting = 0
        while waiting < 2:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            waiting = cursor.fetchone()[0]


@pytest.fixture
def house() -> Building:
    row = factories.building(at(0.5, 0.5), community=community_of("AB"))
    Building.objects.update(source="s", source_ref="h1")
    stair = Entrance.objects.create(building=row, name="1单元", valid=since(LONG_AGO))
    Unit.objects.create(building=row, entrance=stair, number="101", valid=since(LONG_AGO))
    return row


def test_buildings_stand_once(tmp_path: Path) -> None:
    community_of("AB")
    path = tmp_path / "houses.csv"
    path.write_text("id,x,y\n" + "".join(f"b{n},{527010 + n},2510050\n" for n in range(ROWS)))
    options = ("--source=s", "--crs=EPSG:4547", "--map=lon=x", "--map=lat=y", "--map=source_ref=id")
    assert twice("import_buildings", str(path), *options) == [
        f"read {ROWS}, begun 0, ended 0, unchanged {ROWS}, rejected 0",
        f"read {ROWS}, begun {ROWS}, ended 0, unchanged 0, rejected 0",
    ]
    assert Building.objects.count() == ROWS


def test_households_live_once(tmp_path: Path, house: Building) -> None:
    path = tmp_path / "homes.csv"
    path.write_text("building_ref,room,name,tel\n" + "".join(f"h1,101,王{n},138{n}\n" for n in range(ROWS)))
    assert twice("import_households", str(path), "--source=s")[0].startswith(f"read {ROWS}, begun 0")
    assert Household.objects.count() == ROWS


def test_incidents_happen_once(tmp_path: Path) -> None:
    community_of("AB")
    path = tmp_path / "incidents.csv"
    rows = "".join(f"i{n},2026-03-01T08:00:00+08:00,A,{527010 + n},2510050\n" for n in range(ROWS))
    path.write_text("external_id,occurred_at,type,x,y\n" + rows)
    options = ("--source=s", "--crs=EPSG:4547", "--map=lon=x", "--map=lat=y", "--map=type=type")
    assert twice("import_incidents", str(path), *options)[0].startswith(f"read {ROWS}, begun 0")
    assert Incident.objects.count() == ROWS


def test_the_database_holds_one_building_of_a_reference(house: Building) -> None:
    with pytest.raises(IntegrityError, match="buildings_building_one_reference"), transaction.atomic():
        Building.objects.create(location=house.location, source="s", source_ref="h1", valid=since(LONG_AGO))
