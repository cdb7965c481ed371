"""A building is gone with all that was in it, and an end has a reason."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from buildings.models import Address, Building, BuildingAssignment, Entrance, Household, Unit
from tests.buildings.lifecycle.conftest import Post, found, point

pytestmark = pytest.mark.usefixtures("laws")


def _not_a_division(model: Any) -> dict[str, Any]:
    return {"division__isnull": True} if model is Address else {}


class TestDemolish:
    def test_households_are_not_ended_by_accident(self, post: Post, house: Building) -> None:
        problem = post(f"/api/buildings/{house.pk}/demolish/", {"reason": "旧改"}, status=409)
        assert (problem["code"], problem["households"]) == ("households_inside", 1)

    def test_nothing_of_it_is_open_and_all_of_it_resolves(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/demolish/", {"end_households": True, "reason": "旧改"})
        for model in (Building, Entrance, Unit, Household, Address, BuildingAssignment):
            assert not model.objects.filter(valid__upper_inf=True, **_not_a_division(model)).exists()
        [meaning] = get("/api/codes/1001")["meanings"]
        assert (meaning["status"], meaning["ended_at"] is not None) == ("demolished", True)
        [was] = get("/geocode/search?q=人民路1号幸福花园1栋&format=jsonv2")
        assert was["was"]["status"] == "demolished"
        assert get(f"/api/buildings/{house.pk}/")["fate"] == "demolished"

    def test_its_code_is_never_given_to_another(self, post: Post, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/demolish/", {"end_households": True, "reason": "旧改"})
        problem = post("/api/buildings/", {"name": "新楼", "location": point(0.5, 0.5), "code": "1001"}, status=409)
        assert problem["code"] == "code_taken"

    def test_taken_back_all_of_it_stands_again(self, post: Post, get, house: Building) -> None:
        event = post(f"/api/buildings/{house.pk}/demolish/", {"end_households": True, "reason": "旧改"})["event"]["id"]
        post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误操作"})
        row = get(f"/api/buildings/{house.pk}/")
        assert (row["code"], row["units"], row["households"], row["grid"]) == ("1001", 4, 1, "A")
        assert found(get, "人民路1号幸福花园1栋") == ["人民路1号幸福花园1栋"]

    def test_the_database_lets_nothing_be_added_to_what_is_gone(self, post: Post, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/demolish/", {"end_households": True, "reason": "旧改"})
        with pytest.raises(IntegrityError, match="has ended"), transaction.atomic():
            Unit.objects.create(building=house, number="9", valid=house.valid)

    def test_the_database_lets_nothing_be_left_open(self, house: Building) -> None:
        with pytest.raises(IntegrityError, match="has ended, but row"), transaction.atomic():
            Building.objects.filter(pk=house.pk).end()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestReasons:
    """What ends something and puts nothing in its place says why."""

    @pytest.mark.parametrize("body", [{}, {"reason": " "}])
    @pytest.mark.parametrize(
        "door", ["buildings/{house}/demolish/", "units/{unit}/demolish/", "entrances/{stair}/demolish/"]
    )
    def test_an_end_needs_a_reason(self, post: Post, house: Building, door: str, body: dict[str, str]) -> None:
        ids = {"house": house.pk, "unit": Unit.objects.order_by("pk")[0].pk, "stair": house.entrances.all()[0].pk}
        problem = post("/api/" + door.format(**ids), body, status=400)
        assert list(problem["errors"]) == ["reason"]
        assert Building.objects.at().exists()

    def test_a_revert_needs_a_reason(self, post: Post, house: Building) -> None:
        event = post(f"/api/buildings/{house.pk}/", {"floors": 3}, verb="patch", status=200)["event"]["id"]
        assert list(post(f"/api/buildings/{house.pk}/revert/", {"event": event}, status=400)["errors"]) == ["reason"]
