"""Queries over several collections: what they find is what geopandas finds, and only what the reader may see.

Nine parks of 100 m lie in a row; sixty trees stand in and between them, each of a kind that a gardener may know.
"""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from layers.publishing import publish_file
from tests import factories
from tests.layers.conftest import signed_in

IN_PARK = "S_WITHIN(trees.geometry, parks.geometry)"
Town = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]


@pytest.fixture
def town(db: None, tmp_path: Path) -> Town:
    """Parks, trees and the gardeners of each kind, published."""
    luck = np.random.default_rng(7)
    west = 114.30 + 0.0015 * np.arange(9)
    squares = gpd.GeoSeries.from_wkt(
        [f"POLYGON(({x} 22.7,{x + 0.001} 22.7,{x + 0.001} 22.701,{x} 22.701,{x} 22.7))" for x in west], crs=4326
    )
    parks = gpd.GeoDataFrame(
        {"park": [f"P{n}" for n in range(9)], "open": [n % 2 == 0 for n in range(9)]}, geometry=squares
    )
    points = gpd.points_from_xy(luck.uniform(114.30, 114.313, 60), luck.uniform(22.7, 22.701, 60), crs=4326)
    trees = gpd.GeoDataFrame(
        {"tree": np.arange(60), "kind": luck.choice(["榕", "榉", "樟"], 60), "height": luck.integers(2, 30, 60)},
        geometry=points,
    )
    people = pd.DataFrame({"kind": ["榕", "榕", "樟"], "name": ["甲", "乙", "丙"]})
    gardeners = gpd.GeoDataFrame(people, geometry=gpd.GeoSeries([None] * 3), crs=4326)
    for name, frame in (("parks", parks), ("trees", trees), ("gardeners", gardeners)):
        frame.to_file(tmp_path / f"{name}.geojson", driver="GeoJSON")
        publish_file(tmp_path / f"{name}.geojson")
    return parks, trees, people


def ask(client: Client, query: dict[str, Any], **parameters: str) -> Any:
    """Return the answer to a query, which must be 200."""
    response = client.post(f"/ogc/query?{_written(parameters)}", json.dumps(query), content_type="application/json")
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def refused(client: Client, query: Any) -> tuple[int, str]:
    """Return the status and the code with which a query is refused."""
    response = client.post("/ogc/query", json.dumps(query), content_type="application/json")
    return response.status_code, response.json()["code"]


def _written(parameters: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in parameters.items())


def pairs(answer: Any, first: str, second: str) -> set[tuple[Any, Any]]:
    """Return two properties of each pair of features."""
    return {(a["properties"][first], b["properties"][second]) for a, b in answer["tuples"]}


def test_a_spatial_join_is_that_of_geopandas(analyst: Client, town: Town) -> None:
    parks, trees, _ = town
    answer = ask(analyst, {"collections": ["trees", "parks"], "filter": f"{IN_PARK} AND trees.height > 9"})
    wanted = gpd.sjoin(trees[trees.height > 9], parks, predicate="within")
    assert answer["type"] == "TupleCollection"
    assert pairs(answer, "tree", "park") == set(zip(wanted.tree, wanted.park, strict=True))


def test_a_join_of_properties_is_that_of_pandas(analyst: Client, town: Town) -> None:
    _, trees, people = town
    query = {
        "collections": ["trees", "gardeners"],
        "filter": "trees.kind = gardeners.kind",
        "sortby": ["-trees.height"],
    }
    answer = ask(analyst, query)
    wanted = trees.merge(people, on="kind")
    heights = [tree["properties"]["height"] for tree, _ in answer["tuples"]]
    assert pairs(answer, "tree", "name") == set(zip(wanted.tree, wanted.name, strict=True))
    assert heights == sorted(heights, reverse=True)


def test_metres_between_features_are_those_on_the_ground(analyst: Client, town: Town) -> None:
    parks, trees, _ = town
    query = {"collections": ["parks", "trees"], "filter": "S_DWITHIN(parks.geometry, trees.geometry, 40, 'metres')"}
    apart = gpd.GeoDataFrame(geometry=parks.geometry).to_crs(4547).buffer(40.0)
    wanted = gpd.sjoin(trees.to_crs(4547), gpd.GeoDataFrame(parks[["park"]], geometry=apart), predicate="within")
    assert pairs(ask(analyst, query), "park", "tree") == set(zip(wanted.park, wanted.tree, strict=True))


def test_of_what_only_has_to_exist_each_feature_comes_once(analyst: Client, town: Town) -> None:
    parks, trees, _ = town
    query = {"collections": ["parks", "trees"], "exists": ["trees"], "filter": f"{IN_PARK} AND trees.kind = '榕'"}
    answer = ask(analyst, query)
    wanted = gpd.sjoin(trees[trees.kind == "榕"], parks, predicate="within").park.unique()
    assert answer["type"] == "FeatureCollection"
    assert [each["properties"]["park"] for each in answer["features"]] == sorted(wanted)


def test_either_side_may_decide(analyst: Client, town: Town) -> None:
    parks, trees, _ = town
    query = {"collections": ["trees", "parks"], "filter": f"{IN_PARK} AND (trees.height > 25 OR NOT parks.open = true)"}
    found = gpd.sjoin(trees, parks, predicate="within")
    wanted = found[(found.height > 25) | ~found.open]
    assert pairs(ask(analyst, query), "tree", "park") == set(zip(wanted.tree, wanted.park, strict=True))


