"""The features of a collection: filters, order, pages, CRSs, history, permissions."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import GridVersion
from layers.models import UploadedLayer
from tests import factories
from tests.layers.conftest import href, names, read, refusal, signed_in

ITEMS = "/collections/places/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
USE = '100% "用途"'


def test_features_are_geojson(analyst: Client, places: UploadedLayer) -> None:
    answer = read(analyst, ITEMS)
    assert answer["features"][0] == {
        "type": "Feature",
        "id": 1,
        "geometry": {"type": "Point", "coordinates": [114.3, 22.7]},
        "properties": {"name": "甲", "floors": 3, "built": "2020-01-01", USE: "居住"},
    }
    assert (answer["numberMatched"], answer["numberReturned"]) == (4, 4)
    assert answer["timeStamp"]
    assert href(answer, "next") is None


def test_a_feature_without_a_place_has_a_null_geometry(analyst: Client, places: UploadedLayer) -> None:
    assert read(analyst, ITEMS)["features"][3]["geometry"] is None


def test_one_feature(analyst: Client, places: UploadedLayer) -> None:
    feature = read(analyst, f"{ITEMS}/2")
    assert (feature["id"], feature["properties"]["name"]) == (2, "乙")
    assert href(feature, "collection") == "http://testserver/ogc/collections/places"


@pytest.mark.parametrize("fid", ["0", "5", "-1", "x", "1.5", "9" * 30, "1;DROP", "١"])
def test_no_such_feature(analyst: Client, places: UploadedLayer, fid: str) -> None:
    assert refusal(analyst, f"{ITEMS}/{fid}") == (404, "unknown_feature")


def walk(client: Client, **parameters: Any) -> list[list[str]]:
    """Return the names on each page, following ``next`` to the end."""
    pages = [read(client, ITEMS, **parameters)]
    while (following := href(pages[-1], "next")) is not None:
        parts = urlsplit(following)
        pages.append(read(client, parts.path.removeprefix("/ogc"), **dict(parse_qsl(parts.query))))
    assert {page["numberMatched"] for page in pages} == {pages[0]["numberMatched"]}
    return [names(page) for page in pages]


def test_pages_follow_each_other_to_the_end(analyst: Client, places: UploadedLayer) -> None:
    assert walk(analyst, limit=3) == [["甲", "乙", "丙"], ["丁"]]
    assert walk(analyst, limit=2) == [["甲", "乙"], ["丙", "丁"]]


@pytest.mark.parametrize(
    ("sortby", "wanted"),
    [
        ("floors", "甲丁丙乙"),
        ("+floors", "甲丁丙乙"),
        (" floors", "甲丁丙乙"),
        ("-floors", "丙丁甲乙"),
        ("built", "丁甲乙丙"),
        ("-built", "乙甲丁丙"),
        (f"{USE},-floors", "丙丁甲乙"),
        (f"-{USE},name", "丁丙乙甲"),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_every_order_pages_without_gap_or_double(
    analyst: Client, places: UploadedLayer, sortby: str, wanted: str, limit: int
) -> None:
    pages = walk(analyst, sortby=sortby, limit=limit)
    ordered = "".join(sum(pages, []))
    expected = {"-" + USE + ",name": "".join(sorted("甲乙丙丁"))}.get(sortby, wanted)
    assert ordered == expected


def test_equal_keys_are_told_apart_by_the_id(analyst: Client, places: UploadedLayer) -> None:
    assert sum(walk(analyst, sortby=USE, limit=1), []) == ["甲", "乙", "丙", "丁"]
    assert sum(walk(analyst, sortby=f"-{USE}", limit=1), []) == ["丁", "丙", "乙", "甲"]


def test_offset_is_accepted_from_older_clients(analyst: Client, places: UploadedLayer) -> None:
    answer = read(analyst, ITEMS, offset=1, limit=2)
    assert (names(answer), answer["numberMatched"]) == (["乙", "丙"], 4)
    assert "offset" not in str(href(answer, "next"))
    assert names(read(analyst, ITEMS, offset=100)) == []


def test_the_next_link_keeps_the_filters(analyst: Client, places: UploadedLayer) -> None:
    following = href(read(analyst, ITEMS, limit=1, bbox="114,22,115,23", api_key="secret"), "next")
    given = dict(parse_qsl(urlsplit(str(following)).query))
    assert {name: given[name] for name in ("limit", "bbox", "api_key")} == {
        "limit": "1", "bbox": "114,22,115,23", "api_key": "secret",
    }  # fmt: skip


def token(client: Client, **parameters: Any) -> str:
    following = href(read(client, ITEMS, limit=1, **parameters), "next")
    return dict(parse_qsl(urlsplit(str(following)).query))["next"]


def test_a_token_serves_only_the_request_it_came_with(analyst: Client, places: UploadedLayer) -> None:
    mine = token(analyst)
    assert refusal(analyst, ITEMS, limit=1, next=mine, sortby="name") == (400, "bad_next")
    assert refusal(analyst, ITEMS, limit=1, next=mine + "x") == (400, "bad_next")
    assert refusal(analyst, ITEMS, limit=1, next="x" * 3000) == (400, "bad_next")


def test_a_token_serves_only_who_may_see_the_same(analyst: Client, places: UploadedLayer) -> None:
    mine = token(analyst)
    other = signed_in(factories.user("other", role=Role.SUPERVISOR, everywhere=True))
    assert refusal(other, ITEMS, limit=1, next=mine) == (400, "bad_next")


@pytest.mark.parametrize(
    ("parameters", "wanted"),
    [
        ({"name": "乙"}, "乙"),
        ({"floors": "18"}, "丙"),
        ({"built": "2019-12-31"}, "丁"),
        ({"floors": "3", "name": "乙"}, ""),
        ({USE: "居住", "floors": "5"}, "丁"),
        ({"datetime": "2020-01-01"}, "甲丙"),
        ({"datetime": "2020-06-01T00:00:00Z/.."}, "乙丙"),
        ({"datetime": "0000-01-01T00:00:00Z/2020-01-01T00:00:00Z"}, "甲丙丁"),
        ({"bbox": "114.305,22,114.315,23"}, "乙丁"),
        ({"bbox": "114.305,22,-5,114.315,23,900"}, "乙丁"),
        ({"bbox": "114.31,22.7,114.31,22.7"}, "乙丁"),
        ({"bbox": "114.315,-90,-170,90"}, "丙丁"),
        ({"bbox": "22,114.305,23,114.315", "bbox-crs": f"{EPSG}4326"}, "乙丁"),
        ({"bbox": "22,114.305,23,114.315", "bbox-crs": f"{EPSG}4490"}, "乙丁"),
        ({"bbox": "12724374,2592000,12725487,2600000", "bbox-crs": f"{EPSG}3857"}, "乙丁"),
        ({"bbox": "0,0,1,1"}, "丁"),
    ],
)
def test_filters(analyst: Client, places: UploadedLayer, parameters: dict[str, str], wanted: str) -> None:
    answer = read(analyst, ITEMS, **parameters)
    assert "".join(names(answer)) == wanted
    assert answer["numberMatched"] == len(wanted)


def test_counting_alone(analyst: Client, places: UploadedLayer) -> None:
    answer = read(analyst, ITEMS, resulttype="hits", name="乙")
    assert (answer["numberMatched"], answer["numberReturned"], answer["features"]) == (1, 0, [])


def test_a_choice_of_properties(analyst: Client, places: UploadedLayer) -> None:
    answer = read(analyst, ITEMS, properties="floors,name", skipGeometry="true", limit=1)
    assert answer["features"] == [
        {"type": "Feature", "id": 1, "geometry": None, "properties": {"floors": 3, "name": "甲"}}
    ]
    assert read(analyst, ITEMS, properties="", limit=1)["features"][0]["properties"] == {}


@pytest.mark.parametrize(
    ("code", "wanted"),
    [(4326, [22.7, 114.3]), (4490, [22.7, 114.3]), (3857, [12723817.7977, 2595778.8043])],
)
def test_coordinates_in_the_axis_order_of_the_authority(
    analyst: Client, places: UploadedLayer, code: int, wanted: list[float]
) -> None:
    response = analyst.get(f"/ogc{ITEMS}", {"crs": f"{EPSG}{code}"})
    assert response["Content-Crs"] == f"<{EPSG}{code}>"
    coordinates = json.loads(response.getvalue())["features"][0]["geometry"]["coordinates"]
    assert coordinates == pytest.approx(wanted, abs=1e-3)
    assert read(analyst, f"{ITEMS}/1", crs=f"{EPSG}{code}")["geometry"]["coordinates"] == coordinates


def test_grids_in_the_survey_crs_are_the_stored_millimetres(analyst: Client, laws: None) -> None:
    factories.community_of("A")
    (feature,) = read(analyst, "/collections/grids/items", crs=f"{EPSG}4547")["features"]
    north, east = feature["geometry"]["coordinates"][0][0][0]
    assert (east, north) in {(527000, 2510000), (527100, 2510000), (527000, 2510100), (527100, 2510100)}


def test_a_box_in_the_survey_crs(analyst: Client, laws: None) -> None:
    factories.community_of("AB")
    asked = {"bbox": "2510010,527010,2510020,527020", "bbox-crs": f"{EPSG}4547", "properties": "code"}
    assert [f["properties"]["code"] for f in read(analyst, "/collections/grids/items", **asked)["features"]] == ["A"]


def test_grids_as_they_were(analyst: Client, laws: None) -> None:
    """AAB until an hour ago, then ABB."""
    community = factories.community_of("AAB")
    identities = {version.code: version.grid for version in GridVersion.objects.all()}
    moment = factories.hours_ago(1)
    GridVersion.objects.all().end(moment)
    for code, shape in factories.drawn("ABB").items():
        factories.grid(code, shape, community, identity=identities[code], begins=moment)

    def area(**asked: str) -> float:
        found = read(analyst, "/collections/grids/items", code="A", **asked)
        return float(found["features"][0]["properties"]["area_m2"])

    before = factories.hours_ago(2).isoformat()
    assert (area(), area(at=before), area(datetime=before)) == (10_000, 20_000, 20_000)
    fid = identities["A"].pk
    assert read(analyst, f"/collections/grids/items/{fid}", at=before)["properties"]["area_m2"] == 20_000


def test_an_area_limits_items_counts_and_single_features(laws: None) -> None:
    near = factories.community_of("AB")
    shape = factories.drawn("ABC")["C"]
    far = factories.division("440310009009", geometry=shape)
    person = signed_in(factories.user("near", role=Role.COLLECTOR, area=near))
    factories.grid("FAR", shape, far)
    other = factories.building(factories.at(2.5, 0.5), community=far)
    mine = factories.building(factories.at(0.5, 0.5), community=near)
    answer = read(person, "/collections/building_points/items")
    assert ([each["id"] for each in answer["features"]], answer["numberMatched"]) == ([mine.pk], 1)
    assert read(person, "/collections/grids/items", resulttype="hits")["numberMatched"] == 2
    assert refusal(person, f"/collections/building_points/items/{other.pk}") == (404, "unknown_feature")


HOSTILE = [
    ({"limit": "0"}, "bad_limit"),
    ({"limit": "-1"}, "bad_limit"),
    ({"limit": "ten"}, "bad_limit"),
    ({"limit": "1e3"}, "bad_limit"),
    ({"limit": ""}, "bad_limit"),
    ({"limit": "9" * 50}, "bad_limit"),
    ({"offset": "-1"}, "bad_offset"),
    ({"offset": "9" * 12}, "bad_offset"),
    ({"bbox": "NaN,0,1,1"}, "bad_bbox"),
    ({"bbox": "0,0,1e400,1"}, "bad_bbox"),
    ({"bbox": ""}, "bad_bbox"),
    ({"bbox": "0,0,1,1", "bbox-crs": f"{EPSG}unsupported"}, "unsupported_crs"),
    ({"bbox": "0,0,1,1", "bbox-crs": f"{EPSG}2272"}, "unsupported_crs"),
    ({"crs": f"{EPSG}unsupported"}, "unsupported_crs"),
    ({"crs": ""}, "unsupported_crs"),
    ({"datetime": "yesterday"}, "bad_datetime"),
    ({"datetime": "2026-01-01T00:00:00Z/2025-01-01T00:00:00Z"}, "bad_datetime"),
    ({"floors": "three"}, "bad_value"),
    ({"floors": "9" * 19}, "bad_value"),
    ({"floors": "NaN"}, "bad_value"),
    ({"built": "2020-02-30"}, "bad_value"),
    ({"name": "a\0b"}, "nul_character"),
    ({"properties": "secret"}, "unknown_property"),
    ({"sortby": "secret"}, "unknown_property"),
    ({"sortby": "name,name,name,name,name"}, "bad_sortby"),
    ({"skipGeometry": "perhaps"}, "bad_value"),
    ({"resulttype": "all"}, "bad_value"),
    ({"f": "shp"}, "unsupported_format"),
    ({"unknown": "1"}, "unknown_parameter"),
    ({"name": "x" * 5000}, "too_long"),
]


@pytest.mark.parametrize(("parameters", "code"), HOSTILE, ids=[repr(each[0])[:60] for each in HOSTILE])
def test_bad_requests_are_refused_in_words(
    analyst: Client, places: UploadedLayer, parameters: dict[str, str], code: str
) -> None:
    assert refusal(analyst, ITEMS, **parameters) == (400, code)


@pytest.mark.parametrize("value", ["' OR '1'='1", "%", "_", "甲'; DROP TABLE layers_uploadedlayer; --", "\\", '"'])
def test_values_are_never_part_of_the_statement(analyst: Client, places: UploadedLayer, value: str) -> None:
    assert read(analyst, ITEMS, name=value)["features"] == []


def test_a_limit_above_the_maximum_is_the_maximum(analyst: Client, places: UploadedLayer) -> None:
    assert len(read(analyst, ITEMS, limit=1_000_000)["features"]) == 4


def test_the_whole_world_fits_a_survey_crs(analyst: Client, laws: None) -> None:
    factories.community_of("AB")
    answer = read(analyst, "/collections/grids/items", bbox="-180,-90,180,90")
    assert answer["numberMatched"] == 2


def test_one_statement_makes_a_page_that_is_whole(
    analyst: Client, places: UploadedLayer, django_assert_max_num_queries: Any
) -> None:
    # Session, user, collection, keys, and those prepared: no count, as the page shows all.
    with django_assert_max_num_queries(5):
        read(analyst, ITEMS)
