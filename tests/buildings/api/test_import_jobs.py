"""`POST /api/imports/`: a worker imports a register, or says what that would do; the report is the job's result."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from buildings.models import Household, Unit
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from gisserver.common.jobs import runner
from gisserver.common.jobs.models import Job
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
ROWS = "编号,地址,谁,人数\nH-1,人民路1号幸福花园1栋301,王某,3\nH-2,老王头家,李某,三十万\n"


@pytest.fixture
def community(laws: None, settings: Any, tmp_path: Path) -> Division:
    """A community with one home; the jobs' files have a home of their own."""
    settings.GISSERVER_HOME = tmp_path
    community = community_of("AB")
    house = factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community)
    Unit.objects.create(building=house, number="301", valid=since(LONG_AGO))
    return community


@pytest.fixture
def clerk(client: Client, community: Division) -> Client:
    client.force_login(factories.administrator())
    return client


def send(client: Client, **said: Any) -> Any:
    """Send the register; returns the answer."""
    file = SimpleUploadedFile("户.csv", ROWS.encode())
    return client.post("/api/imports/", {"file": file, "source": "网格办", **said})


def report(client: Client, **said: Any) -> Any:
    """Send the register, let a worker go through it, and return the job's report."""
    answer = send(client, **said)
    assert answer.status_code == 202, answer.content.decode()
    runner.run(answer.json()["id"])
    done = client.get(answer["Location"]).json()
    assert (done["status"], done["progress"]) == ("done", 1.0), done
    return json.loads(client.get(done["result"]).getvalue())


def test_a_preview_tells_columns_numbers_and_rejected_rows_and_does_nothing(clerk: Client) -> None:
    told = report(clerk, dry_run="true")
    assert told["columns"] == {"address": "地址", "residents": "人数"}
    assert told["file_columns"] == ["编号", "地址", "谁", "人数"]
    assert (told["counts"]["read"], told["counts"]["begun"]) == (2, 1)
    assert [(one["row"], one["code"]) for one in told["rejected"]] == [(2, "bad_number")]
    assert not Household.objects.exists()


def test_a_mapping_says_what_the_names_do_not(clerk: Client) -> None:
    told = report(clerk, mapping=json.dumps({"source_ref": "编号", "head_name": "谁"}))
    assert told["columns"]["head_name"] == "谁"
    assert (Household.objects.get().source_ref, Household.objects.get().head_name) == ("H-1", "王某")
    assert clerk.get("/api/imports/").json()["results"][0]["counts"]["begun"] == 1


@pytest.mark.parametrize(
    "said",
    [
        {"mapping": '{"head_name": "\\u0000"}'},
        {"mapping": '{"\\ud800": "谁"}'},
        {"effective_at": "1066-10-14"},
        {"effective_at": "9999-01-01"},
    ],
)
def test_what_no_database_keeps_is_refused_before_a_job_begins(clerk: Client, said: dict[str, str]) -> None:
    assert send(clerk, **said).status_code == 400
    assert not Job.objects.exists()


def test_what_the_importer_refuses_ends_the_job_with_its_code(clerk: Client) -> None:
    answer = send(clerk, mapping=json.dumps({"address": "没有"}))
    runner.run(answer.json()["id"])
    assert Job.objects.get().code == "missing_column"


def test_who_keeps_one_community_only_is_refused(client: Client, community: Division) -> None:
    client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=community))
    assert send(client).json()["code"] == "not_in_your_area"
    assert not Job.objects.exists()
