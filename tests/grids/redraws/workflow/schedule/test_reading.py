"""A redraw published for a future moment: everything is as it was until then, and all of it switches then."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grids.proof import partition_defects
from tests.assets import build, cases, happen, houses
from tests.factories import at, lonlat
from tests.redrawing import Draft
from tests.scheduling import areas, cut_a, planned

pytestmark = pytest.mark.usefixtures("laws")


def test_nothing_is_different_before_and_everything_from_the_moment_on(
    draft: Draft, reviewer: Client, tomorrow: datetime
) -> None:
    planned(draft, reviewer, tomorrow, "split", **cut_a())
    just_before = tomorrow - timedelta(microseconds=1)
    assert areas() == areas(just_before) == {"A": 40_000, "B": 40_000}
    assert areas(tomorrow) == {"A": 20_000, "B": 40_000, "N": 20_000}
    assert partition_defects(at=tomorrow) == ([], 1, 3)


def test_what_stands_there_goes_at_the_moment(draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
    places = [at(0.5, 0.5), at(1.5, 0.5), at(2.5, 0.5)]
    built, happened = build(*places), happen(*places)
    planned(draft, reviewer, tomorrow, "split", **cut_a())
    assert houses(built) == cases(happened) == ["A", "A", "B"]
    assert houses(built, tomorrow) == cases(happened, tomorrow) != ["A", "A", "B"]
    assert set(houses(built, tomorrow)) == {"A", "N", "B"}


def test_it_is_published_and_says_when(draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
    said = planned(draft, reviewer, tomorrow, "split", **cut_a()).read()
    assert (said["status"], datetime.fromisoformat(said["effective_at"])) == ("published", tomorrow)


def test_the_doors_answer_by_the_moment(draft: Draft, reviewer: Client, analyst: Client, tomorrow: datetime) -> None:
    [house], [case] = build(at(1.5, 0.5)), happen(at(1.5, 0.5))
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    lon, lat = lonlat(at(1.5, 0.5))

    def said(moment: datetime) -> list[Any]:
        when = {"at": moment.isoformat()}

        def ask(path: str, **query: Any) -> Any:
            return analyst.get(path, {**when, **query}).json()

        return [
            ask("/api/grids/at", lon=lon, lat=lat)["grid"],
            [row["code"] for row in ask("/api/grids/")["results"]],
            ask("/api/grids/B/")["load"]["buildings"],
            ask("/api/grids/B/")["load"]["incidents_open"],
            ask(f"/api/buildings/{house}/")["grid"],
            ask(f"/api/incidents/{case}/")["grid"],
            [row["id"] for row in ask("/api/incidents/", grid="B")["results"]],
        ]

    assert said(timezone.now()) == ["A", ["A", "B"], 0, 0, "A", "A", []]
    assert said(tomorrow) == ["B", ["B"], 1, 1, "B", "B", [case]]


def test_ogc_answers_by_the_moment(draft: Draft, reviewer: Client, analyst: Client, tomorrow: datetime) -> None:
    planned(draft, reviewer, tomorrow, "split", **cut_a())

    def codes(**query: str) -> set[str]:
        answer = json.loads(analyst.get("/ogc/collections/grids/items", query).getvalue())
        return {feature["properties"]["code"] for feature in answer["features"]}

    assert codes() == {"A", "B"}
    assert codes(datetime=tomorrow.isoformat()) == {"A", "B", "N"}


def test_history_shows_what_is_planned(draft: Draft, reviewer: Client, analyst: Client, tomorrow: datetime) -> None:
    planned(draft, reviewer, tomorrow, "split", **cut_a())
    past, future = analyst.get("/api/grids/A/history/").json()
    assert datetime.fromisoformat(past["valid"]["until"]) == tomorrow
    assert (datetime.fromisoformat(future["valid"]["from"]), future["redraw"]["id"]) == (tomorrow, draft.id)


def test_receipts_show_what_is_planned(draft: Draft, reviewer: Client, analyst: Client, tomorrow: datetime) -> None:
    [case] = happen(at(1.5, 0.5))
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    answer = analyst.get(f"/api/incidents/{case}/").json()
    assert [receipt["grid"] for receipt in answer["assignments"]] == ["B", "A"]
    assert answer["grid"] == "A"
