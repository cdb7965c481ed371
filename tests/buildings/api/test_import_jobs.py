"""`POST /api/imports/`: a worker imports a register, or says what that would do; the report is the job's result."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from buildings.importers.jobs import suffix_of
from buildings.models import Household, Unit
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from gisserver.common.jobs import runner
from gisserver.common.jobs.models import Job
from gisserver.common.jobs.services import cancel_job
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


def send(client: Client, *, rows: str = ROWS, name: str = "户.csv", language: str = "en", **said: Any) -> Any:
    """Send the register; returns the answer."""
    file = SimpleUploadedFile(name, rows.encode())
    body = {"file": file, "source": "网格办", **said}
    return client.post("/api/imports/", body, headers={"Accept-Language": language})


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


def test_a_preview_that_is_refused_tells_the_columns_so_that_they_can_be_mapped(clerk: Client) -> None:
    told = report(clerk, mapping=json.dumps({"address": "没有"}), dry_run="true")
    assert (told["refused"]["code"], told["counts"], told["rejected"]) == ("missing_column", {}, [])
    assert told["file_columns"] == ["编号", "地址", "谁", "人数"]


def test_a_preview_of_which_no_row_can_be_taken_tells_the_rows(clerk: Client) -> None:
    told = report(clerk, rows="地址,人数\n人民路1号幸福花园1栋301,许多\n", dry_run="true")
    assert told["refused"]["code"] == "rows_rejected"
    assert [one["code"] for one in told["rejected"]] == ["bad_number"]


def test_why_rows_are_rejected_is_told_in_the_language_of_who_asked(clerk: Client) -> None:
    chinese, english = (
        report(clerk, dry_run="true", language=language)["rejected"][0]["detail"] for language in ("zh-hans", "en")
    )
    assert english == "Not a number of people up to 32000: '三**'."
    assert "人数" in chinese


def test_titles_above_and_totals_below_are_no_rows(clerk: Client) -> None:
    told = report(clerk, rows=f"坪山街道人口台账,,,\n{ROWS}合计,,,3\n", dry_run="true")
    assert (told["file_columns"], told["counts"]["read"]) == (["编号", "地址", "谁", "人数"], 2)


def test_a_register_with_columns_of_positions_needs_no_crs(clerk: Client) -> None:
    told = report(clerk, rows="地址,经度,纬度\n人民路1号幸福花园1栋301,114.1,22.5\n", dry_run="true")
    assert told["counts"]["begun"] == 1


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("户籍 2026.11月.xlsx", ".xlsx"),
        ("户籍2026.11.CSV.GZ", ".csv.gz"),
        ("台账 v1.2.csv", ".csv"),
        ("台账", ".csv"),
    ],
)
def test_a_file_is_read_by_the_end_of_its_name(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix


def test_an_import_that_was_cancelled_while_it_ran_has_done_nothing(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(clerk)
    cancelled = partial(cancel_job, user=User.objects.get(), job_id=answer.json()["id"])
    monkeypatch.setattr("buildings.importers.jobs.deferred.check_now", cancelled)
    runner.run(answer.json()["id"])
    assert not Household.objects.exists()


def test_a_moment_that_no_record_may_hold_is_refused_at_once(clerk: Client) -> None:
    answer = send(clerk, effective_at="1700-01-01")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_time")


def test_who_keeps_one_community_only_is_refused(client: Client, community: Division) -> None:
    client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=community))
    assert send(client).json()["code"] == "not_in_your_area"
    assert not Job.objects.exists()
