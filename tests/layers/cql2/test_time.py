"""A date against an instant means its whole day in the deployment's time zone, here Asia/Shanghai.

UTC       31 Dec 16:00                1 Jan 16:00
────────────┼──────────────────────────┼────────────
         a  b            c           d  e
Shanghai    │        1 January         │
"""

from datetime import UTC, datetime

import pytest
from django.test import Client

from grids.models import Division
from incidents.models import Incident, IncidentStatus
from layers.models import UploadedLayer
from tests import factories
from tests.factories import at, community_of
from tests.layers.conftest import names, read, refusal

ITEMS = "/collections/incidents/items"
MOMENTS = {
    "a": datetime(2025, 12, 31, 15, 59, 59, 999999, tzinfo=UTC),
    "b": datetime(2025, 12, 31, 16, tzinfo=UTC),
    "c": datetime(2026, 1, 1, 4, tzinfo=UTC),
    "d": datetime(2026, 1, 1, 15, 59, 59, 999999, tzinfo=UTC),
    "e": datetime(2026, 1, 1, 16, tzinfo=UTC),
}


@pytest.fixture
def incidents(laws: None) -> None:
    """One incident, closed by now, at each of the moments."""
    community: Division = community_of("AB")
    kind = factories.incident_type()
    for title, moment in MOMENTS.items():
        Incident.objects.create(
            occurred_at=moment,
            type=kind,
            title=title,
            status=IncidentStatus.CLOSED,
            location=at(0.5, 0.5),
            declared_crs="wgs84",
            community=community,
        )