def test_statistics_of_pairs_are_those_of_pandas(analyst: Client, town: Town) -> None:
    parks, trees, _ = town
    query = {"collections": ["trees", "parks"], "filter": IN_PARK, "group-by": ["parks.park"],
             "statistics": ["count", "max(trees.height)"], "having": "count > 3", "orderby": "-count"}  # fmt: skip
    by = gpd.sjoin(trees, parks, predicate="within").groupby("park").agg(count=("tree", "size"), most=("height", "max"))
    wanted = {park: (row["count"], row.most) for park, row in by[by["count"] > 3].iterrows()}
    groups = ask(analyst, query)["groups"]
    assert {each["parks.park"]: (each["count"], each["max(trees.height)"]) for each in groups} == wanted


def test_one_collection_may_stand_twice(analyst: Client, town: Town) -> None:
    _, trees, _ = town
    sources = ["trees", {"collection": "trees", "alias": "taller"}]
    query = {"collections": sources, "filter": "trees.kind = taller.kind AND trees.height + 15 < taller.height"}
    both = trees.merge(trees, on="kind", suffixes=("", "_taller"))
    wanted = both[both.height + 15 < both.height_taller]
    assert pairs(ask(analyst, query), "tree", "tree") == set(zip(wanted.tree, wanted.tree_taller, strict=True))


def test_flat_features_carry_the_properties_of_all(analyst: Client, town: Town) -> None:
    query = {
        "collections": ["trees", "parks"],
        "filter": IN_PARK,
        "properties": ["trees.tree", "trees.geometry", "parks.park"],
    }
    feature = ask(analyst, query, f="geojson")["features"][0]
    assert (feature["geometry"]["type"], sorted(feature["properties"])) == ("Point", ["parks.park", "trees.tree"])


def test_the_link_next_leads_on(analyst: Client, town: Town) -> None:
    query = {"collections": ["trees", "parks"], "filter": IN_PARK, "limit": 20}
    first = ask(analyst, query)
    token = first["links"][0]["href"].partition("next=")[2]
    both = pairs(first, "tree", "park") | pairs(ask(analyst, query, next=token), "tree", "park")
    assert len(both) == len(first["tuples"]) + len(ask(analyst, query, next=token)["tuples"]) > 20


def test_several_queries_are_answered_in_order(analyst: Client, town: Town) -> None:
    answer = ask(analyst, {"queries": [{"collections": ["parks"]}, {"collections": ["gardeners"]}]})
    counts = [each["numberReturned"] for each in answer["collections"]]
    assert (answer["type"], counts) == ("Collections", [9, 3])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ([], "bad_query"),
        ({"collections": []}, "bad_query"),
        ({"collections": ["trees", "trees"]}, "bad_query"),
        ({"collections": ["trees"], "colour": "red"}, "bad_query"),
        ({"collections": ["trees"], "limit": 0}, "bad_query"),
        ({"collections": ["trees"], "at": "2026-01-01T00:00:00Z"}, None),
        ({"collections": ["trees", "parks"]}, "not_joined"),
        ({"collections": ["trees", "parks"], "filter": f"{IN_PARK} OR trees.height > 3"}, None),
        ({"collections": ["trees", "parks"], "filter": f"NOT {IN_PARK}"}, None),
        ({"collections": ["trees", "parks"], "filter": "trees.height = parks.park"}, "bad_filter"),
        ({"collections": ["trees", "parks"], "filter": "trees.height + parks.fid > 3"}, "bad_filter"),
        ({"collections": ["trees", "parks"], "filter": "height = parks.fid"}, "unknown_property"),
        ({"collections": ["trees", "parks"], "filter": "trees.pg_sleep = parks.fid"}, "unknown_property"),
        ({"collections": ["trees", "parks"], "filter": {"op": "; DROP TABLE x", "args": [{"property": "trees.fid"},
          {"property": "parks.fid"}]}}, "bad_filter"),
        ({"collections": ["trees", "parks"], "filter": "S_DWITHIN(trees.geometry, parks.geometry, -1)"}, "bad_filter"),
        ({"collections": ["trees"], "statistics": "sum(trees.kind)"}, "bad_value"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(analyst: Client, town: Town, query: Any, code: str | None) -> None:
    response = analyst.post("/ogc/query", json.dumps(query), content_type="application/json")
    assert (response.status_code, response.json().get("code")) == ((400, code) if code else (200, None))


def test_a_collection_that_the_reader_may_not_see_is_unknown(collector: Client) -> None:
    assert refused(collector, {"collections": ["unit_numbers"]}) == (404, "unknown_collection")


def test_nobody_is_answered_nothing(town: Town) -> None:
    assert refused(Client(), {"collections": ["trees"]}) == (401, "not_authenticated")


def test_many_tuples_are_an_export(collector: Client, town: Town) -> None:
    assert refused(collector, {"collections": ["trees"], "limit": 101}) == (403, "export_not_permitted")


def test_what_only_has_to_exist_must_be_visible_as_well(laws: None) -> None:
    near = factories.community_of("AB")
    shape = factories.drawn("ABC")["C"]
    factories.grid("FAR", shape, factories.division("440310009009", geometry=shape))
    person = signed_in(factories.user("near", role=Role.COLLECTOR, area=near))
    query = {"collections": ["divisions", "grids"], "exists": ["grids"], "filter": "grids.community = divisions.code",
             "properties": ["divisions.code"]}  # fmt: skip
    assert len(ask(person, query)["features"]) == 1
    assert ask(person, query | {"filter": "grids.community = divisions.code AND grids.code = 'FAR'"})["features"] == []
