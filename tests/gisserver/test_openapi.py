"""The description of the REST doors tells the truth: nothing guessed, every parameter, pages, problems."""

from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

Schema = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> Schema:
    GENERATOR_STATS.reset()
    return SchemaGenerator().get_schema(request=None, public=True)


def query_of(operation: Schema) -> set[str]:
    return {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}


def test_it_is_valid_and_nothing_had_to_be_guessed(schema: Schema) -> None:
    validate_schema(schema)
    assert not GENERATOR_STATS


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/api/grids/", {"at", "bbox", "in_bbox", "point", "dist", "community", "format", "limit", "cursor"}),
        ("/api/grids/at", {"lon", "lat", "crs", "at"}),
        ("/api/incident-types/", {"at", "stream", "limit", "cursor"}),
        ("/api/jobs/", {"limit", "cursor"}),
        (
            "/geocode/reverse",
            {
                "lon",
                "lat",
                "crs",
                "format",
                "at",
                "zoom",
                "layer",
                "accept-language",
                "addressdetails",
                "extratags",
                "namedetails",
                "polygon_geojson",
                "polygon_text",
                "polygon_threshold",
            },
        ),
    ],
)
def test_a_door_is_described_by_the_parameters_that_it_takes(schema: Schema, path: str, names: set[str]) -> None:
    assert query_of(schema["paths"][path]["get"]) == names


def test_a_file_door_names_the_parameters_of_its_work(schema: Schema) -> None:
    post = schema["paths"]["/geocode/search/ndjson/"]["post"]
    assert query_of(post) == {"columns", "also", "several", "results", "at"}


def test_a_write_beside_a_list_takes_none_of_the_filters(schema: Schema) -> None:
    assert query_of(schema["paths"]["/api/incidents/"]["post"]) == set()


def test_a_list_is_described_as_pages(schema: Schema) -> None:
    answer = schema["paths"]["/api/buildings/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    page = schema["components"]["schemas"][answer["$ref"].rpartition("/")[2]]
    assert page["required"] == ["next", "results"]
    assert page["properties"]["results"]["type"] == "array"


def test_every_door_may_refuse_with_a_problem(schema: Schema) -> None:
    silent = [
        (path, method)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if "application/problem+json" not in operation["responses"].get("default", {}).get("content", {})
    ]
    assert silent == []


def test_one_way_of_saying_who_asks_is_enough(schema: Schema) -> None:
    assert schema["paths"]["/api/grids/"]["get"]["security"] == [{"session": []}, {"bearer": []}, {"basic": []}]


def test_doors_are_grouped_by_what_they_are_about(schema: Schema) -> None:
    tags = {tag for methods in schema["paths"].values() for operation in methods.values() for tag in operation["tags"]}
    assert tags >= {"grids", "buildings", "incidents", "redraws", "layers", "geocode"}
    assert "api" not in tags


def test_a_list_in_geojson_is_described_as_a_collection_of_features(schema: Schema) -> None:
    content = schema["paths"]["/api/buildings/"]["get"]["responses"]["200"]["content"]
    page = schema["components"]["schemas"][content["application/geo+json"]["schema"]["$ref"].rpartition("/")[2]]
    collection = schema["components"]["schemas"][page["allOf"][0]["$ref"].rpartition("/")[2]]
    feature = schema["components"]["schemas"][collection["properties"]["features"]["items"]["$ref"].rpartition("/")[2]]
    assert page["allOf"][1]["required"] == ["next"]
    assert set(feature["properties"]) == {"type", "id", "geometry", "properties"}
    assert {"code", "grid", "valid"} <= set(feature["properties"]["properties"]["properties"])
