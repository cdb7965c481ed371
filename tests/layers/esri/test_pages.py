"""ArcGIS reads the collections in Esri's query form."""

import json
from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.common.access.roles import Role
from layers.models import UploadedLayer
from tests import factories
from tests.factories import at, community_of, hours_ago
from tests.layers.conftest import signed_in

LAYER = "/arcgis/rest/services/places/FeatureServer/0"
COUNT_BY_YEAR = [
    {"statisticType": "count", "onStatisticField": "OBJECTID", "outStatisticFieldName": "n"},
    {"statisticType": "max", "onStatisticField": "floors", "outStatisticFieldName": "top"},
]


def asked(client: Client, address: str = f"{LAYER}/query", **parameters: Any) -> dict[str, Any]:
    """Return the JSON of an answer; Esri's servers say 200 whatever they say."""
    response = client.get(address, {"f": "json", **parameters})
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def named(answer: dict[str, Any]) -> list[str]:
    """Return the names of the features."""
    return [each["attributes"]["name"] for each in answer["features"]]


def test_services_and_layer_are_described(analyst: Client, places: UploadedLayer) -> None:
    services = asked(analyst, "/arcgis/rest/services")["services"]
    assert {"name": "places", "type": "FeatureServer"} in services
    assert asked(analyst, "/arcgis/rest/services/places/FeatureServer")["layers"][0]["id"] == 0
    layer = asked(analyst, LAYER)
    assert (layer["geometryType"], layer["objectIdField"]) == ("esriGeometryPoint", "OBJECTID")
    assert [field["type"] for field in layer["fields"]] == [
        "esriFieldTypeOID", "esriFieldTypeString", "esriFieldTypeDouble", "esriFieldTypeDate", "esriFieldTypeString",
    ]  # fmt: skip
    assert (layer["extent"]["xmin"], layer["maxRecordCount"]) == (114.30, 1000)


def test_features_in_esris_json(analyst: Client, places: UploadedLayer) -> None:
    answer = asked(analyst, where="floors > 4 AND name <> '丁'", outFields="*", outSR="4326")
    assert answer["features"] == [
        {
            "attributes": {"OBJECTID": 3, "name": "丙", "floors": 18, "built": None, '100% "用途"': "居住"},
            "geometry": {"x": 114.32, "y": 22.7},
        }
    ]
    assert answer["spatialReference"]["latestWkid"] == 4326
    assert "exceededTransferLimit" not in answer


def test_a_date_is_milliseconds(analyst: Client, places: UploadedLayer) -> None:
    [first] = asked(analyst, objectIds="1", outFields="built")["features"]
    assert first["attributes"] == {"built": 1_577_836_800_000}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"where": "1=1"}, "甲乙丙丁"),
        ({"where": "OBJECTID IN (2,3)"}, "乙丙"),
        ({"where": "FLOORS IS NULL"}, "乙"),
        ({"where": "built < DATE '2020-06-01'"}, "甲丁"),
        ({"objectIds": "1,4"}, "甲丁"),
        ({"geometry": "114.305,22.6,114.315,22.8", "inSR": "4326"}, "乙"),
        ({"geometry": '{"xmin":114.305,"ymin":22,"xmax":114.4,"ymax":23,"spatialReference":{"wkid":4326}}'}, "乙丙"),
        ({"geometry": "114.3,22.7", "geometryType": "esriGeometryPoint", "inSR": "4326"}, "甲"),
        (
            {
                "geometry": '{"rings":[[[114.2,22.6],[114.2,22.8],[114.305,22.8],[114.305,22.6],[114.2,22.6]]]}',
                "geometryType": "esriGeometryPolygon", "inSR": '{"wkid":4326}', "spatialRel": "esriSpatialRelContains",
            },
            "甲",
        ),
        ({"orderByFields": "floors DESC", "resultRecordCount": "2"}, "丙丁"),
        ({"orderByFields": "name", "resultOffset": "3"}, "甲"),
    ],
)  # fmt: skip
def test_questions(analyst: Client, places: UploadedLayer, parameters: dict[str, str], expected: str) -> None:
    assert "".join(named(asked(analyst, outFields="name", **parameters))) == expected


