"""Incidents of some weeks on a small drawing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from incidents.services import NewIncident, record_incidents
from tests import factories
from tests.factories import at, community_of
from tests.redrawing import check_constraints, signed_in

FIRST = datetime(2026, 3, 2, 2, tzinfo=UTC)  # Monday, 10 o'clock in Shenzhen
Record = Callable[..., list[int]]


@pytest.fixture
def community(laws: None) -> Division:
    """AAB
    AAB
    """
    made = community_of("AAB/AAB")
    check_constraints()
    return made


@pytest.fixture
def analyst(community: Division) -> Client:
    return signed_in("fan", Role.ANALYST, community)


@pytest.fixture
def record(community: Division) -> Record:
    """Record incidents at places of the drawing, the n-th n days (or ``every``) after the first."""
    kind = factories.incident_type("A")

    def incident(place: Point | None, moment: datetime, status: str) -> NewIncident:
        ewkb = None if place is None else place.hexewkb.decode()
        crs = "" if place is None else "EPSG:4547"
        return NewIncident(
            occurred_at=moment, received_at=moment, type_id=kind.pk, location_ewkb=ewkb, declared_crs=crs, status=status
        )

    def write(*places: tuple[float, float], every: timedelta = timedelta(days=1), status: str = "new") -> list[int]:
        rows = [incident(at(*place), FIRST + every * number, status) for number, place in enumerate(places)]
        return [each.id for each in record_incidents(rows)]

    return write
