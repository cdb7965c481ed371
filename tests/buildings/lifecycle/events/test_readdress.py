"""Another address or code: the old one still leads there."""

import pytest
from django.db import IntegrityError, transaction

from buildings.addresses.text.normalize import normalize
from buildings.models import Address, Building, Entrance, Unit
from gisserver.common.db.deferred import check_now
from gisserver.common.db.validity import since
from tests.buildings.lifecycle.conftest import Post, found, point, then
from tests.factories import LONG_AGO, at, building, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


def addressed(text: str, **about: Building | Unit | Entrance) -> None:
    Address.objects.create(text=text, normalized=normalize(text), valid=since(LONG_AGO), **about)


def standard(**about: Building | Unit | Entrance) -> str:
    return Address.objects.at().get(kind="standard", **about).text


class TestReaddressAndRecode:
    def test_the_old_door_plate_still_leads_there(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号", "reason": "换门牌"})
        assert get(f"/api/buildings/{house.pk}/")["address"] == "解放路8号"
        assert found(get, "解放路8号") == ["解放路8号"]
        assert found(get, "人民路1号幸福花园1栋") == ["解放路8号"]

    def test_unless_it_is_given_up(self, post: Post, get, house: Building) -> None:
        body = {"address": "解放路8号", "keep_former": False}
        post(f"/api/buildings/{house.pk}/readdress/", body)
        assert Address.objects.at().filter(building=house).count() == 1

    @pytest.fixture
    def flats(self, house: Building) -> list[Unit]:
        """Two units whose addresses follow from the house's, and a shop with a door plate of its own."""
        found = list(Unit.objects.order_by("pk"))
        texts = ("人民路1号幸福花园1栋1单元101", "人民路1号 幸福花园1栋1单元201", "东街3号")
        for unit, text in zip(found, texts, strict=False):
            addressed(text, unit=unit)
        addressed("人民路1号幸福花园1栋1单元", entrance=Entrance.objects.order_by("pk")[0])
        return found

    def test_what_is_inside_follows_the_house(self, post: Post, get, house: Building, flats: list[Unit]) -> None:
        post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号"})
        texts = [standard(unit=unit) for unit in flats[:3]]
        assert texts == ["解放路8号1单元101", "解放路8号1单元201", "东街3号"]
        assert standard(entrance=Entrance.objects.order_by("pk")[0]) == "解放路8号1单元"
        assert found(get, "解放路8号1单元101") == ["解放路8号1单元101"]
        assert found(get, "人民路1号幸福花园1栋1单元101") == ["解放路8号1单元101"]

    def test_before_the_event_it_was_addressed_as_it_was(
        self, post: Post, get, house: Building, flats: list[Unit]
    ) -> None:
        post(
            f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号", "effective_at": hours_ago(1).isoformat()}
        )
        assert get(f"/api/units/{flats[0].pk}/?{then(hours_ago(2))}")["address"] == "人民路1号幸福花园1栋1单元101"
        assert get(f"/api/units/{flats[0].pk}/")["address"] == "解放路8号1单元101"

    def test_taken_back_everything_is_addressed_as_before(self, post: Post, house: Building, flats: list[Unit]) -> None:
        event = post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号"})["event"]["id"]
        post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误改"})
        assert standard(unit=flats[0]) == "人民路1号幸福花园1栋1单元101"
        assert standard(building=house) == "人民路1号幸福花园1栋"

    def test_a_former_address_of_a_unit_ends_with_the_house_s_if_it_is_given_up(
        self, post: Post, house: Building, flats: list[Unit]
    ) -> None:
        post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号", "keep_former": False})
        assert Address.objects.at().filter(unit=flats[0]).count() == 1

    def test_a_stair_that_is_called_otherwise_renames_the_doors_behind_it(
        self, post: Post, house: Building, flats: list[Unit]
    ) -> None:
        stair = Entrance.objects.order_by("pk")[0]
        post(f"/api/buildings/{house.pk}/renumber/", {"entrances": [{"id": stair.pk, "name": "A单元"}]})
        assert standard(entrance=stair) == "人民路1号幸福花园1栋A单元"
        assert standard(unit=flats[0]) == "人民路1号幸福花园1栋A单元101"

    def test_a_target_has_one_standard_address(self, house: Building) -> None:
        with pytest.raises(IntegrityError, match="one_standard_building"), transaction.atomic():
            Address.objects.create(building=house, text="又一个", normalized="又一个", valid=house.valid)

    def test_a_new_code_and_the_old_one_resolve(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/recode/", {"code": "9009"})
        assert get("/api/codes/1001")["meanings"][0]["current_code"] == "9009"
        assert get("/api/codes/9009")["meanings"][0]["id"] == house.pk
        assert get(f"/api/codes/9009?{then(hours_ago(1))}")["code"] == "unknown_code"

    def test_a_unit_gets_the_next_code_of_its_building(self, post: Post, get, house: Building) -> None:
        unit = Unit.objects.order_by("pk")[0]
        post(f"/api/units/{unit.pk}/recode/", {})
        assert get(f"/api/units/{unit.pk}/")["code"] == "1001000001"


class TestWhoHasAnAddress:
    """Two current buildings have one standard address only where that was decided; a blank address is none."""

    def test_another_building_s_address_is_refused_and_told(self, post: Post, house: Building) -> None:
        body = {"location": point(1.5, 0.5), "address": "人民路１号 幸福花园一栋"}
        problem = post("/api/buildings/", body, status=409)
        assert (problem["code"], problem["buildings"]) == ("address_taken", [house.pk])

    def test_unless_it_is_decided_that_both_have_it(self, post: Post, house: Building) -> None:
        body = {"location": point(1.5, 0.5), "address": "人民路1号幸福花园1栋", "share_address": True}
        post("/api/buildings/", body)
        assert Address.objects.at().filter(text="人民路1号幸福花园1栋", kind="standard").count() == 2

    def test_whoever_writes(self, house: Building) -> None:
        other = building(at(1.5, 0.5), address="东街3号")
        with pytest.raises(IntegrityError, match="held_once"), transaction.atomic():
            Address.objects.at().filter(building=other).end(hours_ago(1))
            addressed("人民路1号幸福花园1栋", building=other)

    def test_what_has_gone_lets_its_address_go(self, post: Post, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/demolish/", {"reason": "旧改", "end_households": True})
        post("/api/buildings/", {"location": point(1.5, 0.5), "address": "人民路1号幸福花园1栋"})

    @pytest.mark.parametrize("blank", [" ", "\u3000", "\u200b"])
    def test_a_blank_address_is_none(self, house: Building, blank: str) -> None:
        with pytest.raises(IntegrityError, match="not_blank"), transaction.atomic():
            addressed(blank, unit=Unit.objects.order_by("pk")[0])


class TestWhatIsInsideFollows:
    """An address inside a house that is told by the house's follows whatever becomes of that one."""

    @pytest.fixture
    def flat(self, house: Building) -> Unit:
        unit = Unit.objects.order_by("pk")[0]
        addressed("人民路1号幸福花园1栋1单元101", unit=unit)
        return unit

    def test_no_writer_leaves_one_behind(self, house: Building, flat: Unit) -> None:
        with pytest.raises(IntegrityError, match="left behind"), transaction.atomic():
            Address.objects.at().filter(building=house).end(hours_ago(1))
            Address.objects.create(building=house, text="解放路8号", normalized="解放路8号", valid=since(hours_ago(1)))
            check_now()

    def test_where_the_former_address_is_given_up_in_the_same_breath(
        self, post: Post, house: Building, flat: Unit
    ) -> None:
        body = {"address": "解放路8号", "end": ["人民路1号幸福花园1栋"]}
        post(f"/api/buildings/{house.pk}/readdress/", body)
        assert standard(unit=flat) == "解放路8号1单元101"

    def test_where_the_house_is_split(self, post: Post, house: Building, flat: Unit) -> None:
        east = {"name": "东座", "address": "人民路1号东座", "entrances": [flat.entrance_id]}
        post(f"/api/buildings/{house.pk}/split/", {"parts": [east, {"name": "西座", "rest": True}]})
        assert standard(unit=flat) == "人民路1号东座1单元101"

    def test_where_one_part_keeps_the_address(self, post: Post, house: Building, flat: Unit) -> None:
        east = {"name": "东座", "address": "人民路1号幸福花园1栋", "entrances": [flat.entrance_id]}
        post(f"/api/buildings/{house.pk}/split/", {"parts": [east, {"name": "西座", "rest": True}]})
        assert standard(unit=flat) == "人民路1号幸福花园1栋1单元101"

    def test_where_houses_become_one(self, post: Post, house: Building, flat: Unit) -> None:
        other = building(at(0.6, 0.5), address="东街3号", community=house.community)
        post(f"/api/buildings/{other.pk}/merge/", {"buildings": [house.pk]})
        assert standard(unit=flat) == "东街3号1单元101"

    def test_where_the_unit_gets_another_number(self, post: Post, flat: Unit) -> None:
        post(f"/api/units/{flat.pk}/", {"number": "102"}, verb="patch", status=200)
        assert standard(unit=flat) == "人民路1号幸福花园1栋1单元102"

    def test_where_the_unit_gets_another_stair(self, post: Post, flat: Unit) -> None:
        post(f"/api/units/{flat.pk}/", {"entrance": "2单元", "number": "301"}, verb="patch", status=200)
        assert standard(unit=flat) == "人民路1号幸福花园1栋2单元301"

    def test_where_the_stair_gets_another_name(self, post: Post, flat: Unit) -> None:
        post(f"/api/entrances/{flat.entrance_id}/", {"name": "A单元"}, verb="patch", status=200)
        assert standard(unit=flat) == "人民路1号幸福花园1栋A单元101"

    def test_where_both_get_others_in_one_event(self, post: Post, house: Building, flat: Unit) -> None:
        body = {
            "entrances": [{"id": flat.entrance_id, "name": "A单元"}],
            "units": [{"id": flat.pk, "number": "102"}],
        }
        post(f"/api/buildings/{house.pk}/renumber/", body)
        assert standard(unit=flat) == "人民路1号幸福花园1栋A单元102"