def test_who_asks_for_less_is_told_that_there_is_more(analyst: Client, places: UploadedLayer) -> None:
    assert asked(analyst, resultRecordCount="3")["exceededTransferLimit"] is True


def test_one_feature(analyst: Client, places: UploadedLayer) -> None:
    feature = asked(analyst, f"{LAYER}/2")["feature"]
    assert (feature["attributes"]["name"], feature["geometry"]) == ("乙", {"x": 114.31, "y": 22.7})
    assert asked(analyst, f"{LAYER}/99")["error"]["messageCode"] == "unknown_feature"


def test_counts_ids_and_extent(analyst: Client, places: UploadedLayer) -> None:
    assert asked(analyst, where="floors > 3", returnCountOnly="true") == {"count": 2}
    assert asked(analyst, where="floors > 3", returnIdsOnly="true")["objectIds"] == [3, 4]
    answer = asked(analyst, returnExtentOnly="true", returnCountOnly="true", outSR="4326")
    assert (answer["extent"]["xmax"], answer["count"]) == (114.32, 4)


def test_statistics_by_groups(analyst: Client, places: UploadedLayer) -> None:
    more = {
        "groupByFieldsForStatistics": "built",
        "orderByFields": "top DESC",
        "outStatistics": json.dumps(COUNT_BY_YEAR),
    }
    answer = asked(analyst, where="built < DATE '2020-06-01'", **more)
    assert [each["attributes"]["top"] for each in answer["features"]] == [5, 3]
    assert [field["name"] for field in answer["fields"]] == ["built", "n", "top"]


def test_distinct_values(analyst: Client, places: UploadedLayer) -> None:
    answer = asked(analyst, outFields='100% "用途"', returnDistinctValues="true", returnGeometry="false")
    assert answer["features"] == [{"attributes": {'100% "用途"': "居住"}}]


def test_geojson(analyst: Client, places: UploadedLayer) -> None:
    answer = asked(analyst, f="geojson", where="name = '甲'", outFields="OBJECTID,name")
    assert answer["features"] == [
        {"type": "Feature", "id": 1, "geometry": {"type": "Point", "coordinates": [114.3, 22.7]},
         "properties": {"OBJECTID": 1, "name": "甲"}}
    ]  # fmt: skip


def test_a_form_is_posted(collector: Client, places: UploadedLayer) -> None:
    answer = collector.post(f"{LAYER}/query", {"where": "name = '甲'", "outFields": "name", "f": "json"}).json()
    assert named(answer) == ["甲"]


@pytest.mark.parametrize("how", ["parameter", "form", "header"])
def test_a_token_as_esris_clients_send_it(places: UploadedLayer, how: str) -> None:
    text, _ = tokens.issue(user=factories.user("desk", role=Role.ANALYST, everywhere=True))
    asks = {
        "parameter": lambda: Client().get(f"{LAYER}/query", {"token": text, "returnCountOnly": "true"}),
        "form": lambda: Client().post(f"{LAYER}/query", {"token": text, "returnCountOnly": "true"}),
        "header": lambda: Client().get(
            f"{LAYER}/query", {"returnCountOnly": "true"}, headers={"X-Esri-Authorization": f"Bearer {text}"}
        ),
    }
    assert asks[how]().json() == {"count": 4}


def test_a_desktop_signs_in(db: None) -> None:
    factories.user("desk", role=Role.ANALYST, everywhere=True)
    answer = Client().post(
        "/arcgis/tokens/generateToken", {"username": "desk", "password": "a long enough password", "f": "json"}
    )
    assert answer.json()["token"].startswith(tokens.PREFIX)
    wrong = Client().post("/arcgis/tokens/generateToken", {"username": "desk", "password": "no", "f": "json"})
    assert wrong.json()["error"]["messageCode"] == "bad_credentials"


