"""Code, standard address and grid of a building are one rule; the statements made for speed get the same cases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from buildings import moves, selectors
from buildings.geocoding import reverse
from buildings.geocoding.register import candidates
from buildings.models import Address, AddressKind, Building, BuildingCode
from buildings.services import assign_buildings
from grids.asset_registry import Page
from layers import registry
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago

Said = dict[str, str | None]
YEAR = datetime(2025, 1, 1, tzinfo=LONG_AGO.tzinfo)


@dataclass(frozen=True)
class Case:
    """Codes and addresses by when they ended (None: they hold), in the order in which they were written."""

    expected: Said
    codes: tuple[tuple[str, datetime | None], ...] = ()
    standard: tuple[tuple[str, datetime | None], ...] = ()
    alternate: str = ""
    column: float = 0.5
    moment: datetime | None = None


CASES = [
    pytest.param(Case({"code": None, "address": None, "grid": "A"}), id="nothing was said of it"),
    pytest.param(
        Case(
            {"code": "1001", "address": "人民路1号", "grid": "B"}, (("1001", None),), (("人民路1号", None),), column=1.5
        ),
        id="one of each",
    ),
    pytest.param(
        Case({"code": "2", "address": None, "grid": "A"}, (("2", None), ("1", None))),
        id="of two codes the first written",
    ),
    pytest.param(
        Case({"code": "2", "address": None, "grid": "A"}, (("1", hours_ago(1)), ("2", None))), id="the code that holds"
    ),
    pytest.param(
        Case({"code": "1", "address": None, "grid": "A"}, (("1", hours_ago(1)), ("2", None)), moment=YEAR),
        id="the first written of those that held then",
    ),
    pytest.param(
        Case({"code": None, "address": "新路", "grid": "A"}, standard=(("旧路", hours_ago(1)), ("新路", None))),
        id="the standard address that holds",
    ),
    pytest.param(
        Case(
            {"code": None, "address": "乙路", "grid": "A"},
            standard=(("乙路", hours_ago(1)), ("甲路", hours_ago(2))),
            moment=YEAR,
        ),
        id="of two in recorded history the first written",
    ),
    pytest.param(Case({"code": None, "address": None, "grid": "A"}, alternate="老厂"), id="an alias is none"),
    pytest.param(Case({"code": None, "address": None, "grid": None}, column=50), id="far from all grids"),
]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture
def house(case: Case, laws: None) -> Building:
    row = factories.building(at(case.column, 0.5), community=community_of("AB"))
    for code, ended in case.codes:
        BuildingCode.objects.create(building=row, code=code, scheme=f"scheme of {code}", valid=until(ended))
    for text, ended in case.standard:
        Address.objects.create(building=row, text=text, normalized=text, valid=until(ended))
    if case.alternate:
        text = case.alternate
        Address.objects.create(building=row, text=text, normalized=text, kind=AddressKind.ALTERNATE, valid=until(None))
    assign_buildings()
    return row


def until(ended: datetime | None) -> DateTimeTZRange:
    return DateTimeTZRange(LONG_AGO, ended, "[)")


def shown(user: User, house: Building, moment: datetime | None) -> Said:
    """buildings/selectors.py, for the register's pages"""
    row = selectors.buildings_to_show(user, moment).get(pk=house.pk)
    return {"code": row.code, "address": row.address, "grid": row.grid_code}


def published(user: User, house: Building, moment: datetime | None) -> Said:
    """buildings/layers/places.py, for OGC API and tiles"""
    row = registry.get("building_points", user).rows(user, moment).get(pk=house.pk)
    return {"code": row.code, "address": row.address, "grid": row.grid_code}


def listed(user: User, house: Building, moment: datetime | None) -> Said:
    """buildings/moves.py, for the list of what a redraw moves"""
    [line] = moves.building_lines(user, Page([house.pk], 0, 10, moment))
    return {"code": line.code or None, "address": line.name or None}


def described(user: User, house: Building, moment: datetime | None) -> Said:
    """geocoding/sql/describe.sql, for the answers of a search"""
    [row] = candidates.described([("building", house.pk, house.pk)], moment).values()
    return {"code": row["code"], "address": row["standard"], "grid": row["grid"]}


def described_in_a_batch(user: User, house: Building, moment: datetime | None) -> Said:
    """geocoding/sql/describe_many.sql, for the rows of a batch"""
    [row] = candidates.described_many(["building"], [house.pk], [house.pk], [False], moment)
    return {"code": row[2], "address": row[3], "grid": row[5]}


def found_nearest(user: User, house: Building, moment: datetime | None) -> Said:
    """geocoding/sql/reverse.sql, for what stands nearest to a place"""
    near = reverse.nearest(user, np.array([house.location.coords]), moment)[0]
    return {"code": near.code, "address": near.label or None}


@pytest.mark.parametrize("text", [shown, published, listed, described, described_in_a_batch, found_nearest])
def test_the_code_address_and_grid_of_a_building(
    text: Callable[[User, Building, datetime | None], Said], case: Case, house: Building
):
    answer = text(factories.administrator(), house, case.moment)
    assert answer == {name: case.expected[name] for name in answer}
