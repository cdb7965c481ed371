"""`/api/imports/`: what each import of a register read and did, and how many of its rows wait."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from buildings.models import Unit
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def imported(laws: None, tmp_path: Path) -> None:
    """A register of a known home and of a place that nobody knows."""
    house = factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community_of("AB"))
    Unit.objects.create(building=house, number="301", valid=since(LONG_AGO))
    path = tmp_path / "rows.csv"
    path.write_text("户号,地址,户主\nH-1,人民路1号幸福花园1栋301,王某\nH-2,老王头家,李某\n")
    call_command("import_households", str(path), "--source=民政", effective_at=datetime(2026, 3, 1, tzinfo=UTC))


def test_an_import_is_told_with_its_numbers_and_taken_back_by_its_id(client: Client, imported: None) -> None:
    client.force_login(factories.administrator())
    [one] = client.get("/api/imports/").json()["results"]
    assert (one["source"], one["full"], one["waiting"], one["reverted_by"]) == ("民政", False, 1, None)
    assert (one["counts"]["read"], one["counts"]["begun"], one["counts"]["in doubt"]) == (2, 1, 1)
    assert len(client.get("/api/reviews/", {"run": one["run"]}).json()["results"]) == one["waiting"]
    body = {"reason": "错的文件"}
    done = client.post(f"/api/imports/{one['id']}/revert/", body, content_type="application/json")
    assert client.get("/api/imports/").json()["results"][0]["reverted_by"] == done.json()["event"]["id"]


def test_who_edits_another_community_sees_none_of_it(client: Client, imported: None) -> None:
    client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=factories.division("440310001002")))
    assert client.get("/api/imports/").json()["results"] == []


def test_who_edits_no_register_is_refused(client: Client, imported: None) -> None:
    client.force_login(factories.user("fenxi", role=Role.ANALYST, everywhere=True))
    assert client.get("/api/imports/").status_code == 403
