"""The statistics doors: what is counted, on the grids of which day, for whom."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client

from gisserver.common.access.roles import Role
from gisserver.common.jobs import runner
from grids.models import Division, DivisionVersion, GridVersion
from incidents.learning.asked import GROUPS, Asked, named
from incidents.models import Incident
from tests.factories import division, drawn, grid, hours_ago
from tests.incidents.learning.conftest import FIRST, Record
from tests.redrawing import check_constraints, signed_in

SPAN = {"since": "2026-03-02", "until": "2026-04-02"}


def ask(client: Client, measure: str, **query: Any) -> dict[str, Any]:
    response = client.get(f"/api/incidents/statistics/{measure}/", SPAN | query)
    assert response.status_code == 200, response.content
    return response.json()


def by_group(answer: dict[str, Any], member: str = "incidents") -> dict[str, Any]:
    return {row["group"]: row[member] for row in answer["results"]}


def elsewhere() -> Division:
    """A community ten cells east."""
    shape = shapely.transform(drawn("Z")["Z"], lambda xy: xy + (1000, 0))
    with transaction.atomic():
        made = division("440310001009", geometry=shape)
        grid("Z", shape, made)
    return made


def test_counts_by_grid(analyst: Client, record: Record):
    record((0.5, 0.5), (2, 1), (2.5, 0.5))  # the second on the border: A's

    assert by_group(ask(analyst, "counts")) == {"A": 2, "B": 1}


def test_counts_on_the_grids_of_another_day(analyst: Client, community: Division, record: Record):
    """AAB until an hour ago, ABB since: nothing is stored anew."""
    record((1.5, 0.5), (1.5, 1.5), (0.5, 0.5))
    identities, moment = {version.code: version.grid for version in GridVersion.objects.all()}, hours_ago(1)
    GridVersion.objects.all().end(moment)
    for code, shape in drawn("ABB/ABB").items():
        grid(code, shape, community, identity=identities[code], begins=moment)
    check_constraints()

    assert by_group(ask(analyst, "counts")) == {"A": 1, "B": 2}
    assert by_group(ask(analyst, "counts", at=hours_ago(2).isoformat())) == {"A": 3, "B": 0}


def test_a_series_stays_right_across_a_redraw(analyst: Client, community: Division, record: Record):
    """AAB until an hour ago, ABB since: as it was, or as it would have been on the new grids, or on the old ones."""
    record((1.5, 0.5), (1.5, 1.5), (0.5, 0.5))
    identities, moment = {version.code: version.grid for version in GridVersion.objects.all()}, hours_ago(1)
    GridVersion.objects.all().end(moment)
    for code, shape in drawn("ABB/ABB").items():
        grid(code, shape, community, identity=identities[code], begins=moment)
    check_constraints()

    def cells(**query: Any) -> dict[tuple[str, str], int]:
        rows = ask(analyst, "series", bucket="month", **query)["results"]
        return {(row["group"], row["bucket"]): row["incidents"] for row in rows}

    assert cells(grids="as-it-was") == {("A", "2026-03-01"): 3}
    assert cells() == {("A", "2026-03-01"): 1, ("B", "2026-03-01"): 2}
    assert cells(at=hours_ago(2).isoformat()) == {("A", "2026-03-01"): 3}


def test_a_community_that_is_gone_is_told_as_it_was_last(community: Division):
    gone = division("440310001009")
    DivisionVersion.objects.filter(division=gone).end(hours_ago(1))
    asked = Asked(AnonymousUser(), hours_ago(3), hours_ago(2), by="community")
    rows = named(asked, [{"group": str(gone.pk), "incidents": 3}, {"group": "", "incidents": 1}])
    assert [(row["group"], row["name"], row["incidents"]) for row in rows] == [
        ("440310001009", "440310001009名", 3), ("", "", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bucket", "expected"),
    [("year", ["2026-01-01"]), ("quarter", ["2026-01-01"]), ("week", ["2026-03-02"]),
     ("day", ["2026-03-02", "2026-03-03", "2026-03-04"])],
)  # fmt: skip
def test_buckets_of_local_time(analyst: Client, record: Record, bucket: str, expected: list[str]):
    record((0.5, 0.5), (0.5, 0.5), (2.5, 0.5))

    rows = ask(analyst, "series", bucket=bucket, by="type")["results"]
    assert [row["bucket"] for row in rows] == expected


def test_what_it_was_is_by_grid(analyst: Client):
    response = analyst.get("/api/incidents/statistics/series/", SPAN | {"grids": "as-it-was", "by": "type"})
    assert (response.status_code, response.json()["code"]) == (400, "bad_grids")


@pytest.mark.parametrize(
    ("by", "expected"),
    [("month", {"2026-03": 3}), ("weekday", {"1": 1, "2": 1, "3": 1}), ("hour", {"10": 3}), ("type", {"A": 3})],
)
def test_counts_by_other_groups_in_local_time(analyst: Client, record: Record, by: str, expected: dict[str, int]):
    record((0.5, 0.5), (0.5, 0.5), (2.5, 0.5))

    assert by_group(ask(analyst, "counts", by=by)) == expected


def test_counts_beside_the_span_before(analyst: Client, record: Record):
    record(*[(0.5, 0.5)] * 20)

    answer = ask(analyst, "counts", since="2026-03-12", until="2026-03-22", compare="previous")

    assert by_group(answer, "before") == {"A": 10, "B": 0} and by_group(answer, "p")["A"] == 1.0


@pytest.mark.parametrize(
    ("measure", "by"),
    [
        *((name, "grid") for name in ("borders", "density", "forecast", "hot-spots", "hours", "officers", "repeats")),
        *(("counts", by) for by in GROUPS),
        ("response", "hour"),
        ("trend", "week"),
    ],
)
def test_a_quiet_town_is_an_answer(analyst: Client, measure: str, by: str):
    response = analyst.get(f"/api/incidents/statistics/{measure}/", SPAN | {"by": by})

    assert (response.status_code, response.json().get("code")) in {(200, None), (422, "too_little_known")}


def test_nobody_counts_what_lies_elsewhere(record: Record):
    record((0.5, 0.5))
    stranger = signed_in("lu", Role.ANALYST, elsewhere())

    assert ask(stranger, "counts")["about"] == {"incidents": 0} and by_group(ask(stranger, "counts")) == {"Z": 0}


def test_an_area_that_is_not_known(analyst: Client):
    response = analyst.get("/api/incidents/statistics/counts/", {"area": "999"})

    assert (response.status_code, response.json()["code"]) == (404, "no_such_division")


def test_as_a_file(analyst: Client, record: Record):
    record((0.5, 0.5))

    response = analyst.get("/api/incidents/statistics/counts/", SPAN | {"format": "csv"})

    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [(row["group"], row["incidents"]) for row in rows] == [("A", "1"), ("B", "0")]


def test_a_measure_that_there_is_not(analyst: Client):
    response = analyst.get("/api/incidents/statistics/luck/")

    assert (response.status_code, response.json()["code"]) == (404, "no_such_measure")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"since": "2026-04-02", "until": "2026-04-01"}, "bad_span"),
        ({"until": "0001-02-01"}, "bad_time"),
        ({"until": "9999-12-31"}, "bad_time"),
        ({"by": "mood"}, "bad_by"),
        ({"compare": "always"}, "bad_compare"),
        ({"bandwidth_m": "1"}, "bad_bandwidth_m"),
        ({"weeks": "0"}, "bad_weeks"),
    ],
)
def test_what_is_refused(analyst: Client, query: dict[str, str], code: str):
    response = analyst.get("/api/incidents/statistics/counts/", query)

    assert (response.status_code, response.json()["code"]) == (400, code)


def test_busy_hours_and_repeats_and_density(analyst: Client, record: Record):
    record((0.5, 0.5), (0.5, 0.5), (0.55, 0.5), (2.5, 1.5), every=timedelta(hours=1))

    assert ask(analyst, "hours")["results"][0] == {"weekday": 1, "hour": 10, "incidents": 1, "per_week": 0.226}
    [place] = ask(analyst, "repeats")["results"]
    assert (place["incidents"], place["grid"], place["first"]) == (3, "A", "2026-03-02T10:00:00")
    assert ask(analyst, "density", bandwidth_m=100)["results"][0]["per_km2"] > 100


def test_the_time_to_resolve_counts_from_the_report_on(analyst: Client, record: Record):
    [known, _open] = record((0.5, 0.5), (0.5, 0.5))
    record((2.5, 0.5), status="closed")
    Incident.objects.filter(pk=known).update(status="resolved")

    rows = {row["group"]: row for row in ask(analyst, "response", within="24")["results"]}

    assert (rows["A"]["known"], rows["A"]["open"], rows["A"]["within_24h"]) == (1, 1, 0.0)
    assert (rows["B"]["known"], rows["B"]["median_h"]) == (0, None)


def test_a_trend_of_too_few_months_is_none(analyst: Client, record: Record):
    record((0.5, 0.5))

    answer = ask(analyst, "trend")

    assert answer["about"] == {"trend": None}
    assert [(row["group"], row["incidents"]) for row in answer["results"]] == [("2026-03", 1), ("2026-04", 0)]


def test_a_trend_by_week_begins_on_mondays(analyst: Client, record: Record):
    record((0.5, 0.5), (0.5, 0.5), every=timedelta(days=7))

    rows = ask(analyst, "trend", by="week", until="2026-03-12")["results"]

    assert [(row["group"], row["incidents"], row["days"]) for row in rows] == [
        ("2026-03-02", 1, 7.0), ("2026-03-09", 1, 3.0),
    ]  # fmt: skip


def test_the_first_moment_of_a_month_has_its_row(analyst: Client, record: Record):
    """The second in which a month begins has not ended yet."""
    record((0.5, 0.5))
    first = FIRST.isoformat().replace("+00:00", "Z")

    rows = ask(analyst, "trend", until=first.replace("00Z", "00.5Z"), since=first)["results"]

    assert [(row["group"], row["incidents"]) for row in rows] == [("2026-03", 1)]


def test_a_forecast_goes_on_with_its_errors(analyst: Client, record: Record):
    record(*[(0.5, 0.5)] * 30)

    answer = ask(analyst, "forecast", until="2026-04-01", weeks=2)

    expected = {(row["group"], row["week"]): round(row["expected"]) for row in answer["results"]}
    assert expected == {("A", 1): 7, ("A", 2): 7, ("B", 1): 0, ("B", 2): 0}
    assert answer["about"]["errors"]["weeks"] > 0


def test_a_forecast_of_nothing_is_refused(analyst: Client):
    response = analyst.get("/api/incidents/statistics/forecast/", SPAN)

    assert (response.status_code, response.json()["code"]) == (422, "too_little_known")


def test_hot_spots_and_officers_of_a_small_town(analyst: Client, record: Record):
    record((0.5, 0.5), (0.5, 1.5), (2.5, 0.5))

    assert {row["group"] for row in ask(analyst, "hot-spots")["results"]} == {"A", "B"}
    assert ask(analyst, "officers")["results"] == []


def test_a_worker_makes_the_same_file(analyst: Client, record: Record, settings: Any, tmp_path: Path):
    settings.GISSERVER_HOME = tmp_path
    record((0.5, 0.5))

    response = analyst.post(f"/api/incidents/statistics/counts/jobs/?{urlencode(SPAN)}")
    runner.run(response.json()["id"])

    done = analyst.get(response["Location"]).json()
    made = b"".join(analyst.get(done["result"]).streaming_content)
    file = analyst.get("/api/incidents/statistics/counts/", SPAN | {"format": "csv"})
    assert (response.status_code, done["status"]) == (202, "done")
    assert made == b"".join(file.streaming_content)


def test_few_households_are_not_told_and_no_rate_made_of_them(
    analyst: Client, community: Division, record: Record, monkeypatch: pytest.MonkeyPatch
):
    record((0.5, 0.5))
    homes = {"A": 4, "B": 5}
    monkeypatch.setattr(
        "incidents.learning.events.asset_registry.of",
        lambda ids, at: {
            version.grid_id: {"households": homes[version.code]}
            for version in GridVersion.objects.filter(grid_id__in=ids)
        },
    )

    rows = {row["group"]: row for row in ask(analyst, "counts")["results"]}
    known = {row["group"]: row for row in ask(signed_in("sun", Role.SUPERVISOR, community), "counts")["results"]}

    assert (rows["A"]["households"], rows["A"]["per_1000_a_year"], rows["B"]["households"]) == (None, None, 5)
    assert (known["A"]["households"], known["A"]["per_1000_a_year"]) == (4, pytest.approx(2945.5, abs=1))


def test_a_series_is_a_process_of_ogc_as_well(analyst: Client, record: Record, settings: Any, tmp_path: Path):
    settings.GISSERVER_HOME = tmp_path
    record((0.5, 0.5), (2.5, 0.5))
    body = {"inputs": SPAN | {"bucket": "month"}}
    asked = analyst.post("/ogc/processes/series/execution", body, content_type="application/json")
    runner.run(int(asked.json()["jobID"]))
    text = b"".join(analyst.get(f"/ogc/jobs/{asked.json()['jobID']}/results")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["group"], row["bucket"], row["incidents"]) for row in rows] == [
        ("A", "2026-03-01", "1"), ("B", "2026-03-01", "1"),
    ]  # fmt: skip