def titles(client: Client, **asked: str) -> str:
    """Return the titles of the incidents that an answer holds, in order of time."""
    features = read(client, ITEMS, sortby="occurred_at", **asked)["features"]
    return "".join(feature["properties"]["title"] for feature in features)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("T_INTERSECTS(occurred_at,DATE('2026-01-01'))", "bcd"),
        ("T_INTERSECTS(DATE('2026-01-01'),occurred_at)", "bcd"),
        ("T_EQUALS(occurred_at,DATE('2026-01-01'))", "bcd"),
        ("T_DISJOINT(occurred_at,DATE('2026-01-01'))", "ae"),
        ("T_BEFORE(occurred_at,DATE('2026-01-01'))", "a"),
        ("T_AFTER(occurred_at,DATE('2026-01-01'))", "e"),
        ("T_DURING(occurred_at,INTERVAL('2026-01-01','2026-01-01'))", "c"),
        ("T_INTERSECTS(occurred_at,INTERVAL('2026-01-01','2026-01-01'))", "bcd"),
        ("T_INTERSECTS(occurred_at,INTERVAL('2025-12-31','2026-01-01'))", "abcd"),
        ("T_INTERSECTS(occurred_at,INTERVAL('..','2026-01-01'))", "abcd"),
        ("T_INTERSECTS(occurred_at,INTERVAL('2026-01-01','..'))", "bcde"),
        ("T_INTERSECTS(occurred_at,INTERVAL('2026-01-01T12:00:00','2026-01-01'))", "cd"),
        ("T_INTERSECTS(occurred_at,INTERVAL('2026-01-01','2026-01-01T04:00:00Z'))", "bc"),
        ("T_INTERSECTS(occurred_at,INTERVAL('..','..'))", "abcde"),
        ("T_STARTS(occurred_at,INTERVAL('2026-01-01','2026-01-05'))", "b"),
        ("T_FINISHES(occurred_at,INTERVAL('2025-12-01','2026-01-01'))", "d"),
        ("T_INTERSECTS(occurred_at,TIMESTAMP('2026-01-01T12:00:00'))", "c"),
        ("occurred_at = DATE('2026-01-01')", "bcd"),
        ("DATE('2026-01-01') = occurred_at", "bcd"),
        ("occurred_at <> DATE('2026-01-01')", "ae"),
        ("occurred_at < DATE('2026-01-01')", "a"),
        ("occurred_at <= DATE('2026-01-01')", "abcd"),
        ("occurred_at > DATE('2026-01-01')", "e"),
        ("occurred_at >= DATE('2026-01-01')", "bcde"),
        ("DATE('2026-01-01') < occurred_at", "e"),
        ("occurred_at BETWEEN DATE('2026-01-01') AND DATE('2026-01-01')", "bcd"),
        ("occurred_at NOT BETWEEN DATE('2026-01-01') AND TIMESTAMP('2026-01-01T04:00:00Z')", "ade"),
        ("occurred_at IN (DATE('2026-01-01'))", "bcd"),
        ("occurred_at NOT IN (DATE('2026-01-01'),DATE('2026-01-02'))", "a"),
        ("occurred_at = TIMESTAMP('2026-01-01T04:00:00Z')", "c"),
        ("occurred_at = TIMESTAMP('2026-01-01T12:00:00')", "c"),
    ],
)
def test_dates_and_instants(analyst: Client, incidents: None, text: str, wanted: str) -> None:
    assert titles(analyst, filter=text) == wanted


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"datetime": "2026-01-01"}, "bcd"),
        ({"datetime": "2025-12-01/2026-01-01"}, "abcd"),
        ({"datetime": "../2026-01-01"}, "abcd"),
        ({"datetime": "2026-01-01/.."}, "bcde"),
        ({"datetime": "../9999-12-31"}, "abcde"),
        ({"datetime": "2026-01-01/9999-12-31T00:00:00Z"}, "bcde"),
        ({"datetime": "0000-01-01T00:00:00Z/9999-12-31T00:00:00Z"}, "abcde"),
        ({"datetime": "2026-01-01T12:00:00/.."}, "cde"),
        ({"occurred_at": "2026-01-01"}, "bcd"),
        ({"occurred_at": "2026-01-01T12:00:00"}, "c"),
    ],
)
def test_the_parameters_mean_the_same(analyst: Client, incidents: None, asked: dict[str, str], wanted: str) -> None:
    assert titles(analyst, **asked) == wanted


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"filter": "built = TIMESTAMP('2020-01-01T15:59:59Z')"}, "甲"),
        ({"filter": "built = TIMESTAMP('2020-01-01T16:00:00Z')"}, ""),
        ({"filter": "built < TIMESTAMP('2020-01-01T16:00:00Z')"}, "甲丁"),
        ({"filter": "built >= TIMESTAMP('2020-01-01T00:00:00Z')"}, "甲乙"),
        ({"filter": "T_INTERSECTS(built,INTERVAL('2019-12-31T16:00:00Z','2020-06-01'))"}, "甲"),
        ({"filter": "T_INTERSECTS(built,INTERVAL('2019-12-31T15:59:59Z','..'))"}, "甲乙丁"),
        ({"filter": "T_DURING(built,INTERVAL('2019-12-31','2021-01-01'))"}, "甲"),
        ({"filter": "T_MEETS(INTERVAL('2019-01-01',built),INTERVAL('2020-01-01','2020-02-01'))"}, "甲"),
        ({"datetime": "2019-12-31T16:00:00Z/2020-06-01"}, "甲丙"),
        ({"datetime": "2020-01-01T15:00:00Z"}, "甲丙"),
        ({"datetime": "../9999-12-31"}, "甲乙丙丁"),
    ],
)
def test_a_row_s_date_is_its_whole_day_too(
    analyst: Client, places: UploadedLayer, asked: dict[str, str], wanted: str
) -> None:
    assert "".join(names(read(analyst, "/collections/places/items", **asked))) == wanted


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"datetime": "20260101"}, "bad_datetime"),
        ({"datetime": "2026-W01-1"}, "bad_datetime"),
        ({"occurred_at": "20260101"}, "bad_value"),
        ({"at": "2026-W01-1"}, "bad_at"),
        ({"filter": "occurred_at > DATE('20260101')"}, "bad_filter"),
        ({"filter": "occurred_at > DATE('2026-01-01T00:00:00Z')"}, "bad_filter"),
        ({"filter": "occurred_at > TIMESTAMP('2026-01-01')"}, "bad_filter"),
        ({"filter": "occurred_at > TIMESTAMP('20260101T000000Z')"}, "bad_filter"),
        ({"filter": "T_AFTER(occurred_at,INTERVAL('2026-W01-1','..'))"}, "bad_filter"),
        ({"filter": "occurred_at = INTERVAL('2026-01-01','..')"}, "bad_filter"),
        ({"filter": "occurred_at = '2026-01-01'"}, "bad_filter"),
    ],
)
def test_other_forms_are_refused(analyst: Client, laws: None, asked: dict[str, str], code: str) -> None:
    assert refusal(analyst, ITEMS, **asked) == (400, code)


def test_the_published_extent_of_time_finds_every_incident(analyst: Client, incidents: None) -> None:
    (interval,) = read(analyst, "/collections/incidents")["extent"]["temporal"]["interval"]
    assert titles(analyst, datetime="/".join(interval)) == "abcde"