def test_who_has_not_signed_in_is_told_to(places: UploadedLayer) -> None:
    assert asked(Client())["error"]["code"] == 499


def test_who_reads_an_area_sees_its_rows_only(laws: None) -> None:
    near = factories.community_of("AB")
    far = factories.division("440310009009", geometry=factories.drawn("ABC")["C"])
    factories.grid("C", community=far, geometry=factories.drawn("ABC")["C"])
    grids = "/arcgis/rest/services/grids/FeatureServer/0/query"
    seen = {
        name: signed_in(factories.user(name, role=Role.COLLECTOR, area=area))
        for name, area in (("near", near), ("far", far))
    }
    assert {name: asked(one, grids, returnCountOnly="true")["count"] for name, one in seen.items()} == {
        "near": 2,
        "far": 1,
    }
    codes = [each["attributes"]["code"] for each in asked(seen["near"], grids, outFields="code")["features"]]
    assert codes == ["A", "B"]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"where": "floors = 'x' OR"}, "bad_filter"),
        ({"where": "no = 1"}, "bad_filter"),
        ({"outFields": "no"}, "unknown_property"),
        ({"f": "html"}, "unsupported_format"),
        ({"outSR": "1234567"}, "unsupported_crs"),
        ({"outSR": "2056"}, "unsupported_crs"),
        ({"geometry": "1,2,3"}, "bad_geometry"),
        ({"geometry": '{"rings":[[[0,0]]]}', "geometryType": "esriGeometryPolygon"}, "bad_geometry"),
        ({"geometry": '{"x":"NaN","y":1}', "geometryType": "esriGeometryPoint"}, "bad_geometry"),
        ({"geometry": "1,2", "spatialRel": "near"}, "bad_value"),
        ({"resultOffset": "-1"}, "bad_resultOffset"),
        ({"objectIds": "1;2"}, "bad_objectIds"),
        ({"outStatistics": "[{}]"}, "unknown_property"),
        ({"outStatistics": '[{"statisticType":"mode","onStatisticField":"floors"}]'}, "bad_value"),
        ({"outStatistics": '[{"statisticType":"sum","onStatisticField":"name"}]'}, "bad_value"),
        ({"orderByFields": "no DESC"}, "unknown_property"),
        ({"historicMoment": "x"}, "bad_value"),
        ({"geometry": '{"curves":[]}'}, "bad_geometry"),
        ({"distance": "100"}, "unknown_parameter"),
    ],
)
def test_refusals_are_esris_with_our_code(
    analyst: Client, places: UploadedLayer, parameters: dict[str, str], code: str
) -> None:
    error = asked(analyst, **parameters)["error"]
    assert (error["code"], error["messageCode"]) == (400, code)


def test_a_name_that_no_database_knows_is_a_wrong_one(db: None) -> None:
    answer = Client().post("/arcgis/tokens/generateToken", {"username": "a\0b", "password": "no", "f": "json"})
    assert answer.json()["error"]["messageCode"] == "bad_credentials"


def test_statistics_as_of_a_moment_are_those_of_its_grids(analyst: Client, laws: None) -> None:
    factories.building(at(0.5, 0.5), community=community_of("AB"))
    count = json.dumps([COUNT_BY_YEAR[0]])
    then = str(int(hours_ago(1).timestamp() * 1000))
    answer = asked(
        analyst, "/arcgis/rest/services/buildings/FeatureServer/0/query", outStatistics=count,
        groupByFieldsForStatistics="grid", historicMoment=then,
    )  # fmt: skip
    assert [each["attributes"]["n"] for each in answer["features"]] == [1]


def test_what_is_not_there(analyst: Client, db: None) -> None:
    assert asked(analyst, "/arcgis/rest/services/none/FeatureServer/0")["error"]["code"] == 404
