"""The rows of a file, each with the outcomes of its texts."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from buildings.geocoding.batch import Status
from buildings.geocoding.batch_rows import geocode_rows
from buildings.models import Address
from tests.factories import LONG_AGO, administrator, at, building, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


def test_what_is_certain_now_is_told_where_another_row_says_the_same_in_doubt() -> None:
    building(at(0.5, 0.5), address="新乔围路1号")
    ended = DateTimeTZRange(LONG_AGO, hours_ago(5))
    house = building(at(1.5, 0.5), address="新乔围路3号")
    Address.objects.create(building=house, text="新乔围路1号", normalized="新乔围路1号", kind="former", valid=ended)
    rows = geocode_rows(
        user=administrator(), rows=["新乔围路1号对面；新乔围路9号", "新乔围路1号"], texts=[str], each_address=True
    )
    assert [outcome.status for _, [outcome] in rows] == [Status.FORMER, Status.NOT_FOUND, Status.FOUND]
